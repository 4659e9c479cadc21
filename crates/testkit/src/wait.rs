//! Waiting for a condition instead of for a time.

use std::time::Duration;

/// Asks until the answer is `Some`, for at most half a minute: the machine may be busy.
///
/// # Panics
/// When the condition does not come true in time; `what` says what was awaited.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(Duration::from_secs(30), what, ask).await
}

/// The same with another patience, for what starts processes or moves thousands of rows.
///
/// # Panics
/// When the condition does not come true in time.
pub async fn within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < patience {
        if let Some(answer) = ask().await {
            return answer;
        }
        pause().await;
    }
    panic!("waited in vain: {what}");
}

/// A moment between two tries, for loops that wait for an answer by themselves.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}
