//! `folder:`, `folder:DIR` or `s3://BUCKET[/PREFIX]?region=REGION[&endpoint=URL]`: where uploads lie.

use crate::{
    folder::Folder,
    store::{Store, StoreError},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where uploads lie, as `uploads.url` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of S3. Who we are it finds as all tools of AWS do.
    #[cfg(feature = "s3")]
    S3 {
        /// The bucket.
        bucket: String,
        /// All that we keep begins with it; may be empty.
        prefix: String,
        /// Such as `eu-central-1`.
        region: String,
        /// Another server than Amazon's.
        endpoint: Option<String>,
    },
}

impl Address {
    /// Reads a setting; a folder without a name is `uploads` in `data_dir`.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str, data_dir: &Path) -> Result<Self, &'static str> {
        match text.split_once(':') {
            Some(("folder", "")) => Ok(Self::Folder(data_dir.join("uploads"))),
            Some(("folder", folder)) => Ok(Self::Folder(PathBuf::from(folder))),
            #[cfg(feature = "s3")]
            Some(("s3", rest)) => bucket(rest),
            #[cfg(not(feature = "s3"))]
            Some(("s3", _)) => {
                Err("this build speaks no S3; take a release, or build with --features s3")
            }
            _ => Err("expected folder: or folder:DIR or s3://BUCKET/PREFIX?region=REGION"),
        }
    }

    /// The folder, where it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            #[cfg(feature = "s3")]
            Self::S3 { .. } => None,
        }
    }

    /// The store that is there. Nothing is read or written yet.
    ///
    /// # Errors
    /// It lacks what it needs, such as keys.
    pub fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        match self {
            Self::Folder(folder) => Ok(Arc::new(Folder::new(folder))),
            #[cfg(feature = "s3")]
            Self::S3 { bucket, prefix, region, endpoint } => {
                let bucket = match endpoint {
                    Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
                    None => format!("https://{}", host(bucket, region)),
                };
                let url = if prefix.is_empty() { bucket } else { format!("{bucket}/{prefix}") };
                Ok(Arc::new(crate::s3::S3::open(url, region)?))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "folder:{}", folder.display()),
            #[cfg(feature = "s3")]
            Self::S3 { bucket, prefix, region, endpoint } => {
                write!(f, "s3://{bucket}/{prefix} in {region}")?;
                endpoint.iter().try_for_each(|endpoint| write!(f, " at {endpoint}"))
            }
        }
    }
}

/// Where AWS has a bucket. China's regions are a partition of their own.
#[cfg(feature = "s3")]
fn host(bucket: &str, region: &str) -> String {
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("{bucket}.s3.{region}.amazonaws.com{suffix}")
}

#[cfg(feature = "s3")]
fn bucket(rest: &str) -> Result<Address, &'static str> {
    const SHAPE: &str = "expected s3://BUCKET/PREFIX?region=REGION&endpoint=URL \
         (prefix and endpoint may be left out)";
    let rest = rest.strip_prefix("//").ok_or(SHAPE)?;
    let (place, query) = rest.split_once('?').ok_or(SHAPE)?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let (mut region, mut endpoint) = (None, None);
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').ok_or(SHAPE)?;
        let value = percent_encoding::percent_decode_str(value).decode_utf8().map_err(|_| SHAPE)?;
        match key {
            "region" => region = Some(value.into_owned()),
            "endpoint" => endpoint = Some(value.into_owned()),
            _ => return Err(SHAPE),
        }
    }
    let is_url = |url: &String| url.starts_with("http://") || url.starts_with("https://");
    let region = region.filter(|region| !region.is_empty());
    // They stand in addresses as they are.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if bucket.is_empty()
        || !place.bytes().all(plain)
        || endpoint.as_ref().is_some_and(|url| !is_url(url))
    {
        return Err(SHAPE);
    }
    let prefix = prefix.trim_matches('/').to_owned();
    Ok(Address::S3 { bucket: bucket.to_owned(), prefix, region: region.ok_or(SHAPE)?, endpoint })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, &'static str> {
        Address::parse(text, Path::new("data"))
    }

    #[test]
    fn a_folder_is_in_the_data_folder_unless_it_is_named() {
        assert_eq!(parse("folder:"), Ok(Address::Folder("data/uploads".into())));
        assert_eq!(parse("folder:/srv/photos"), Ok(Address::Folder("/srv/photos".into())));
        assert!(parse("ftp://here").unwrap_err().contains("expected folder:"));
    }

    #[test]
    #[cfg(not(feature = "s3"))]
    fn a_build_without_s3_says_what_to_do() {
        assert!(parse("s3://town?region=eu-central-1").unwrap_err().contains("--features s3"));
    }

    #[test]
    #[cfg(feature = "s3")]
    fn a_bucket_names_its_region_and_perhaps_another_server() {
        let address = parse("s3://town/photos/?region=eu-central-1&endpoint=http://127.0.0.1:9000");
        let S3 { bucket, prefix, region, endpoint } = address.unwrap() else { panic!() };
        assert_eq!((bucket.as_str(), prefix.as_str()), ("town", "photos"));
        assert_eq!(
            (region.as_str(), endpoint.as_deref()),
            ("eu-central-1", Some("http://127.0.0.1:9000"))
        );
        for wrong in [
            "s3:town",
            "s3://town",
            "s3://?region=x",
            "s3://town?region=",
            "s3://town/a b?region=x",
            "s3://town?region=x&acl=public",
            "s3://t?region=x&endpoint=y",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    #[cfg(feature = "s3")]
    fn a_bucket_is_where_its_partition_of_aws_is() {
        assert_eq!(host("town", "eu-central-1"), "town.s3.eu-central-1.amazonaws.com");
        assert_eq!(host("town", "cn-north-1"), "town.s3.cn-north-1.amazonaws.com.cn");
    }

    #[cfg(feature = "s3")]
    use Address::S3;
}
