//! The pages as a visitor without scripts meets them.

use crate::{open, open_set};

#[tokio::test]
async fn every_page_answers_and_stands_in_the_sitemap_with_its_own_address() {
    let place = open().await;
    let mut visitor = place.browser();
    let sitemap = visitor.get("landing", "/sitemap.xml").await.body;
    for path in ["/", "/restaurants", "/start", "/contact", "/about", "/privacy", "/terms"] {
        let page = visitor.get("landing", path).await;
        assert_eq!(page.status, 200, "{path}");
        let own = format!("{}{path}", visitor.origin("landing"));
        assert!(page.body.contains(&format!("rel=\"canonical\" href=\"{own}\"")), "{path}");
        assert!(sitemap.contains(&format!("<loc>{own}</loc>")), "{path}");
    }
    assert!(visitor.get("landing", "/robots.txt").await.body.contains("sitemap.xml"));
}

#[tokio::test]
async fn a_message_by_form_gets_a_receipt_and_pressing_twice_sends_once() {
    let place = open().await;
    let mut visitor = place.browser();
    let form = [
        ("key", "k1"),
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("message", "Ciao"),
        ("website", ""),
    ];
    let first = visitor.post("landing", "/contact", &form).await;
    assert_eq!(first.status, 303);
    let again = visitor.post("landing", "/contact", &form).await;
    assert_eq!(again.location(), first.location());
    let receipt = visitor.get("landing", first.location()).await;
    assert!(receipt.body.contains("your message has arrived"));
}

#[tokio::test]
async fn a_flood_of_messages_from_one_network_waits_and_reading_does_not() {
    let place = open_set(&[("accounts.throttle_loopback", "true")]).await;
    let mut visitor = place.browser();
    for number in 0..10 {
        let message = format!("Message {number}");
        let form = [("name", "Ana"), ("email", "ana@example.com"), ("message", &message)];
        assert_eq!(visitor.post("landing", "/contact", &form).await.status, 303);
    }
    let refused = visitor.post("landing", "/start", &[("email", "lia@example.com")]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "60"));
    let kept = ["value=\"lia@example.com\"", "Send it again in a minute"];
    assert!(kept.iter().all(|part| refused.body.contains(part)), "{}", refused.body);
    assert_eq!(visitor.get("landing", "/contact").await.status, 200);
    place.wait(60);
    let form = [("name", "Ana"), ("email", "ana@example.com"), ("message", "Ciao")];
    assert_eq!(visitor.post("landing", "/contact", &form).await.status, 303);
}

#[tokio::test]
async fn a_wrong_field_is_marked_and_nothing_typed_is_lost() {
    let place = open().await;
    let mut visitor = place.browser();
    let form = [("restaurant_name", "Lupo & Söhne"), ("email", "lia"), ("website", "")];
    let answer = visitor.post("landing", "/start", &form).await;
    assert_eq!(answer.status, 422);
    for kept in ["Lupo &amp; Söhne", "value=\"lia\"", "aria-invalid=\"true\""] {
        assert!(answer.body.contains(kept), "{kept}");
    }
}
