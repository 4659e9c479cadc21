//! Restaurants over the JSON API: pages, filters, and how mistakes are answered.

use crate::shop::{Shop, on_sqlite};
use axum::http::StatusCode;
use std::collections::HashSet;

#[test]
fn a_list_is_paged_without_gaps_or_repeats() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let (mut seen, mut path) = (Vec::new(), "/api/v1/restaurants?limit=7".to_owned());
        loop {
            let page = shop.get(&path).await.json();
            let items = page["items"].as_array().unwrap();
            assert!((1..=7).contains(&items.len()));
            seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/restaurants?limit=7&cursor={next}");
        }
        assert_eq!(seen.len(), shop.browse.catalogue.all().len());
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    });
}

#[test]
fn filters_hold_for_every_restaurant_of_the_answer() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let items = async |query: &str| {
            let page = shop.get(&format!("/api/v1/restaurants?limit=100&{query}")).await.json();
            page["items"].as_array().unwrap().clone()
        };
        assert!(items("open_now=true").await.iter().all(|item| item["open_now"] == true));
        let italian = items("cuisine=italian").await;
        assert!(
            !italian.is_empty()
                && italian
                    .iter()
                    .all(|item| item["cuisines"].as_array().unwrap().contains(&"italian".into()))
        );
        let near = items("lat=47.80&lon=13.04&sort=near&open_now=1").await;
        let metres: Vec<f64> =
            near.iter().map(|item| item["distance_m"].as_f64().unwrap()).collect();
        assert!(metres.is_sorted() && !metres.is_empty());
        assert!(!items("q=margherita").await[0]["matching_items"].as_array().unwrap().is_empty());
        let suiting = items("open_now=1&diet=vegan&free_of=gluten").await;
        let counts: Vec<u64> =
            suiting.iter().map(|item| item["suiting_items"].as_u64().unwrap()).collect();
        assert!(counts.iter().all(|count| *count > 0) && counts.iter().rev().is_sorted());
    });
}

#[test]
fn what_cannot_be_understood_is_a_problem_that_names_the_parameter() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        for (query, pointer) in [
            ("limit=0", "/limit"),
            ("limit=101", "/limit"),
            ("limit=x", "/limit"),
            ("cursor=abc", "/cursor"),
            ("diet=carnivore", "/diet"),
            ("free_of=stones", "/free_of"),
            ("open_now=perhaps", "/open_now"),
            ("lat=91&lon=0", "/lat"),
            ("lat=NaN&lon=0", "/lat"),
            ("lat=1", "/lat"),
            ("sort=up", "/sort"),
        ] {
            let answer = shop.get(&format!("/api/v1/restaurants?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{query}");
        }
    });
}

#[test]
fn a_restaurant_and_its_menu_are_found_by_id_and_by_slug() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
        for key in ["trattoria-lupo".to_owned(), lupo.id().to_string()] {
            let one = shop.get(&format!("/api/v1/restaurants/{key}")).await.json();
            assert_eq!(
                (one["slug"].as_str(), one["state"].as_str()),
                (Some("trattoria-lupo"), Some("open"))
            );
            let menu = shop.get(&format!("/api/v1/restaurants/{key}/menu")).await.json();
            assert_eq!(menu, serde_json::to_value(lupo.menu.as_deref().unwrap()).unwrap());
        }
        for path in ["/api/v1/restaurants/nobody", "/api/v1/restaurants/nobody/menu"] {
            assert_eq!(shop.get(path).await.status, StatusCode::NOT_FOUND);
        }
    });
}
