//! The one way from a page, a resource, an event or a timer to a use-case: a transaction, a step of
//! the trace, and two metrics.

use crate::Context;
use database::{Database, Tx};
use kernel::Env;
use std::time::Instant;
use trace::{Kind, Tracer};

/// Tells what a use-case refuses by its rules from what went wrong.
pub trait Refuses {
    /// A name for metrics, such as `stale`; `None` when it is no refusal but a failure.
    fn refusal(&self) -> Option<&'static str>;
}

impl Refuses for database::Error {
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}

impl Context {
    /// Runs a use-case under its name. What it publishes has this step of the trace as its cause.
    ///
    /// # Errors
    /// What the use-case refuses, or the database's failure as the use-case's error.
    pub async fn run<T, E, F>(&self, name: &'static str, use_case: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Refuses + From<database::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>, &Env) -> Result<T, E> + Send + 'static,
    {
        run_use_case((&self.database, &self.tracer), self.env(), name, use_case).await
    }
}

/// [`Context::run`] for who has a part of the context only.
///
/// # Errors
/// As there.
pub async fn run_use_case<T, E, F>(
    (database, tracer): (&Database, &Tracer),
    env: Env,
    name: &'static str,
    use_case: F,
) -> Result<T, E>
where
    T: Send + 'static,
    E: Refuses + From<database::Error> + Send + 'static,
    F: Fn(&mut Tx<'_>, &Env) -> Result<T, E> + Send + 'static,
{
    let begun = Instant::now();
    let mut span = tracer.child(Kind::Internal, || name);
    let step = span.id();
    let env = env.traced(step);
    let work = move |tx: &mut Tx<'_>| trace::within_sync(step, || use_case(tx, &env));
    let done = database.write(work).await;
    let (outcome, refusal) = match done.as_ref().map_err(Refuses::refusal) {
        Ok(_) => ("done", ""),
        Err(Some(kind)) => ("refused", kind),
        Err(None) => ("failed", ""),
    };
    span.set("comanda.outcome", || if refusal.is_empty() { outcome } else { refusal });
    if outcome == "failed" {
        span.fail();
    }
    let labels = [("service", tracer.service()), ("use_case", name)];
    metrics::histogram!("use_case_duration_seconds", &labels).record(begun.elapsed().as_secs_f64());
    let [service, name] = labels;
    let labels = [service, name, ("outcome", outcome), ("refusal", refusal)];
    metrics::counter!("use_cases_total", &labels).increment(1);
    done
}
