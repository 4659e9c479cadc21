//! The town's bucket: objects that are written once, read, listed, removed.

use crate::{
    address::Address,
    client::{Failure, Service, Services},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a URL's query may hold as it is (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A bucket.
pub(crate) struct Store {
    services: Arc<Services>,
    region: String,
    pub(crate) bucket: String,
    url: String,
}

#[derive(Debug, Deserialize)]
struct Listing {
    #[serde(default, rename = "Contents")]
    objects: Vec<Object>,
    #[serde(rename = "NextContinuationToken")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Object {
    #[serde(rename = "Key")]
    key: String,
}

#[derive(Debug, Deserialize)]
struct Lifecycle {
    #[serde(default, rename = "Rule")]
    rules: Vec<Rule>,
}

/// What goes away by itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Rule {
    #[serde(rename = "Filter")]
    filter: Option<Filter>,
    /// As rules had it before there were filters.
    #[serde(rename = "Prefix")]
    prefix: Option<String>,
    #[serde(rename = "Expiration")]
    expiration: Option<Expiration>,
}

#[derive(Debug, Deserialize)]
struct Filter {
    #[serde(default, rename = "Prefix")]
    prefix: String,
}

#[derive(Debug, Deserialize)]
struct Expiration {
    #[serde(rename = "Days")]
    days: Option<u64>,
}

impl Rule {
    /// After how many days objects under this front go.
    pub(crate) fn days_of(&self, front: &str) -> Option<u64> {
        let of_filter = || self.filter.as_ref().map(|filter| filter.prefix.as_str());
        let prefix = self.prefix.as_deref().or_else(of_filter).unwrap_or_default();
        self.expiration.as_ref().filter(|_| front.starts_with(prefix))?.days
    }
}

impl Store {
    pub(crate) fn new(services: Arc<Services>, address: &Address, account: &str) -> Self {
        let own = || format!("{}-{account}-{}", address.town, address.region).to_lowercase();
        let bucket = address.bucket.clone().unwrap_or_else(own);
        let s3 = &services.s3.url;
        let url = match (&address.endpoint, s3.split_once("://")) {
            (None, Some((scheme, host))) => format!("{scheme}://{bucket}.{host}"),
            _ => format!("{s3}/{bucket}"),
        };
        Self { services, region: address.region.clone(), bucket, url }
    }

    fn s3(&self) -> &Service {
        &self.services.s3
    }

