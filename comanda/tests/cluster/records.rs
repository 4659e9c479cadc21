//! Questions to the database itself, beside the services: one database with a schema for each.

use postgres::{Client, NoTls, types::ToSql};
use tokio::task::spawn_blocking;

use crate::report::{Check, none};

/// The database of the town.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    url: String,
}

impl Records {
    pub(crate) fn of(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// The first column of each row as text.
    pub(crate) async fn ask(
        &self,
        question: impl Into<String>,
        parameters: Vec<Box<dyn ToSql + Sync + Send>>,
    ) -> Vec<String> {
        let (url, question) = (self.url.clone(), question.into());
        // The driver blocks.
        let asking = move || {
            let mut client = Client::connect(&url, NoTls).unwrap();
            let parameters: Vec<_> =
                parameters.iter().map(|one| &**one as &(dyn ToSql + Sync)).collect();
            let rows = client.query(&question, &parameters).unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        };
        spawn_blocking(asking).await.unwrap()
    }

    /// A number.
    pub(crate) async fn count(&self, question: &str) -> u64 {
        let rows = self.ask(format!("SELECT ({question})::text"), vec![]).await;
        rows[0].parse().unwrap()
    }

    /// Events that have not left for the broker; nothing when the database does not answer.
    pub(crate) async fn waiting(&self) -> Option<u64> {
        let url = self.url.clone();
        let asking = move || {
            let question =
                "SELECT (SELECT COUNT(*) FROM orderhub.outbox WHERE published_at IS NULL)
                 + (SELECT COUNT(*) FROM prepstation.outbox WHERE published_at IS NULL)";
            let row = Client::connect(&url, NoTls).ok()?.query_one(question, &[]).ok()?;
            u64::try_from(row.get::<_, i64>(0)).ok()
        };
        spawn_blocking(asking).await.unwrap()
    }

    /// Holds when the answer is empty: the question is for what is wrong, as text.
    pub(crate) async fn nothing_wrong(&self, question: impl Into<String>) -> Check {
        none(&self.ask(question, vec![]).await)
    }
}
