//! Files of all kinds, good, sloppy and bad.

use crate::{MIGRATIONS, env};
use database::Database;
use prepstation::{
    import::{File, Options, Report, Weight, import_texts, read_card, read_osm_geojson},
    store,
};

fn file(name: &str, text: &str) -> File {
    File { name: name.to_owned(), text: text.to_owned() }
}

async fn load(db: &Database, files: &[File]) -> Report {
    import_texts(db, env, files, &Options::default()).await.unwrap()
}

#[test]
fn a_real_menu_card_in_german_is_imported_whole_and_doubles_nothing() {
    let card = [file("card.json", include_str!("../data/menu_asia_little_dragon.json"))];
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let report = load(&db, &card).await;
        assert!(report.is_clean(), "{report}");
        assert_eq!((report.created, report.items), (1, 255), "{report}");
        let menu = db.read(|tx| {
            let dragon = store::restaurants::by_slug(tx, "asia-little-dragon")?.unwrap();
            Ok::<_, database::Error>(store::menus::published(tx, dragon.id)?.unwrap().0)
        });
        let menu = menu.await.unwrap();
        assert_eq!((menu.version, menu.sections.len()), (1, 24));
        let lunch = &menu.sections[0].items[0];
        assert_eq!(lunch.option_groups[0].options.len(), 2, "a starter comes with it");
        assert!(!lunch.allergens.declared, "a card with some allergens promises nothing of others");
        let again = load(&db, &card).await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 1));
    });
}

#[test]
fn real_map_extracts_are_imported_with_their_sloppy_hours_put_right() {
    let extracts = [
        file("edinburgh.geojson", include_str!("../data/osm_edinburgh_part.geojson")),
        file("salzburg.geojson", include_str!("../data/osm_salzburg_part.geojson")),
    ];
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let report = load(&db, &extracts).await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.created, 80, "{report}");
        assert!(report.remarks_of(Weight::Warned) > 0, "some hours are sloppy");
        let again = load(&db, &extracts).await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 80));
    });
}

#[test]
fn an_extract_that_names_no_zone_takes_the_one_that_is_given() {
    let text = r#"{"type": "FeatureCollection", "country": "DK", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [12.5, 55.6]},
         "properties": {"name": "Kro", "opening_hours": "Mo-Su 17:00-02:00"}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}, "properties": {"name": "Hal"}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [12.5, 55.6]}, "properties": {}}]}"#;
    assert!(read_osm_geojson("x", text, None).restaurants.is_empty());
    let read = read_osm_geojson("x", text, Some(&"Europe/Copenhagen".parse().unwrap()));
    assert_eq!(read.restaurants.len(), 1);
    let kro = &read.restaurants[0].restaurant;
    assert_eq!((kro.currency.code(), kro.hours.zone.name()), ("DKK", "Europe/Copenhagen"));
    let places: Vec<_> = read.remarks.iter().map(|remark| remark.at.as_str()).collect();
    assert_eq!(places, ["feature 1", "feature 2"]);
}

#[test]
fn both_csv_forms_are_imported_and_bad_lines_are_named() {
    let restaurants = include_str!("../../../../demo/import/example-restaurants.csv");
    let menu = include_str!("../../../../demo/import/example-menu.csv");
    let menu = format!(
        "{menu}stehcafe-zwirn,Coffee,Cold brew,,many,2000,none,,,\n\
         stehcafe-zwirn,Coffee,Mocha,,450,2000,cocoa,,,\n\
         nobody,Coffee,Mocha,,450,2000,milk,,,\n\
         too,few\n"
    );
    let files = [file("menu.csv", &menu), file("restaurants.csv", restaurants)];
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let report = load(&db, &files).await;
        let lines: Vec<_> = report.remarks.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("menu.csv, line 14: price")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("line 15: contains: \"cocoa\"")));
        assert!(lines.iter().any(|line| line.contains("line 16: menu of \"nobody\"")));
        assert!(lines.iter().any(|line| line.contains("line 17: 2 cells instead of 10")));
        assert_eq!((report.created, report.items), (2, 13));
        let menu = db.read(|tx| {
            let cafe = store::restaurants::by_slug(tx, "stehcafe-zwirn")?.unwrap();
            Ok::<_, database::Error>(store::menus::published(tx, cafe.id)?.unwrap().0)
        });
        let menu = menu.await.unwrap();
        assert_eq!((menu.sections.len(), menu.items().count(), menu.version), (2, 6, 1));
        assert!(load(&db, &files).await.remarks.len() == 4);
    });
}

#[test]
fn a_bad_dish_in_json_is_refused_with_its_pointer_and_the_rest_is_sold() {
    let text = r#"[{"slug": "eck", "name": "Eck", "cuisines": ["Street Food"],
        "address": {"street": "Gasse 1", "postcode": "5020", "city": "Salzburg", "country": "AT", "lat": 47.8, "lon": 13.0},
        "zone": "Europe/Vienna", "currency": "EUR", "opening_hours": "Mo-Fr 8.00-18.00", "pickup": true, "delivery": null,
        "prep_minutes": 5, "staff": [], "option_groups": {},
        "menu": [{"section": "Food", "items": [{"name": "Bosna", "price": 550}, {"name": "Free", "price": "0"},
                  {"name": "Minus", "price": -1}, {"name": "Bosna", "price": 600}, {"name": "Fries", "price": 400, "options": ["dip"]}]}]},
        {"slug": "x"}]"#;
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let report = load(&db, &[file("eck.json", text)]).await;
        let refused: Vec<_> = report
            .remarks
            .iter()
            .filter(|remark| remark.weight == Weight::Refused)
            .map(|remark| remark.at.as_str())
            .collect();
        let expected = [
            "/0/menu/0/items/1/price",
            "/0/menu/0/items/3",
            "/0/menu/0/items/4/options/0",
            "/0/menu/0/items/1/price/amount",
            "/1",
        ];
        assert_eq!(refused, expected, "{report}");
        assert_eq!((report.created, report.items), (1, 1));
    });
}

#[test]
fn what_is_no_file_of_ours_is_refused_with_a_reason() {
    for (name, text) in [
        ("a.json", "{"),
        ("a.csv", "x,y\n1,2\n"),
        ("b.geojson", "[1]"),
        ("c.json", "\u{fffd}"),
        ("d.json", "null"),
    ] {
        testkit::on_each_engine(MIGRATIONS, async |db| {
            let report = load(&db, &[file(name, text)]).await;
            assert_eq!((report.created, report.remarks.len()), (0, 1), "{name}: {report}");
        });
    }
    assert_eq!(read_card("x", "{}").remarks.len(), 1);
}
