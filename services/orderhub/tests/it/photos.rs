//! A restaurant's own photos on the plates of customers' pages, beside drawn ones.

use crate::shop::{Shop, on_sqlite};
use axum::http::StatusCode;
use kernel::photo::{Photo, PhotoName};

fn photo(digit: u8) -> Photo {
    let name = PhotoName::of_hash([digit; 32]);
    Photo { name, widths: vec![320, 800, 1600], height: 1200, alt: "From <the> oven".to_owned() }
}

/// Lupo with a photo of itself and of its first dish.
fn shop_with_photos(shop: &Shop) -> String {
    let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
    let mut menu = lupo.menu.as_deref().unwrap().clone();
    menu.sections[0].items[0].photo = Some(photo(0xbb));
    let item = menu.sections[0].items[0].id;
    let mut lupo = (*lupo).clone().with_menu(menu, Vec::new()).at_revision(2);
    lupo.profile.photo = Some(photo(0xaa));
    shop.browse.catalogue.put(lupo);
    format!("/r/trattoria-lupo/i/{item}")
}

#[test]
fn photos_cover_their_plates_and_drawn_art_stays_on_the_others() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let dish = shop_with_photos(&shop);
        let (own, first) = ("aa".repeat(32), "bb".repeat(32));
        let page = shop.get("/r/trattoria-lupo").await.text();
        let set = format!(
            "/photos/{own}-320.jpg 320w, /photos/{own}-800.jpg 800w, /photos/{own}-1600.jpg 1600w"
        );
        assert!(page.contains(&set), "{page}");
        assert!(
            page.contains("alt=\"From &lt;the&gt; oven\"")
                && page.contains("width=\"1600\" height=\"1200\"")
        );
        assert_eq!(page.matches("fetchpriority=\"high\"").count(), 1, "the hero alone");
        let row = page.split(&format!("src=\"/photos/{first}-320.jpg\"")).nth(1).unwrap();
        assert!(row[..row.find('>').unwrap()].contains("loading=\"lazy\""));
        assert!(page.contains("/assets/art/"), "drawn plates beside it");
        let address = format!("http://orderhub.comanda.localhost:8080/photos/{own}-1600.jpg");
        assert!(page.contains(&format!("<meta property=\"og:image\" content=\"{address}\">")));
        assert!(page.contains(&format!("\"image\":[\"{address}\"]")), "JSON-LD");
        assert!(page.contains(&format!("\"image\":\"{}\"", address.replace(&own, &first))));

        let page = shop.get(&dish).await.text();
        assert!(
            page.contains(&format!("/photos/{first}-800.jpg 800w")) && page.contains("og:image")
        );
        let list = shop.get("/").await.text();
        assert!(list.contains(&format!("/photos/{own}-800.jpg 800w")), "its card");
    });
}

#[test]
fn the_api_names_the_photos() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        shop_with_photos(&shop);
        let one = shop.get("/api/v1/restaurants/trattoria-lupo").await.json();
        assert_eq!(one["photo"]["widths"], serde_json::json!([320, 800, 1600]));
        let menu = shop.get("/api/v1/restaurants/trattoria-lupo/menu").await.json();
        assert_eq!(menu["sections"][0]["items"][0]["photo"]["name"], "bb".repeat(32));
        assert!(menu["sections"][0]["items"][1].get("photo").is_none());
    });
}

#[test]
fn a_page_of_photos_stays_within_its_budget() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
        let mut menu = lupo.menu.as_deref().unwrap().clone();
        let items = menu.sections.iter_mut().flat_map(|section| &mut section.items);
        for (at, item) in (0..).zip(items) {
            let hash = std::array::from_fn(|byte: usize| {
                u8::try_from((at * 193 + byte * 101 + at * byte * 7) % 251).unwrap()
            });
            item.photo = Some(Photo { name: PhotoName::of_hash(hash), ..photo(0) });
        }
        shop.browse.catalogue.put((*lupo).clone().with_menu(menu, Vec::new()).at_revision(2));
        let page = shop.get_with("/r/trattoria-lupo", "accept-encoding", "br").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.bytes.len() <= 40 * 1024, "{} bytes", page.bytes.len());
    });
}
