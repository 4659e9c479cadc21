//! `aws-sns-sqs://[KEY:SECRET@]REGION[/TOWN][?endpoint=URL&bucket=NAME&linger=MILLISECONDS]`: which
//! region, and what is ours there.

use http::Uri;
use percent_encoding::percent_decode_str;
use std::{fmt, time::Duration};

/// What `broker.url` may say; also the answer to a wrong one.
const ALLOWED: &str = "expected aws-sns-sqs://REGION/TOWN?bucket=NAME (the town and the bucket may be left out; \
     KEY:SECRET@ before the region signs in without the environment or a role; endpoint=URL \
     is another server than AWS, linger=MILLISECONDS lets it deliver before publishing counts as \
     done); a town has up to 32 letters, digits and hyphens";

/// Where SNS, SQS and S3 are, how to sign in, and what is ours there.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) region: String,
    /// Otherwise the environment, a profile, web identity, or the role of the task or machine.
    pub(crate) credentials: Option<(String, String)>,
    /// All that we make begins with it.
    pub(crate) town: String,
    /// One server for all services, instead of those of AWS.
    pub(crate) endpoint: Option<String>,
    /// Otherwise one named after town, account and region.
    pub(crate) bucket: Option<String>,
    /// How long a publisher waits for SNS to deliver. Nothing needs it but a test that expects to
    /// find at once what it has published.
    pub(crate) linger: Duration,
}

impl Address {
    /// Reads the text of a setting.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix("aws-sns-sqs://").ok_or(ALLOWED)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (credentials, place) = match place.rsplit_once('@') {
            Some((user, place)) => {
                let (key, secret) = user.split_once(':').ok_or(ALLOWED)?;
                (Some((decoded(key), decoded(secret))), place)
            }
            None => (None, place),
        };
        let (region, town) = place.split_once('/').unwrap_or((place, ""));
        let town = if town.is_empty() { "comanda" } else { town };
        if !is_name(region, 32) || !is_name(town, 32) {
            return Err(ALLOWED);
        }
        let (region, town) = (region.to_owned(), town.to_owned());
        let (endpoint, bucket, linger) = (None, None, Duration::ZERO);
        let mut address = Self { region, credentials, town, endpoint, bucket, linger };
        let options: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|_| ALLOWED)?;
        for (name, value) in options {
            match name.as_str() {
                "endpoint" => {
                    let uri: Uri = value.parse().map_err(|_| ALLOWED)?;
                    let is_place = uri.authority().is_some() && uri.path() == "/";
                    if !matches!(uri.scheme_str(), Some("http" | "https")) || !is_place {
                        return Err("endpoint is http://HOST:PORT or https://HOST:PORT");
                    }
                    address.endpoint = Some(value.trim_end_matches('/').to_owned());
                }
                "bucket" => address.bucket = Some(value),
                "linger" => {
                    let milliseconds = value.parse::<u16>().map_err(|_| ALLOWED)?;
                    address.linger = Duration::from_millis(milliseconds.into());
                }
                _ => return Err(ALLOWED),
            }
        }
        Ok(address)
    }

    /// The partition in names of resources.
    pub(crate) fn partition(&self) -> &'static str {
        match &self.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// Where a service of AWS is.
    pub(crate) fn url_of(&self, service: &str) -> String {
        let suffix = if self.region.starts_with("cn-") { ".cn" } else { "" };
        match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => format!("https://{service}.{}.amazonaws.com{suffix}", self.region),
        }
    }
}

fn is_name(text: &str, most: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() <= most && text.bytes().all(plain)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl fmt::Display for Address {
    /// Without how to sign in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "aws-sns-sqs://{}/{}", self.region, self.town)?;
        self.endpoint.as_ref().map_or(Ok(()), |endpoint| write!(f, "?endpoint={endpoint}"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_region_has_a_default() {
        let address = Address::parse("aws-sns-sqs://eu-central-1").unwrap();
        assert_eq!((address.town.as_str(), address.partition()), ("comanda", "aws"));
        assert_eq!(address.url_of("sns"), "https://sns.eu-central-1.amazonaws.com");
        let china = Address::parse("aws-sns-sqs://cn-north-1").unwrap();
        assert_eq!(china.url_of("sqs"), "https://sqs.cn-north-1.amazonaws.com.cn");
        assert_eq!(china.partition(), "aws-cn");
    }

    #[test]
    fn another_server_is_shown_without_the_secret() {
        let text =
            "aws-sns-sqs://me:s%2Fe@eu-west-1/lunch?endpoint=http://127.0.0.1:5000/&bucket=b";
        let address = Address::parse(text).unwrap();
        assert_eq!(address.credentials, Some(("me".to_owned(), "s/e".to_owned())));
        assert_eq!(address.url_of("sns"), "http://127.0.0.1:5000");
        assert_eq!(address.bucket.as_deref(), Some("b"));
        let shown = "aws-sns-sqs://eu-west-1/lunch?endpoint=http://127.0.0.1:5000";
        assert_eq!(format!("{address} {address:?}"), format!("{shown} {shown}"));
    }

    #[test]
    fn what_is_no_address_is_answered_with_what_is_one() {
        for text in [
            "aws-sns-sqs://",
            "aws-sns-sqs://eu west",
            "aws-sns-sqs://eu-west-1/a/b",
            "aws-sns-sqs://eu-west-1/a_town",
            "aws-sns-sqs://key@eu-west-1",
            "aws-sns-sqs://eu-west-1?linger=long",
            "aws-sns-sqs://eu-west-1?partitions=3",
            "sqs://eu-west-1",
        ] {
            assert!(Address::parse(text).unwrap_err().contains("REGION/TOWN"), "{text}");
        }
        for endpoint in ["127.0.0.1:5000", "ftp://a", "http://a/path"] {
            let text = format!("aws-sns-sqs://eu-west-1?endpoint={endpoint}");
            assert!(Address::parse(&text).is_err(), "{text}");
        }
    }
}
