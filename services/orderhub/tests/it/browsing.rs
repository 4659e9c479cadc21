//! The catalogue's pages: what the first byte holds, how they are kept and compressed, and what they say.

use crate::shop::{Shop, friday_evening, on_sqlite};
use axum::http::StatusCode;
use contracts::prepstation::v1::OnSale;
use orderhub::catalogue::OffSale;
use std::io::Read;

#[test]
fn the_first_byte_of_a_restaurants_page_has_the_whole_menu() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        for restaurant in shop.browse.catalogue.all().iter() {
            let answer = shop.get(&format!("/r/{}", restaurant.profile.slug)).await;
            assert_eq!(answer.status, StatusCode::OK);
            let text = answer.text();
            for item in restaurant.menu.iter().flat_map(|menu| menu.items()) {
                assert!(text.contains(&item.id.to_string()), "{}", item.name);
            }
            assert_eq!(text.matches("<h1").count(), 1);
        }
    });
}

#[test]
fn a_page_comes_compressed_within_its_budget_and_not_twice() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let first = shop.get_with("/r/trattoria-lupo", "accept-encoding", "br").await;
        assert_eq!(first.header("content-encoding"), "br");
        assert!(first.bytes.len() <= 40 * 1024, "{} bytes", first.bytes.len());
        let mut plain = String::new();
        brotli::Decompressor::new(first.bytes.as_ref(), 4096).read_to_string(&mut plain).unwrap();
        assert!(plain.contains("Trattoria Lupo"));
        let again = shop.get_with("/r/trattoria-lupo", "if-none-match", first.header("etag")).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    });
}

#[test]
fn a_change_and_the_clock_make_the_page_another_one() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
        let before = shop.get("/r/trattoria-lupo").await;
        let menu = lupo.menu.as_deref().unwrap().clone();
        let until = "2026-11-20T18:00:00Z".parse().unwrap();
        let off = OffSale { what: OnSale::Item(menu.sections[0].items[0].id), until: Some(until) };
        shop.browse.catalogue.put((*lupo).clone().with_menu(menu, vec![off]).at_revision(2));
        let sold_out = shop.get("/r/trattoria-lupo").await;
        assert_ne!(sold_out.header("etag"), before.header("etag"));
        assert!(sold_out.text().contains("sold out, back 19:00"));
        assert!(sold_out.text().contains("https://schema.org/OutOfStock"));
        shop.clock.set(until);
        assert!(!shop.get("/r/trattoria-lupo").await.text().contains("sold out"));
    });
}

#[test]
fn a_closed_kitchen_says_when_it_opens() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let all = shop.browse.catalogue.all();
        let closing = all.iter().find(|r| r.profile.hours.open_until(friday_evening()).is_some());
        let (slug, until) = closing
            .map(|r| {
                (r.profile.slug.clone(), r.profile.hours.open_until(friday_evening()).unwrap())
            })
            .unwrap();
        assert!(!shop.get(&format!("/r/{slug}")).await.text().contains("Closed just now"));
        shop.clock.set(until);
        let text = shop.get(&format!("/r/{slug}")).await.text();
        assert!(text.contains("Closed just now") && text.contains("order ahead"));
    });
}

#[test]
fn structured_data_says_what_the_page_shows() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let text = shop.get("/r/trattoria-lupo").await.text();
        let (_, rest) = text.split_once("application/ld+json\">").unwrap();
        let data: serde_json::Value =
            serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
        assert_eq!(
            (data["@type"].as_str(), data["name"].as_str()),
            (Some("Restaurant"), Some("Trattoria Lupo"))
        );
        let sections = data["hasMenu"]["hasMenuSection"].as_array().unwrap();
        let told: Vec<(&str, &str)> = sections
            .iter()
            .flat_map(|section| section["hasMenuItem"].as_array().unwrap())
            .map(|item| (item["name"].as_str().unwrap(), item["offers"]["price"].as_str().unwrap()))
            .collect();
        let shown: Vec<(String, String)> = lupo
            .menu
            .iter()
            .flat_map(|menu| menu.items())
            .map(|item| (item.name.clone(), item.price.plain()))
            .collect();
        assert!(
            told.iter().eq(shown
                .iter()
                .map(|(n, p)| (n.as_str(), p.as_str()))
                .collect::<Vec<_>>()
                .iter())
        );
        assert!(text.contains(
            "rel=\"canonical\" href=\"http://orderhub.comanda.localhost:8080/r/trattoria-lupo\""
        ));
    });
}

#[test]
fn an_unknown_restaurant_is_404_and_one_that_left_is_410() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let mut gone = (*shop.browse.catalogue.by_slug("goldhendl").unwrap()).clone();
        gone.profile.listed = false;
        shop.browse.catalogue.put(gone.at_revision(2));
        for (path, status) in [
            ("/r/never-was", StatusCode::NOT_FOUND),
            ("/r/%00", StatusCode::NOT_FOUND),
            ("/r/goldhendl", StatusCode::GONE),
            ("/r/trattoria-lupo/i/nothing", StatusCode::NOT_FOUND),
        ] {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.text().contains("href=\"/"), "{path} has a way on");
        }
        assert!(!shop.get("/sitemap.xml").await.text().contains("goldhendl"));
    });
}

#[test]
fn filters_live_in_the_address_and_dead_ends_have_a_way_on() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let all = shop.get("/").await.text();
        let vegan = shop.get("/?diet=vegan&open_now=1").await.text();
        assert!(vegan.matches("<article").count() <= all.matches("<article").count());
        assert!(vegan.contains("aria-current=\"true\">Vegan"));
        let nobody = shop.get("/?cuisine=italian&cuisine=nonsense&diet=kosher&diet=vegan&free_of=gluten,nuts,milk,soybeans,celery").await;
        assert_eq!(nobody.status, StatusCode::OK);
        assert!(nobody.text().contains("Show every kitchen") || nobody.text().contains("<article"));
        assert!(shop.get("/search?q=zzzzqqq").await.text().contains("Nothing found"));
        assert!(shop.get("/search?q=margherita").await.text().contains("Trattoria Lupo"));
    });
}

#[test]
fn no_text_of_a_restaurant_becomes_markup() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let evil = "</script><script>alert(1)</script>";
        let mut lupo = (*shop.browse.catalogue.by_slug("trattoria-lupo").unwrap()).clone();
        lupo.profile.story = evil.to_owned();
        lupo.profile.name = evil.to_owned();
        shop.browse.catalogue.put(lupo.at_revision(2));
        for path in ["/", "/r/trattoria-lupo", "/search?q=%3C/script%3E%3Cscript%3Ealert(1)"] {
            assert!(!shop.get(path).await.text().contains("<script>alert"), "{path}");
        }
    });
}
