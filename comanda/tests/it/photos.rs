//! A photo that one process takes in is served by others: they share a store, not a memory.

use crate::{
    four_processes::FourProcesses,
    town::{Client, Comanda, free_port},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
#[cfg(feature = "s3")]
use testkit::counterpart;
use testkit::{eventually, photo};

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_takes_in_others_serve_from_the_folder() {
    let data = tempfile::tempdir().unwrap();
    walk(&FourProcesses::start(data.path(), Vec::new()), &data, Vec::new()).await;
    assert!(data.path().join("uploads").is_dir());
}

#[cfg(feature = "s3")]
#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_takes_in_others_serve_from_a_bucket() {
    let Some(server) = counterpart("COMANDA_TEST_S3") else { return };
    // The servers of tests let everybody make a bucket; it may be there.
    Client::new(0).http.put(format!("{server}/town")).send().await.unwrap();
    let url = format!("s3://town/walk?region=us-east-1&endpoint={server}");
    let settings = vec![("COMANDA_UPLOADS_URL", url)];
    let data = tempfile::tempdir().unwrap();
    walk(&FourProcesses::start(data.path(), settings.clone()), &data, settings).await;
    assert!(!data.path().join("uploads").exists());
}

async fn walk(
    town: &FourProcesses,
    data: &tempfile::TempDir,
    settings: Vec<(&'static str, String)>,
) {
    let owner = town.owner().await;
    let (status, hung) = put(&owner, "/restaurants/trattoria-lupo/photo").await;
    assert_eq!(status, StatusCode::OK, "{hung}");
    let served = format!("/photos/{}-900.jpg", hung["name"].as_str().unwrap());
    let guest = town.client("orderhub");
    eventually("orderhub shows the photo", async || {
        let (_, restaurant) = guest.get("orderhub", "/restaurants/trattoria-lupo").await;
        (restaurant["photo"] == hung).then_some(())
    })
    .await;
    // A second replica of the office, which never saw the upload.
    let port = free_port();
    let replica = Comanda::start(&["prepstation"], data.path(), port, &settings);
    let other = Client { port: replica.port, ..owner.clone() };
    for (client, service) in
        [(&guest, "orderhub"), (&owner, "prepstation"), (&other, "prepstation")]
    {
        let answer = client.request(Method::GET, service, &served).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{service}");
        assert_eq!(answer.headers()["content-type"], "image/jpeg");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(answer.bytes().await.unwrap().starts_with(b"\xff\xd8\xff"));
    }
    let nothing = served.replace("-900", "-901");
    let answer = guest.request(Method::GET, "orderhub", &nothing).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

/// Sends a photo as somebody.
pub(crate) async fn put(client: &Client, path: &str) -> (StatusCode, Value) {
    let request = client.request(Method::PUT, "prepstation", &format!("/api/v1{path}"));
    let answer = request.body(photo(900, 600)).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or_else(|_| json!(text)))
}
