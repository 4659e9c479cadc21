//! Landing through its outer door, and its use-cases' SQL on each engine.

mod api;
mod pages;

use testkit::Place;

/// Landing alone.
async fn open() -> Place {
    open_set(&[]).await
}

/// The same with these settings.
async fn open_set(settings: &[(&str, &str)]) -> Place {
    let mut place = Place::open(settings).await;
    let context = place.context(landing::SERVICE);
    place.serve([(context.clone(), landing::start(&context))]);
    place
}

#[test]
fn every_sql_text_is_good_on_each_engine() {
    for target in testkit::TestDatabase::each() {
        drop(target.open(landing::SERVICE.migrations));
        let refused = target.location.refused(database::registered("landing")).unwrap();
        assert!(refused.is_empty(), "{}: {refused:?}", target.engine);
    }
    assert!(database::registered("landing").count() >= 4);
}

#[test]
fn the_data_map_names_every_column() {
    testkit::check_data_map(&landing::DATA_MAP, landing::MIGRATIONS);
}
