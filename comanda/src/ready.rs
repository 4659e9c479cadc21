//! `comanda ready`: for a container's health check and an operator's script.

use crate::command::{Failure, Options};
use std::{io::Write, time::Duration};

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let address = options.settings(None)?.own_address();
    let failed = |error: reqwest::Error| Failure::Words(kernel::in_words(&error));
    let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).build();
    let asked = client.map_err(failed)?.get(format!("http://{address}/readyz")).send().await;
    let answer = asked.map_err(failed)?;
    let (status, said) = (answer.status(), answer.text().await.map_err(failed)?);
    if !status.is_success() {
        return Err(Failure::Words(said.trim_end().to_owned()));
    }
    std::io::stdout().write_all(said.as_bytes())?;
    Ok(())
}
