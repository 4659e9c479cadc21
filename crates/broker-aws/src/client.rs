//! Signed requests to AWS: HTTP, credentials, and what a refusal says.

use crate::address::Address;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use reqsign_aws_v4::{
    Credential, DefaultCredentialProvider, RequestSigner, StaticCredentialProvider,
};
use reqsign_core::{Context, FileRead, HttpSend, OsEnv, Signer};
use serde::Deserialize;
use serde_json::Value;
use std::{borrow::Cow, sync::Arc, time::Duration};

/// An answer that takes longer will not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// To be connected.
const CONNECT: Duration = Duration::from_secs(3);
/// What a service that is overloaded or broken for a moment is granted, as AWS asks of clients.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(200)];
/// Bytes of an answer: the largest is an entry of a log.
const LARGEST: usize = 64 * 1024 * 1024;

/// Why a request had no success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("AWS cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("AWS did not answer in time")]
    Slow,
    #[error("no credentials for AWS")]
    Credentials(#[source] reqsign_core::Error),
    #[error("{service} refused: {code}: {message}")]
    Refused { service: &'static str, status: StatusCode, code: String, message: String },
    #[error("{service} gave an answer that cannot be read")]
    Unreadable {
        service: &'static str,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Failure {
    pub(crate) fn unreadable(
        service: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unreadable { service, cause: cause.into() }
    }

    /// Whether the service said no with one of these codes.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        // `AWS.SimpleQueueService.NonExistentQueue` and the like: the last part is the same for all.
        let last = |code: &str| code.rsplit(['.', '#']).next().unwrap_or_default().to_owned();
        matches!(self, Self::Refused { code, .. } if codes.contains(&last(code).as_str()))
    }

    /// Whether the service may do it in a moment.
    fn passes(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, code, .. } => {
                status.is_server_error() || code.contains("Throttl") || code == "SlowDown"
            }
            _ => false,
        }
    }
}

impl From<Failure> for broker::Error {
    fn from(failure: Failure) -> Self {
        Self::unavailable(failure)
    }
}

/// A service, signed for under its name.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    signer: Signer<Credential>,
    http: HttpClient,
}

/// The services of a town.
pub(crate) struct Services {
    pub(crate) sns: Service,
    pub(crate) sqs: Service,
    pub(crate) s3: Service,
    pub(crate) sts: Service,
}

impl Services {
    pub(crate) fn open(address: &Address) -> Result<Self, Failure> {
        let http = HttpClient::new()?;
        let context =
            Context::new().with_env(OsEnv).with_file_read(Files).with_http_send(http.clone());
        let unsigned = RequestSigner::new("", &address.region);
        let signer = match &address.credentials {
            Some((key, secret)) => {
                Signer::new(context, StaticCredentialProvider::new(key, secret), unsigned)
            }
            None => Signer::new(context, DefaultCredentialProvider::new(), unsigned),
        };
        let service = |name: &'static str| Service {
            name,
            url: address.url_of(name),
            // They share what has been found of credentials.
            signer: signer.clone().with_request_signer(RequestSigner::new(name, &address.region)),
            http: http.clone(),
        };
        let (sns, sqs) = (service("sns"), service("sqs"));
        Ok(Self { sns, sqs, s3: service("s3"), sts: service("sts") })
    }
}

impl Service {
    /// Sends a request; again after a moment when that may help. Each of ours may be sent twice.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Result<Response<Bytes>, Failure> {
        for pause in PAUSES {
            match self.send_once(&method, url, headers, &body).await {
                Err(failure) if failure.passes() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
        }
        self.send_once(&method, url, headers, &body).await
    }

    async fn send_once(
        &self,
        method: &Method,
        url: &str,
        headers: &[(&'static str, &str)],
        body: &Bytes,
    ) -> Result<Response<Bytes>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header("x-amz-content-sha256", crate::names::digest(body));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.clone()).map_err(|error| self.unreadable(error))?;
        let (mut head, body) = request.into_parts();
        self.signer.sign(&mut head, None).await.map_err(Failure::Credentials)?;
        let answer = self.http.send(Request::from_parts(head, body)).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(self.refused(&answer))
    }

    fn unreadable(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        Failure::unreadable(self.name, cause)
    }

    /// An answer in XML.
    pub(crate) fn xml<T: for<'de> Deserialize<'de>>(
        &self,
        answer: &Response<Bytes>,
    ) -> Result<T, Failure> {
        quick_xml::de::from_reader(answer.body().as_ref()).map_err(|error| self.unreadable(error))
    }

