//! The pages with a provider's script, and their policy.

use super::Town;

fn policy(answer: &testkit::Answer) -> String {
    answer.header("content-security-policy").to_owned()
}

#[tokio::test]
async fn clerk_and_firebase_have_a_page_whose_policy_allows_their_script_there_alone() {
    let town = Town::open().await;
    let mut browser = town.browser();
    let clerk = browser.get("accounts", "/sign-in/with/clerk?return_to=x").await;
    assert_eq!(clerk.status, 200);
    let issuer = &town.clerk.issuer;
    assert!(clerk.body.contains("data-clerk=\"pk_test_"), "{}", clerk.body);
    assert!(clerk.body.contains("type=\"module\"") && clerk.body.contains("did not load"));
    assert!(
        policy(&clerk)
            .contains(&format!("script-src 'self' {issuer} https://challenges.cloudflare.com;"))
    );
    assert!(policy(&clerk).contains(&format!("connect-src 'self' {issuer};")));
    let firebase = browser.get("accounts", "/sign-in/with/firebase").await;
    assert!(
        policy(&firebase)
            .contains("script-src 'self' https://www.gstatic.com https://apis.google.com;")
    );
    assert!(policy(&firebase).contains("frame-src https://town.firebaseapp.com;"));
    assert_eq!(firebase.header("cross-origin-opener-policy"), "same-origin-allow-popups");
    for answer in [&clerk, &firebase] {
        for kept in
            ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"]
        {
            assert!(policy(answer).contains(kept), "{kept}");
        }
        assert!(
            !policy(answer).contains("'unsafe-eval'")
                && !policy(answer).contains("script-src 'self' 'unsafe-inline'")
        );
    }
    let plain = browser.get("accounts", "/sign-in").await;
    assert!(policy(&plain).contains("script-src 'self';"));
    assert!(policy(&plain).contains("require-trusted-types-for 'script'"));
}

#[tokio::test]
async fn the_scripts_are_served_and_speak_to_nobody_but_us_and_the_provider() {
    let town = Town::open().await;
    let mut browser = town.browser();
    for name in ["clerk", "firebase"] {
        let page = browser.get("accounts", &format!("/sign-in/with/{name}")).await.body;
        let start = page.find(&format!("/assets/providers/{name}.")).unwrap();
        let path = &page[start..start + page[start..].find('"').unwrap()];
        let script = browser.get("accounts", path).await;
        assert!(script.header("content-type").starts_with("text/javascript"));
        assert!(script.body.contains("requestSubmit") && !script.body.contains("fetch("));
    }
}

#[tokio::test]
async fn where_no_provider_is_set_no_page_speaks_of_any() {
    let place = crate::Place::open().await;
    let mut ana = place.ana().await;
    assert!(!place.browser().get("accounts", "/sign-in").await.body.contains("Continue with"));
    assert!(!ana.get("accounts", "/account").await.body.contains("/account/providers"));
    assert_eq!(ana.get("accounts", "/account/providers").await.status, 200);
    assert_eq!(ana.get("accounts", "/sign-in/with/google").await.status, 404);
}