    /// Whether the bucket is there and ours.
    pub(crate) async fn is_there(&self) -> Result<bool, Failure> {
        match self.s3().send(Method::HEAD, &self.url, &[], Bytes::new()).await {
            Ok(_) => Ok(true),
            Err(failure) if is_missing(&failure) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Makes the bucket, in which each front keeps its objects for some days.
    pub(crate) async fn create(&self, kept: &[(String, u64)]) -> Result<(), Failure> {
        // The oldest region is the one that may not be named.
        let place = match self.region.as_str() {
            "us-east-1" => Bytes::new(),
            region => format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
            )
            .into(),
        };
        match self.s3().send(Method::PUT, &self.url, &[], place).await {
            Err(failure) if !failure.is(&["BucketAlreadyOwnedByYou"]) => return Err(failure),
            _ => {}
        }
        let rules: String = kept
            .iter()
            .map(|(front, days)| {
                format!(
                    "<Rule><ID>{front}</ID><Status>Enabled</Status>\
                     <Filter><Prefix>{front}</Prefix></Filter>\
                     <Expiration><Days>{days}</Days></Expiration></Rule>"
                )
            })
            .collect();
        let rules = format!(
            "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{rules}\
             </LifecycleConfiguration>"
        );
        let checksum = STANDARD.encode(Sha256::digest(&rules));
        let headers = [
            ("x-amz-sdk-checksum-algorithm", "SHA256"),
            ("x-amz-checksum-sha256", checksum.as_str()),
        ];
        let url = format!("{}?lifecycle=", self.url);
        self.s3().send(Method::PUT, &url, &headers, rules.into()).await.map(drop)
    }

    /// What goes away by itself.
    pub(crate) async fn rules(&self) -> Result<Vec<Rule>, Failure> {
        let url = format!("{}?lifecycle=", self.url);
        match self.s3().send(Method::GET, &url, &[], Bytes::new()).await {
            Ok(answer) => Ok(self.s3().xml::<Lifecycle>(&answer)?.rules),
            Err(failure) if failure.is(&["NoSuchLifecycleConfiguration"]) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    /// Writes an object unless there is one of this name; whether it was ours to write.
    pub(crate) async fn put_new(&self, key: &str, body: Bytes) -> Result<bool, Failure> {
        let headers = [("if-none-match", "*")];
        match self.s3().send(Method::PUT, &self.of(key), &headers, body).await {
            Ok(_) => Ok(true),
            // Somebody else was faster, or is writing it right now.
            Err(Failure::Refused {
                status: StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT,
                ..
            }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    pub(crate) async fn put(&self, key: &str, body: Bytes) -> Result<(), Failure> {
        self.s3().send(Method::PUT, &self.of(key), &[], body).await.map(drop)
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>, Failure> {
        match self.s3().send(Method::GET, &self.of(key), &[], Bytes::new()).await {
            Ok(answer) => Ok(Some(answer.into_body())),
            Err(failure) if failure.is(&["NoSuchKey"]) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    pub(crate) async fn has(&self, key: &str) -> Result<bool, Failure> {
        match self.s3().send(Method::HEAD, &self.of(key), &[], Bytes::new()).await {
            Ok(_) => Ok(true),
            Err(failure) if is_missing(&failure) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), Failure> {
        self.s3().send(Method::DELETE, &self.of(key), &[], Bytes::new()).await.map(drop)
    }

    /// The first name under a front, in the order of their bytes.
    pub(crate) async fn first(&self, front: &str) -> Result<Option<String>, Failure> {
        let listing = self.page(front, 1, None).await?;
        Ok(listing.objects.into_iter().next().map(|object| object.key))
    }

    /// All names under a front, without it.
    pub(crate) async fn list(&self, front: &str) -> Result<Vec<String>, Failure> {
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let listing = self.page(front, 1000, next.as_deref()).await?;
            let rest = |object: Object| object.key.strip_prefix(front).map(str::to_owned);
            names.extend(listing.objects.into_iter().filter_map(rest));
            next = listing.next;
            if next.is_none() {
                return Ok(names);
            }
        }
    }

    async fn page(&self, front: &str, most: u32, next: Option<&str>) -> Result<Listing, Failure> {
        let escaped = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let next = next.map(|token| format!("continuation-token={}&", escaped(token)));
        let url = format!(
            "{}?{}list-type=2&max-keys={most}&prefix={}",
            self.url,
            next.unwrap_or_default(),
            escaped(front)
        );
        self.s3().xml(&self.s3().send(Method::GET, &url, &[], Bytes::new()).await?)
    }

    /// Our names need no escapes.
    fn of(&self, key: &str) -> String {
        format!("{}/{key}", self.url)
    }
}

/// An answer without a body has no better word.
fn is_missing(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { status: StatusCode::NOT_FOUND, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_counts_for_what_it_covers_however_it_is_written() {
        let rules = "<LifecycleConfiguration>\
            <Rule><Filter><Prefix>a/log/</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule>\
            <Rule><Prefix>a/untried/</Prefix><Expiration><Days>15</Days></Expiration></Rule>\
            <Rule><Filter></Filter><AbortIncompleteMultipartUpload/></Rule>\
            </LifecycleConfiguration>";
        let rules = quick_xml::de::from_str::<Lifecycle>(rules).unwrap().rules;
        let days = |front| rules.iter().filter_map(|rule| rule.days_of(front)).collect::<Vec<_>>();
        assert_eq!(
            (days("a/log/"), days("a/untried/"), days("b/log/")),
            (vec![30], vec![15], vec![])
        );
    }
}
