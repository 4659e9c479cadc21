//! NATS keeps what the port promises: the suite that every adapter passes.

use broker::conformance::Arena;

/// Each handle is a connection of its own.
fn nats() -> Option<Arena> {
    let url = crate::server()?;
    Some(Arena::new(move || {
        let url = url.clone();
        async move { crate::open(&url).await }
    }))
}

broker::conformance_suite!(match nats() {
    Some(arena) => arena,
    None => return,
});
