//! The embedded broker keeps what the port promises: the suite that every adapter passes.

use broker::{Broker, EmbeddedBroker, conformance::Arena};
use kernel::SystemClock;
use std::sync::Arc;

/// Each handle is opened anew, as each process of a machine does it.
fn embedded() -> Arena {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    Arena::new(move || {
        let folder = folder.clone();
        async move {
            let file = folder.path().join("broker.db");
            Arc::new(EmbeddedBroker::open(&file, Arc::new(SystemClock)).unwrap()) as Arc<dyn Broker>
        }
    })
}

broker::conformance_suite!(embedded());
