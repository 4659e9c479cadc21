//! A service beside accounts: it knows people by their token, renews it and hears of sign-outs.

use crate::Place;
use contracts::prepstation::v1::{Role, StaffChanged};
use database::Tx;
use kernel::ids::{Id, PersonId, RestaurantId};
use runtime::{PublishError, Service};
use testkit::eventually;

#[tokio::test]
async fn one_sign_in_is_known_at_the_sibling() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    assert_eq!(ana.get("orderhub", "/me").await.body, "Ana");
    assert_eq!(ana.get("orderhub", "/").await.body, "Ana");
    assert_eq!(place.browser().get("orderhub", "/").await.body, "nobody");
    let answer = place.browser().get("orderhub", "/me?a=1&b=2").await;
    assert_eq!(answer.status, 303);
    let me = format!("{}/me?a=1&b=2", ana.origin("orderhub"));
    assert_eq!(
        answer.location(),
        format!(
            "{}/sign-in?{}",
            ana.origin("accounts"),
            serde_urlencoded::to_string([("return_to", &me)]).unwrap()
        )
    );
    assert_eq!(place.browser().get("orderhub", "/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn an_expired_token_is_renewed_on_get_and_post_alike_without_a_redirect() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    for method in ["GET", "POST"] {
        place.wait(3600);
        let before = ana.cookies.clone();
        let origin = ana.origin("orderhub");
        let request = ana.request(method, "orderhub", "/me").header("origin", origin);
        let answer = ana.visit(request).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "Ana"), "{method}");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_ne!(ana.cookies, before, "{method}");
        assert_eq!(ana.get("orderhub", "/me").await.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_hundred_requests_with_one_expired_token_sign_nobody_out() {
    let place = Place::open().await;
    let ana = place.ana().await;
    place.wait(3600);
    let visits: Vec<_> = (0..100)
        .map(|_| {
            let mut ana = ana.clone();
            tokio::spawn(async move {
                let answer = ana.get("orderhub", "/me").await;
                (answer.status, ana.cookies)
            })
        })
        .collect();
    let mut successors = std::collections::BTreeSet::new();
    for visit in visits {
        let (status, cookies) = visit.await.unwrap();
        assert_eq!(status, 200);
        successors.insert(cookies);
    }
    assert_eq!(successors.len(), 1);
}

#[tokio::test]
async fn a_cookie_sent_twice_is_nobodys() {
    let place = Place::open().await;
    let ana = place.ana().await;
    let cookie = format!("comanda={}", ana.cookies["comanda"]);
    for cookies in [
        vec![format!("{cookie}; {cookie}")],
        vec![format!("{cookie}; comanda=tossed")],
        vec![cookie.clone(), cookie.clone()],
    ] {
        let request =
            cookies.iter().fold(ana.request("GET", "orderhub", "/"), |request, cookie| {
                request.header("cookie", cookie)
            });
        assert_eq!(ana.send(request).await.body, "nobody", "{cookies:?}");
    }
    let request = ana.request("GET", "orderhub", "/").header("cookie", &cookie);
    assert_eq!(ana.send(request).await.body, "Ana");
}

#[tokio::test]
async fn a_bearer_is_known_and_a_wrong_one_is_not_helped_by_the_cookie() {
    let place = Place::open().await;
    let ana = place.ana().await;
    let cookie = format!("comanda={}", ana.cookies["comanda"]);
    let token = place.token("owner@demo.test").await;
    let who = async |authorization: String| {
        let request = ana.request("GET", "orderhub", "/api/v1/me").header("cookie", &cookie);
        let answer = ana.send(request.header("authorization", authorization)).await;
        (answer.status, answer.body)
    };
    assert_eq!(who(format!("Bearer {token}")).await, (200, "Luca".to_owned()));
    for wrong in [format!("Basic {token}"), "Bearer".to_owned(), format!("Bearer {token}x")] {
        assert_eq!(who(wrong).await.0, 401);
    }
}

#[tokio::test]
async fn signing_out_reaches_the_sibling_before_the_token_expires() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let copied = ana.clone();
    assert_eq!(copied.clone().get("orderhub", "/me").await.status, 200);
    ana.post("accounts", "/sign-out", &[]).await;
    eventually("the sibling refuses the copied cookie", async || {
        (copied.clone().get("orderhub", "/me").await.status == 303).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_prepstation_says_of_staff_is_in_the_next_token_and_on_the_account_page() {
    let place = Place::open().await;
    let prepstation = Service { name: web::Service::Prepstation, migrations: &[] };
    let prepstation = place.town.context(prepstation, place.settings.clone()).unwrap();
    let restaurant_id = RestaurantId::from_natural_key("lupo");
    let person_id = PersonId::from_natural_key("cook@demo.test");
    let mut cook = place.browser();
    cook.sign_in("cook@demo.test", "comanda-demo").await;
    for (role, expected) in [(Some(Role::Cook), 1), (None, 0)] {
        let env = prepstation.env();
        let tell = move |tx: &mut Tx<'_>| {
            let fact = StaffChanged { restaurant_id, person_id, role };
            runtime::publish(tx, &env, web::Service::Prepstation, 1, fact).map_err(Refusal::from)
        };
        prepstation.database.write(tell).await.unwrap();
        eventually("the account page follows", async || {
            let page = cook.get("accounts", "/account").await.body;
            (page.matches(">Cook<").count() == expected).then_some(())
        })
        .await;
    }
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Database(#[from] database::Error),
}
