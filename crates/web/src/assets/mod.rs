//! The asset bundles, fonts, art and icons, compiled in under names that carry their hash, and
//! served for ever. `url("order.css")` is how a page names one.

mod bundle;
mod source;

pub use source::Source;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{precompressed::Encoding, problem::Problem};

struct File {
    name: &'static str,
    url: &'static str,
    etag: &'static str,
    kind: &'static str,
    identity: &'static [u8],
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

fn find(name: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.name.cmp(name)).ok().map(|at| &FILES[at])
}

/// The address of the asset called `name`, e.g. `order.css` or `fonts/figtree.woff2`.
///
/// # Panics
/// In debug builds, when there is no such asset: names are constants of the program.
#[must_use]
pub fn url(name: &str) -> &'static str {
    let file = find(name);
    debug_assert!(file.is_some(), "no asset named {name}");
    file.map_or("/assets/missing", |file| file.url)
}

/// The address of the picture called `key` (kebab-case food name, e.g. `hot-pepper`), if there is one.
#[must_use]
pub fn art(key: &str) -> Option<&'static str> {
    find(&format!("art/{key}.webp")).map(|file| file.url)
}

/// The names of all pictures, in order.
pub fn art_keys() -> impl Iterator<Item = &'static str> {
    FILES.iter().filter_map(|file| file.name.strip_prefix("art/")?.strip_suffix(".webp"))
}

/// Bytes of an asset as stored: plain, and with brotli. For tests of page weight.
#[must_use]
pub fn sizes(name: &str) -> Option<(usize, usize)> {
    find(name).map(|file| (file.identity.len(), file.br.map_or(file.identity.len(), <[u8]>::len)))
}

/// The text of a bundle, e.g. for checks of contrast.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    find(name).and_then(|file| std::str::from_utf8(file.identity).ok())
}

/// Every asset with its address, for a host of static files.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().map(|file| (file.url, file.identity))
}

/// Serves `/assets/…`.
pub fn router<S: Clone + Send + Sync + 'static>(source: Source) -> Router<S> {
    let serve =
        async move |Path(path): Path<String>, headers: HeaderMap| serve(&source, &path, &headers);
    Router::new().route("/assets/{*path}", get(serve))
}

fn serve(source: &Source, path: &str, headers: &HeaderMap) -> Response {
    let wanted = |file: &&File| file.url.strip_prefix("/assets/") == Some(path);
    let Some(file) = FILES.iter().find(wanted) else {
        return Problem::not_found().into_response();
    };
    match source {
        Source::Built => built(file, headers),
        Source::Folder(folder) => match source::read(folder, file) {
            Ok(bytes) => as_it_is_now(file, bytes),
            Err(error) => Problem::internal(&error).into_response(),
        },
    }
}

fn as_it_is_now(file: &File, bytes: Vec<u8>) -> Response {
    let fields = [(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, "no-store")];
    (fields, bytes).into_response()
}

fn built(file: &'static File, headers: &HeaderMap) -> Response {
    let answer = answer_headers(file);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == file.etag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    let body = match (Encoding::choose(headers), file.br, file.gzip) {
        (Encoding::Brotli, Some(bytes), _) => {
            ([(header::CONTENT_ENCODING, "br")], bytes).into_response()
        }
        (Encoding::Brotli | Encoding::Gzip, _, Some(bytes)) => {
            ([(header::CONTENT_ENCODING, "gzip")], bytes).into_response()
        }
        _ => file.identity.into_response(),
    };
    (answer, body).into_response()
}

fn answer_headers(file: &'static File) -> HeaderMap {
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
        (header::ETAG, HeaderValue::from_static(file.etag)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ])
}
