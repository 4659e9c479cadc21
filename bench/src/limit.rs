//! What the embedded database can do at most with the statements of an order: through our own
//! layer, and with the bare driver in a loop that commits as many together as there are guests.

use crate::{
    Outcome,
    statements::{self, Sample, TEXTS},
};
use database::Error;
use futures_util::future::try_join_all;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Orders a second through `crates/database`, from so many writers that each wait for their commit.
pub(crate) async fn layer(
    data: &Path,
    sample: &Sample,
    writers: usize,
    length: Duration,
) -> Outcome<f64> {
    let database = statements::open(data)?;
    let begun = Instant::now();
    let lives = (0..writers).map(async |_| {
        let mut count = 0;
        while begun.elapsed() < length {
            let sample = sample.clone();
            database.write(move |tx| sample.place(tx)).await?;
            count += 1;
        }
        Ok::<u32, Error>(count)
    });
    let counts = try_join_all(lives).await.map_err(|e| e.to_string())?;
    Ok(f64::from(counts.iter().sum::<u32>()) / begun.elapsed().as_secs_f64())
}

/// Orders a second with `rusqlite` alone: one thread, one commit for each `batch`.
pub(crate) fn driver(data: &Path, sample: &Sample, batch: usize, length: Duration) -> Outcome<f64> {
    let run = || -> rusqlite::Result<f64> {
        let connection = rusqlite::Connection::open(data.join("orderhub.db"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        let texts = TEXTS.map(|text| text.replace('$', "?"));
        let mut statements = Vec::new();
        for text in &texts {
            statements.push(connection.prepare(text)?);
        }
        let (begun, mut count) = (Instant::now(), 0.0);
        while begun.elapsed() < length {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for _ in 0..batch {
                for (statement, values) in statements.iter_mut().zip(sample.fresh()) {
                    let parameters = rusqlite::params_from_iter(values.iter());
                    if statement.readonly() {
                        statement.query(parameters)?.next()?;
                    } else {
                        statement.execute(parameters)?;
                    }
                }
                count += 1.0;
            }
            connection.execute_batch("COMMIT")?;
        }
        Ok(count / begun.elapsed().as_secs_f64())
    };
    run().map_err(|e| format!("the bare database: {e}"))
}
