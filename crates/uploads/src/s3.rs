//! A bucket of Amazon S3, or of what speaks its protocol.

use crate::store::{Name, Store, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use reqsign_aws_v4::{Credential, DefaultCredentialProvider, RequestSigner};
use reqsign_core::{Context, FileRead, HttpSend, OsEnv, Signer};
use sha2::{Digest, Sha256};
use std::{fmt, io, time::Duration};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Nothing that we keep is larger.
const LARGEST: usize = 16 * 1024 * 1024;
/// What a service that is overloaded for a moment is granted, as AWS asks of clients.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// A part of a bucket. Who we are it finds as all tools of AWS do: in the environment, or by the
/// role of the container or machine.
pub(crate) struct S3 {
    /// All that we keep begins with it.
    url: String,
    signer: Signer<Credential>,
    http: Http,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3({})", self.url)
    }
}

impl S3 {
    /// The things below `url` in `region`.
    ///
    /// # Errors
    /// The system has no certificates of authorities.
    pub(crate) fn open(url: String, region: &str) -> Result<Self, StoreError> {
        let http = Http::new().map_err(|error| StoreError::of("TLS", error))?;
        let context =
            Context::new().with_env(OsEnv).with_file_read(Files).with_http_send(http.clone());
        let request = RequestSigner::new("s3", region);
        let signer = Signer::new(context, DefaultCredentialProvider::new(), request);
        Ok(Self { url, signer, http })
    }

    /// The status and the body of an answer. What fails for a moment is sent again, which is
    /// harmless: it is the same thing under the same name.
    async fn send(
        &self,
        method: Method,
        name: &Name,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), StoreError> {
        for pause in PAUSES {
            match self.send_once(method.clone(), name, body.clone()).await {
                Ok(answer) if !answer.0.is_server_error() => return Ok(answer),
                _ => tokio::time::sleep(pause).await,
            }
        }
        self.send_once(method, name, body).await
    }

    async fn send_once(
        &self,
        method: Method,
        name: &Name,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), StoreError> {
        let what = format!("{method} {name}");
        let hash: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/{}", self.url, name.place()))
            .header("x-amz-content-sha256", hash)
            .header(CONTENT_TYPE, "image/jpeg")
            .header(CACHE_CONTROL, crate::serve::FOR_EVER);
        let request = request.body(body).map_err(|error| StoreError::of(&what, error))?;
        let (mut head, body) = request.into_parts();
        let signed = self.signer.sign(&mut head, None).await;
        signed.map_err(|error| StoreError::of(&what, error))?;
        let answer = self.http.exchange(Request::from_parts(head, body)).await;
        let (head, body) = answer.map_err(|error| StoreError::of(what, error))?.into_parts();
        Ok((head.status, body))
    }
}

#[async_trait]
impl Store for S3 {
    async fn put(&self, name: &Name, bytes: Bytes) -> Result<(), StoreError> {
        match self.send(Method::PUT, name, bytes).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, said) => Err(refused("writing", name, status, &said)),
        }
    }

    async fn get(&self, name: &Name) -> Result<Option<Bytes>, StoreError> {
        match self.send(Method::GET, name, Bytes::new()).await? {
            (status, body) if status.is_success() => Ok(Some(body)),
            (StatusCode::NOT_FOUND, said) if !says(&said, "NoSuchBucket") => Ok(None),
            (status, said) => Err(refused("reading", name, status, &said)),
        }
    }
}

/// S3 names what is wrong in XML, such as `<Code>AccessDenied</Code>`.
fn refused(doing: &str, name: &Name, status: StatusCode, said: &[u8]) -> StoreError {
    let said = String::from_utf8_lossy(said);
    let code = said.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("without a reason", |(code, _)| code);
    StoreError::said(format!("{doing} {name}: the bucket answers {status}, {code}"))
}

fn says(body: &[u8], code: &str) -> bool {
    String::from_utf8_lossy(body).contains(code)
}

/// HTTP/1.1, with TLS where the address says so.
#[derive(Debug, Clone)]
struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    fn new() -> io::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    async fn exchange(&self, request: Request<Bytes>) -> io::Result<Response<Bytes>> {
        let exchange = async {
            let answer = self.0.request(request.map(Full::new)).await.map_err(io::Error::other)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(io::Error::other)?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        tokio::time::timeout(PATIENCE, exchange).await?
    }
}

/// How the credentials of a role are fetched.
impl HttpSend for Http {
    async fn http_send(&self, request: Request<Bytes>) -> reqsign_core::Result<Response<Bytes>> {
        let answer = self.exchange(request).await;
        answer.map_err(|error| reqsign_core::Error::unexpected("no answer").with_source(error))
    }
}

/// Profiles, and the token of web identity.
#[derive(Debug)]
struct Files;

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> reqsign_core::Result<Vec<u8>> {
        let read = tokio::fs::read(path).await;
        read.map_err(|error| reqsign_core::Error::unexpected("no such file").with_source(error))
    }
}