    /// An action of SNS or STS: a form in, XML out.
    pub(crate) async fn query<T: for<'de> Deserialize<'de>>(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<T, Failure> {
        let version = if self.name == "sns" { "2010-03-31" } else { "2011-06-15" };
        let head = [("Action", action), ("Version", version)];
        let rest = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form = serde_urlencoded::to_string(head.into_iter().chain(rest).collect::<Vec<_>>());
        let body = form.map_err(|error| self.unreadable(error))?;
        let headers = [(header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        let url = format!("{}/", self.url);
        self.xml(&self.send(Method::POST, &url, &headers, body.into()).await?)
    }

    fn refused(&self, answer: &Response<Bytes>) -> Failure {
        let Said { code, message } = Said::of(answer.body()).unwrap_or_default();
        let status = answer.status();
        let code = if code.is_empty() { status.as_str().to_owned() } else { code };
        Failure::Refused { service: self.name, status, code, message }
    }
}

/// What a service says of a refusal.
#[derive(Debug, Default)]
struct Said {
    code: String,
    message: String,
}

impl Said {
    /// SQS says it in JSON, the others in XML, each in an envelope of its own.
    fn of(body: &[u8]) -> Option<Self> {
        if let Ok(said) = serde_json::from_slice::<Value>(body) {
            let word = |name: &str| said[name].as_str().map(str::to_owned);
            let message = word("message").or_else(|| word("Message"));
            return Some(Self { code: word("__type")?, message: message.unwrap_or_default() });
        }
        let text = std::str::from_utf8(body).ok()?;
        let element = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            quick_xml::escape::unescape(inner).ok().map(Cow::into_owned)
        };
        Some(Self { code: element("Code")?, message: element("Message").unwrap_or_default() })
    }
}

/// HTTP/1.1, with TLS where the address says so.
#[derive(Debug, Clone)]
struct HttpClient(Http<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpClient {
    fn new() -> Result<Self, Failure> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(|error| Failure::Unreachable(error.into()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let mut client = Http::builder(TokioExecutor::new());
        // Sooner than the services close idle connections.
        client.pool_timer(TokioTimer::new()).pool_idle_timeout(Duration::from_secs(4));
        Ok(Self(client.build(connector)))
    }

    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        request
            .headers_mut()
            .entry(header::USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!("comanda/", env!("CARGO_PKG_VERSION"))));
        let exchange = async {
            let answer = self.0.request(request.map(Full::new)).await;
            let (head, body) =
                answer.map_err(|error| Failure::Unreachable(error.into()))?.into_parts();
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(Failure::Unreachable)?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| Failure::Slow)?
    }
}

/// How credentials of a role are fetched.
impl HttpSend for HttpClient {
    async fn http_send(&self, request: Request<Bytes>) -> reqsign_core::Result<Response<Bytes>> {
        self.send(request).await.map_err(|failure| {
            reqsign_core::Error::unexpected("credentials could not be fetched").with_source(failure)
        })
    }
}

/// Profiles, and the token of web identity.
#[derive(Debug)]
struct Files;

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> reqsign_core::Result<Vec<u8>> {
        let path = path.to_owned();
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let failed = || reqsign_core::Error::unexpected("a file could not be read");
        read.map_err(|error| failed().with_source(error))?
            .map_err(|error| failed().with_source(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_from_each_service() {
        let address = Address::parse("aws-sns-sqs://a:b@eu-west-1").unwrap();
        let services = Services::open(&address).unwrap();
        let refusals = [
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>No</Message><message>No</message></Error></ErrorResponse>",
            "<ErrorResponse><Errors><Error><Code>NotFound</Code><Message>No</Message></Error></Errors></ErrorResponse>",
            "<?xml version=\"1.0\"?><Error><Code>NotFound</Code><Message>No</Message></Error>",
            "{\"__type\": \"com.amazonaws.sqs#NotFound\", \"message\": \"No\"}",
        ];
        for text in refusals {
            let answer = Response::builder().status(404).body(Bytes::from(text)).unwrap();
            let failure = services.sns.refused(&answer);
            assert!(failure.is(&["NotFound"]) && !failure.passes(), "{failure:?}");
            assert!(failure.to_string().ends_with("NotFound: No"), "{failure}");
        }
        let broken = Response::builder().status(503).body(Bytes::from("<html>")).unwrap();
        assert!(services.sns.refused(&broken).passes());
    }
}
