//! The demo town is loaded through the import.

use crate::{MIGRATIONS, env};
use prepstation::{demo::load_town, store};

#[test]
fn the_demo_town_opens_without_a_refusal_and_only_once() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let report = load_town(&db, env).await.unwrap();
        assert!(report.is_clean(), "{report}");
        assert!(report.created >= 40, "{} restaurants", report.created);
        assert!(report.items >= 800, "{} items", report.items);
        let again = load_town(&db, env).await.unwrap();
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, report.created));
        let lupo =
            db.read(|tx| store::restaurants::by_slug(tx, "trattoria-lupo")).await.unwrap().unwrap();
        assert!(lupo.profile.listed && lupo.hours.is_open(env().now));
    });
}
