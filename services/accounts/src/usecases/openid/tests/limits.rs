//! What strangers may leave in the tables.

use super::*;
use crate::usecases::TooSoon;

async fn rows(db: &Database) -> (i64, i64) {
    db.read(|tx| {
        tx.one(sql!("SELECT (SELECT COUNT(*) FROM one_time_secrets), (SELECT COUNT(*) FROM sign_in_attempts)"), &[])
    })
    .await
    .map_err(|error: database::Error| error)
    .unwrap()
}

#[test]
fn strangers_leave_so_many_requests_of_apps_and_who_comes_through_is_taken_off() {
    on_both(async |db| {
        let keep = |second: i64| {
            let db = db.clone();
            async move {
                let pending = Pending { query: "x".to_owned(), asked_at: at(second).now };
                let address = Some("192.0.2.1".to_owned());
                let login_hint = "zoe".repeat(4000);
                let about = About { address, login_hint, person: None };
                let work =
                    move |tx: &mut Tx<'_>| begin_authorization(tx, &at(second), &pending, &about);
                db.write(work).await
            }
        };
        let mut steps = Vec::new();
        for _ in 0..300 {
            steps.push(keep(0).await.unwrap());
        }
        assert!(matches!(keep(0).await, Err(TooSoon::Wait(_))));
        assert_eq!(rows(&db).await, (300, 1));
        let known = known(&db, "openid").await;
        let mut request = known.request.clone();
        request.step = steps.pop();
        request.address = Some("192.0.2.1".to_owned());
        let done = db.write(move |tx| authorize(tx, &at(0), &request)).await.unwrap();
        assert!(matches!(done, Authorized::Code(_)));
        assert!(keep(0).await.is_ok());
        assert!(keep(0).await.is_err());
        assert_eq!(rows(&db).await.0, 300);
        db.write(|tx| prune(tx, &at(1800))).await.unwrap();
        assert_eq!(rows(&db).await.0, 0);
    });
}

#[test]
fn made_up_apps_leave_a_row_each_for_as_many_as_one_place_may_try_and_keep_no_right_one_out() {
    on_both(async |db| {
        let known = known(&db, "openid").await;
        let new = NewClient {
            name: "Public".to_owned(),
            confidential: false,
            redirect_uris: vec![URI.to_owned()],
            post_logout_uris: Vec::new(),
            algorithm: SigningAlgorithm::EdDsa,
        };
        let (public, _) = db.write(move |tx| add_client(tx, &at(0), &new)).await.unwrap();
        let present = async |id, secret: Option<&str>| {
            let secret = secret.map(ToOwned::to_owned);
            let presented = Presented { id, secret, address: Some("192.0.2.1".to_owned()) };
            db.write(move |tx| authenticate_client(tx, &at(0), &presented)).await.unwrap()
        };
        for _ in 0..20 {
            assert_eq!(present(at(0).id(), Some("made up")).await, Authenticated::Wrong);
        }
        for _ in 0..20 {
            let refused = present(at(0).id(), Some("made up")).await;
            assert!(matches!(refused, Authenticated::Wait(_)), "{refused:?}");
        }
        assert_eq!(rows(&db).await.1, 21);
        assert!(matches!(present(known.client.id, None).await, Authenticated::Wait(_)));
        assert!(matches!(present(public.id, None).await, Authenticated::Client(_)));
    });
}
