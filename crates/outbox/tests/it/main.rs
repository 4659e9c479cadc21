//! Outbox, relay, inbox and consumer loop on each engine, over the embedded broker.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod consuming;
mod leasing;
mod publishing;
mod town;

#[test]
fn all_registered_texts_are_good_sql_on_both_engines() {
    for target in testkit::TestDatabase::each() {
        drop(target.open(&[outbox::MIGRATIONS]));
        let refused = target.location.refused(database::registered("outbox")).unwrap();
        assert!(refused.is_empty(), "{}: {refused:?}", target.engine);
        assert!(database::registered("outbox").count() > 12);
    }
}
