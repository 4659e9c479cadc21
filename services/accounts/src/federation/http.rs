//! Calls to providers: HTTPS by rustls with the system's authorities, plain HTTP to this machine
//! alone, no redirects, and no more than is expected is read.

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use runtime::is_safe_way;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Arc, time::Duration};

/// The longest answer, in bytes.
const LARGEST: usize = 512 * 1024;
const CONNECT: Duration = Duration::from_secs(3);

/// A call that brought nothing usable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// Somebody on the way could read or change it.
    #[error("{0} is neither https nor this machine")]
    Way(String),
    /// The address is none.
    #[error("the address cannot be called")]
    Address(#[from] axum::http::Error),
    /// Nobody answers.
    #[error("there is no answer")]
    Call(#[from] hyper_util::client::legacy::Error),
    /// The answer breaks off or is too long.
    #[error("the answer cannot be read: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    /// Another status than 200.
    #[error("the answer is {0}")]
    Status(StatusCode),
    /// Something else than the JSON that is expected.
    #[error("the answer is not the JSON that is expected")]
    Json(#[from] serde_json::Error),
}

/// The client of one provider.
#[derive(Debug, Clone)]
pub(crate) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// Trusts the system's authorities and those in `authorities`, a PEM file.
    ///
    /// The error says what is wrong with that file.
    pub(crate) fn new(authorities: Option<&Path>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = authorities {
            let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))? {
                roots
                    .add(certificate.map_err(|error| wrong(&error))?)
                    .map_err(|error| wrong(&error))?;
            }
        }
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// A JSON document, for who holds `bearer` if that is needed.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        bearer: Option<&str>,
    ) -> Result<T, HttpError> {
        let mut request = Request::get(url).header(header::ACCEPT, "application/json");
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let (status, body) = self.send(url, request.body(Full::default())?).await?;
        if status != StatusCode::OK {
            return Err(HttpError::Status(status));
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Sends a form, with the `Authorization` header that is given.
    pub(crate) async fn post(
        &self,
        url: &str,
        authorization: Option<String>,
        form: String,
    ) -> Result<(StatusCode, Bytes), HttpError> {
        let mut request = Request::post(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.send(url, request.body(Full::from(form))?).await
    }

    async fn send(
        &self,
        url: &str,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), HttpError> {
        if !is_safe_way(url) {
            return Err(HttpError::Way(url.to_owned()));
        }
        let agent = header::HeaderValue::from_static("comanda");
        request.headers_mut().insert(header::USER_AGENT, agent);
        let (head, body) = self.0.request(request).await?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(HttpError::Body)?;
        Ok((head.status, body.to_bytes()))
    }
}
