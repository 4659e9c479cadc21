//! Kafka keeps what the port promises: the suite that every adapter passes.

use crate::server;

broker::conformance_suite!(match server::address() {
    Some(address) => server::arena(&address),
    None => return,
});
