//! JSON that is read strictly at the door, of types that are lenient elsewhere: what is stored or
//! published may hold fields of a later version, what a client sends may not be misspelt.

use serde::{Deserialize, Deserializer, de::Error};
use serde_ignored::Path;

/// A `T` of which every field is known, at any depth. Inside [`JsonBody`](crate::JsonBody) an
/// unknown one is answered by 422 with its pointer.
#[derive(Debug, Clone)]
pub struct Known<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut first = None;
        let value = serde_ignored::deserialize(deserializer, |path| {
            first.get_or_insert_with(|| steps(&path).join("/"));
        })?;
        match first {
            Some(field) => Err(D::Error::custom(format_args!("unknown field `{field}`"))),
            None => Ok(Self(value)),
        }
    }
}

/// From the root to the field.
fn steps(path: &Path<'_>) -> Vec<String> {
    let (parent, step) = match path {
        Path::Root => return Vec::new(),
        Path::Seq { parent, index } => (parent, Some(index.to_string())),
        Path::Map { parent, key } => (parent, Some(crate::extract::escaped(key))),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => (parent, None),
    };
    let mut steps = steps(parent);
    steps.extend(step);
    steps
}
