//! What an operator does to AWS, or its own rules, by rights that the adapter has not.

use http::request::Builder;
use reqsign_aws_v4::{RequestSigner, StaticCredentialProvider};
use reqsign_core::{Context, Signer};
use sha2::{Digest, Sha256};

pub(crate) fn endpoint(url: &str) -> &str {
    url.split_once("endpoint=").unwrap().1.split('&').next().unwrap()
}

/// The text of an answer.
pub(crate) async fn ask(service: &str, request: Builder, body: String) -> String {
    let operator = StaticCredentialProvider::new("operator", "operator");
    let signer = Signer::new(Context::new(), operator, RequestSigner::new(service, "us-east-1"));
    let digest: String = Sha256::digest(&body).iter().map(|b| format!("{b:02x}")).collect();
    let request = request.header("x-amz-content-sha256", digest).body(body).unwrap();
    let (mut head, body) = request.into_parts();
    signer.sign(&mut head, None).await.unwrap();
    let request = http::Request::from_parts(head, body).try_into().unwrap();
    let answer = reqwest::Client::builder().build().unwrap().execute(request).await.unwrap();
    answer.error_for_status().unwrap().text().await.unwrap()
}
