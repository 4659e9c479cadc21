//! The step that the running task is at. Whoever hands work to another task or thread takes it along.

use kernel::TraceParent;

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// The step that this task is at.
#[must_use]
pub fn current() -> Option<TraceParent> {
    CURRENT.try_with(|step| *step).ok()
}

/// The id of the trace, as logs and answers show it.
#[must_use]
pub fn current_id() -> Option<String> {
    current().map(|step| format!("{:032x}", step.trace_id))
}

/// Works on `future` as this step.
pub async fn within<F: Future>(step: TraceParent, future: F) -> F::Output {
    CURRENT.scope(step, future).await
}

/// Calls `work` as this step, on whatever thread.
pub fn within_sync<T>(step: TraceParent, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(step, work)
}
