//! From the slip to the order by forms alone.

use crate::town::{Place, lupo, margherita, menu};
use contracts::prepstation::v1;
use kernel::{Currency, Money};
use testkit::eventually;

/// A browser with one dish on its slip: its cookies.
async fn with_a_slip(place: &Place) -> String {
    let path = format!("/r/trattoria-lupo/i/{}", margherita());
    let added = place.send_form(&path, "", &[("quantity", "1"), ("key", "add-one")]).await;
    assert!(added.status().is_redirection(), "{}", added.status());
    cookie(&added, "cart")
}

fn cookie(answer: &reqwest::Response, name: &str) -> String {
    let set = answer.headers().get_all("set-cookie").iter();
    let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.filter(|pair| pair.starts_with(name)).map(ToOwned::to_owned).next().unwrap()
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split_once(&start).unwrap().1.split('"').next().unwrap().to_owned()
}

async fn open_checkout(place: &Place, cookies: &str) -> (String, String) {
    let answer = place.get_request("/checkout").header("cookie", cookies).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let kept = cookie(&answer, "checkout");
    (format!("{cookies}; {kept}"), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_leads_to_the_same_order_and_the_slip_is_empty() {
    let place = Place::open().await;
    let (cookies, page) = open_checkout(&place, &with_a_slip(&place).await).await;
    let (_, again) = open_checkout(&place, &cookies).await;
    let (key, total) = (hidden(&page, "key"), hidden(&page, "total"));
    assert_eq!(hidden(&again, "key"), key, "a reload keeps the key");
    assert_eq!(total, "980");
    let form = [("key", &*key), ("total", &*total), ("name", "Mira"), ("phone", "0662 5550123")];
    let mut places = Vec::new();
    for _ in 0..2 {
        let answer = place.send_form("/checkout", &cookies, &form).await;
        assert_eq!(answer.status(), 303);
        places.push(answer.headers()["location"].to_str().unwrap().to_owned());
    }
    assert_eq!(places[0], places[1]);
    let (status, tracking) = place.get(&places[0]).await;
    assert_eq!(status, 200);
    assert!(tracking.as_str().unwrap().contains("Mira"));
    let empty = place.get_request("/checkout").header("cookie", &cookies).send().await.unwrap();
    assert!(empty.text().await.unwrap().contains("Your slip is empty"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_marked_and_what_was_typed_stays() {
    let place = Place::open().await;
    let (cookies, page) = open_checkout(&place, &with_a_slip(&place).await).await;
    let key = hidden(&page, "key");
    let form = [("key", &*key), ("total", "980"), ("name", ""), ("phone", "0662 5550123")];
    let answer = place.send_form("/checkout", &cookies, &form).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("aria-invalid=\"true\""));
    assert!(page.contains("0662 5550123"));
    assert_eq!(hidden(&page, "key"), key, "the same attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_is_shown_before_anything_is_ordered() {
    let place = Place::open().await;
    let (cookies, page) = open_checkout(&place, &with_a_slip(&place).await).await;
    let mut dearer = menu();
    dearer.version = 2;
    dearer.sections[0].items[0].price = Money::new(1080, Currency::EUR);
    place.tell(2, v1::MenuPublished { restaurant_id: lupo(), menu: dearer }).await;
    eventually("the new price is known", async || {
        let (_, page) = open_checkout(&place, &cookies).await;
        (hidden(&page, "total") == "1080").then_some(())
    })
    .await;
    let key = hidden(&page, "key");
    let form = [("key", &*key), ("total", "980"), ("name", "Mira"), ("phone", "0662 5550123")];
    let answer = place.send_form("/checkout", &cookies, &form).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("It was €9.80 and is now €10.80"), "{page}");
    let agreed = [("key", &*key), ("total", "1080"), ("name", "Mira"), ("phone", "0662 5550123")];
    assert_eq!(place.send_form("/checkout", &cookies, &agreed).await.status(), 303);
}
