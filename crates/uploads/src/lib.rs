//! What people upload: photos of restaurants and dishes. A photo is checked and made anew from its
//! pixels ([`Photos`]), kept in a store that every replica reads ([`Store`]: a folder, or a bucket
//! of S3), and served for ever under the hash of its content ([`routes`]).

mod address;
mod folder;
mod jpeg;
mod photos;
mod pixels;
mod problem;
#[cfg(feature = "s3")]
mod s3;
mod serve;
mod store;

pub use address::Address;
pub use photos::{KeepError, Photos, path, shown};
pub use pixels::{LARGEST_BYTES, LARGEST_PIXELS, SMALLEST_SIDE, Unfit, WIDTHS};
pub use serve::routes;
pub use store::{Name, Store, StoreError, examine};
