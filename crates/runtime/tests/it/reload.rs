//! Pages that are being written learn from `/livez` that they are old.

use axum::Router;
use runtime::Service;
use std::{fs::File, time::Duration};
use testkit::{Browser, Place};
use web::assets::Source;

const US: Service = Service { name: web::Service::Landing, migrations: &[] };

/// Empty when it tells none.
async fn version(browser: &mut Browser) -> String {
    let answer = browser.get("landing", "/livez").await;
    assert_eq!(answer.status, 200);
    answer.header("x-version").to_owned()
}

#[tokio::test]
async fn the_version_changes_with_each_edit_of_an_asset() {
    let folder = tempfile::tempdir().unwrap();
    let mut place = Place::open(&[("dev.reload", "true")]).await;
    let mut context = place.context(US);
    context.site.assets = Source::Folder(folder.path().into());
    place.serve([(context, Router::new())]);
    let mut browser = place.browser();
    let before = version(&mut browser).await;
    assert_ne!(before, "");
    assert_eq!(version(&mut browser).await, before);
    let sheet = File::create(folder.path().join("card.css")).unwrap();
    let made = sheet.metadata().unwrap().modified().unwrap();
    sheet.set_modified(made + Duration::from_secs(60)).unwrap();
    assert_ne!(version(&mut browser).await, before);
}

#[tokio::test]
async fn a_town_that_serves_people_tells_no_version() {
    let mut place = Place::open(&[]).await;
    let context = place.context(US);
    place.serve([(context, Router::new())]);
    assert_eq!(version(&mut place.browser()).await, "");
}
