//! Every SQL text of orderhub is good SQL for both engines.

use testkit::TestDatabase;

#[test]
fn every_statement_can_be_prepared_on_each_engine() {
    for target in TestDatabase::each() {
        let _open = target.open(&[outbox::MIGRATIONS, orderhub::MIGRATIONS]);
        let refused = target.location.refused(database::registered("orderhub")).unwrap();
        assert!(refused.is_empty(), "{}: {refused:#?}", target.engine);
        assert!(database::registered("orderhub").count() > 20);
    }
}

#[test]
fn the_data_map_names_every_column() {
    testkit::check_data_map(&orderhub::DATA_MAP, orderhub::MIGRATIONS);
}
