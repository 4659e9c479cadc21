//! Photos: what is taken in and what is refused, that nothing but pixels is kept, that each store
//! keeps what it promises, and how photos are served. The tests of S3 need the server that
//! `COMANDA_TEST_S3` names and end at once without it; `cargo xtask test --suite uploads` starts two.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod conformance;
mod keeping;
mod serving;

use std::{path::Path, sync::Arc};
use uploads::{Address, Photos, Store};

fn folder(folder: &Path) -> Arc<dyn Store> {
    Address::Folder(folder.to_owned()).open().unwrap()
}

fn photos(at: &Path) -> Photos {
    Photos::new(folder(at))
}
