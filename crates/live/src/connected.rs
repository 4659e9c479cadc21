//! Counts who looks on.

/// An open connection, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Connected(&'static str);

impl Connected {
    pub(crate) fn by(kind: &'static str) -> Self {
        metrics::gauge!("live_connections", "kind" => kind).increment(1);
        Self(kind)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        metrics::gauge!("live_connections", "kind" => self.0).decrement(1);
    }
}
