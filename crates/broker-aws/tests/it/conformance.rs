//! SNS and SQS keep what the port promises: the suite that every adapter passes.

use broker::conformance::Arena;

/// Each handle is opened anew, as each process does it.
fn aws() -> Option<Arena> {
    let url = crate::server()?;
    Some(Arena::new(move || {
        let url = url.clone();
        async move { crate::open(&url) }
    }))
}

broker::conformance_suite!(match aws() {
    Some(arena) => arena,
    None => return,
});
