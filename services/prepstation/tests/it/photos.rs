//! A restaurant's own photos, by form and by JSON: hung on itself and on its menu, kept through a form
//! that is shown again, published with the draft, and refused where they should be.

use crate::{
    MIGRATIONS, env,
    kitchen::{House, facts, person},
};
use contracts::accounts::v1::PersonRegistered;
use database::{Error, Tx, sql};
use kernel::{
    ids::{EventId, PersonId},
    photo::Photo,
};
use prepstation::{
    import::{File, Options, import_texts},
    store::staff,
    usecases::{
        Actor, Refusal,
        keep_photo::{KeepPhoto, keep_photo},
        know_person::know_person,
    },
};
use serde_json::{Value, json};
use testkit::photo;

/// Multipart, as a browser sends it.
const BOUNDARY: &str = "----comanda-test";

fn multipart(fields: &[(&str, &str)], file: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
        body.extend(format!("{head}\r\n\r\n{value}\r\n").into_bytes());
    }
    let named = if file.is_some() { "dish.jpg" } else { "" };
    let head =
        format!("form-data; name=\"photo\"; filename=\"{named}\"\r\ncontent-type: image/jpeg");
    body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: {head}\r\n\r\n").into_bytes());
    body.extend(file.unwrap_or_default());
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    body
}

/// Sends a form with a file; its status and page.
async fn send(
    house: &House,
    who: &str,
    path: &str,
    fields: &[(&str, &str)],
    file: Option<&[u8]>,
) -> (u16, String) {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let sent = house.http.post(house.url(path)).bearer_auth(house.token(who));
    let sent = sent.header("content-type", kind).header("accept", "text/html");
    let answer = sent.body(multipart(fields, file)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Puts a photo over the API; status and answer.
async fn put(house: &House, who: &str, path: &str, bytes: Vec<u8>) -> (u16, Value) {
    let sent = house.http.put(house.url(path)).bearer_auth(house.token(who)).body(bytes);
    let answer = sent.header("content-type", "image/jpeg").send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

const AT: &str = "/api/v1/restaurants/lupo";

/// A menu of one item; the item's id.
async fn menu(house: &House) -> String {
    let menu = json!({"currency": "EUR", "sections": [{"name": "Pizza", "items": [
        {"name": "Margherita", "price": {"amount": 980, "currency": "EUR"}}]}]});
    let (status, draft) = house.send("owner", "PUT", &format!("{AT}/menu"), menu).await;
    assert_eq!(status, 200, "{draft}");
    draft["sections"][0]["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn draft_photo(house: &House) -> Value {
    let (_, draft) = house.send("viewer", "GET", &format!("{AT}/menu"), json!({})).await;
    draft["sections"][0]["items"][0]["photo"].clone()
}

#[test]
fn a_photo_of_an_item_belongs_to_the_draft_and_is_told_when_it_is_published() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let item = menu(&house).await;
        let path = format!("{AT}/items/{item}/photo?alt=From%20the%20oven");
        let (status, hung) = put(&house, "owner", &path, photo(900, 600)).await;
        assert_eq!(status, 200, "{hung}");
        assert_eq!((&hung["widths"], &hung["height"]), (&json!([320, 800, 900]), &json!(600)));
        assert_eq!(hung["alt"], "From the oven");
        assert_eq!(draft_photo(&house).await, hung);
        let told = async || {
            let facts = facts(house.database()).await;
            facts.iter().filter(|(kind, ..)| kind == "menu.published").count()
        };
        assert_eq!(told().await, 0, "a draft is nobody else's business");
        house.post("owner", &format!("{AT}/menu/publish"), json!({})).await;
        let (_, _, fact) = facts(house.database()).await.pop().unwrap();
        let published = facts(house.database()).await;
        let (_, _, menu) = published.iter().find(|(kind, ..)| kind == "menu.published").unwrap();
        assert_eq!(menu["menu"]["sections"][0]["items"][0]["photo"], hung);
        assert_eq!(fact.get("photo"), None, "the restaurant itself has none");

        let gone = house.http.delete(house.url(&format!("{AT}/items/{item}/photo")));
        let gone = gone.bearer_auth(house.token("owner")).send().await.unwrap();
        assert_eq!(gone.status(), 204);
        assert_eq!(draft_photo(&house).await, Value::Null);
    });
}

#[test]
fn a_photo_of_the_restaurant_is_told_at_once_and_served_by_the_office() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let (status, hung) = put(&house, "owner", &format!("{AT}/photo"), photo(640, 480)).await;
        assert_eq!(status, 200, "{hung}");
        let (kind, _, fact) = facts(house.database()).await.pop().unwrap();
        assert_eq!((kind.as_str(), &fact["photo"]), ("restaurant.changed", &hung));
        let (_, shown) = house.send("viewer", "GET", AT, json!({})).await;
        assert_eq!(shown["photo"], hung);
        let served = format!("/photos/{}-640.jpg", hung["name"].as_str().unwrap());
        assert_eq!(house.get("viewer", &served).await.status(), 200);
        let page = house.get("owner", "/r/lupo/settings").await.text().await.unwrap();
        assert!(page.contains(&served), "{page}");
        let gone = house.http.delete(house.url(&format!("{AT}/photo")));
        let gone = gone.bearer_auth(house.token("owner")).send().await.unwrap();
        assert_eq!(gone.status(), 204);
        let (_, _, fact) = facts(house.database()).await.pop().unwrap();
        assert_eq!(fact.get("photo"), None);
    });
}

#[test]
fn each_door_of_photos_knows_its_people_and_says_what_is_wrong() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let item = menu(&house).await;
        let whole = photo(640, 480);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec();
        for path in [format!("{AT}/photo"), format!("{AT}/items/{item}/photo")] {
            let status = async |who, bytes| put(&house, who, &path, bytes).await.0;
            assert_eq!(status("rival", whole.clone()).await, 404, "{path}");
            assert_eq!(status("cook", whole.clone()).await, 403, "{path}");
            assert_eq!(status("owner", whole[..whole.len() / 2].to_vec()).await, 422, "{path}");
            assert_eq!(status("owner", photo(64, 64)).await, 422, "{path}");
            assert_eq!(status("owner", Vec::new()).await, 415, "{path}");
            assert_eq!(
                status("owner", vec![0xff; uploads::LARGEST_BYTES + 1]).await,
                413,
                "{path}"
            );
            let (refused, problem) = put(&house, "owner", &path, svg.clone()).await;
            assert_eq!((refused, &problem["code"]), (415, &json!("not_a_photo")));
            assert!(problem["detail"].as_str().unwrap().contains("SVG"), "{problem}");
            let words = format!("{path}?alt={}", "x".repeat(201));
            let (refused, problem) = put(&house, "owner", &words, whole.clone()).await;
            assert_eq!((refused, &problem["errors"][0]["pointer"]), (422, &json!("/alt")));
            let nobody = house.http.put(house.url(&path)).body(whole.clone()).send().await.unwrap();
            assert_eq!(nobody.status(), 401);
        }
        for nothing in ["itm_0192d3a4-7b1c-7def-8abc-0123456789ab", "no-id"] {
            let path = format!("{AT}/items/{nothing}/photo");
            assert_eq!(put(&house, "owner", &path, whole.clone()).await.0, 404, "{path}");
        }
        let stale = house.http.put(house.url(&format!("{AT}/items/{item}/photo")));
        let stale = stale.bearer_auth(house.token("owner")).header("if-match", "\"99\"");
        assert_eq!(stale.body(whole).send().await.unwrap().status(), 412);
        assert_eq!(draft_photo(&house).await, Value::Null);
    });
}

#[test]
fn a_menu_may_name_the_restaurants_own_photos_alone() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let (_, theirs) =
            put(&house, "rival", "/api/v1/restaurants/rival/photo", photo(640, 480)).await;
        let (_, mut ours) = put(&house, "owner", &format!("{AT}/photo"), photo(700, 480)).await;
        let save = async |photo: &Value| {
            let menu = json!({"currency": "EUR", "sections": [{"name": "Pizza", "items": [
                {"name": "Margherita", "price": {"amount": 980, "currency": "EUR"}, "photo": photo}]}]});
            house.send("owner", "PUT", &format!("{AT}/menu"), menu).await
        };
        let (status, problem) = save(&theirs).await;
        let pointer = &problem["errors"][0]["pointer"];
        assert_eq!((status, pointer), (422, &json!("/sections/0/items/0/photo/name")));
        let nowhere = json!({"name": "../../secret", "widths": [320], "height": 1});
        assert_eq!(save(&nowhere).await.0, 422);
        ours["widths"] = json!([9999]);
        let (status, draft) = save(&ours).await;
        assert_eq!(status, 200, "{draft}");
        let saved = &draft["sections"][0]["items"][0]["photo"];
        assert_eq!(saved["widths"], json!([320, 700]), "the sizes are what is kept");
    });
}

#[test]
fn a_form_keeps_the_photo_and_what_was_typed_when_something_is_wrong() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let item = menu(&house).await;
        let path = format!("/r/lupo/menu/items/{item}");
        let typed = |price, alt| {
            [
                ("do", "save"),
                ("name", "Margherita"),
                ("tax", "10"),
                ("available", "yes"),
                ("description", "San Marzano,\r\nbasil"),
                ("price", price),
                ("photo_alt", alt),
            ]
        };
        let (status, page) =
            send(&house, "owner", &path, &typed("much", "A pizza"), Some(&photo(640, 480))).await;
        assert_eq!(status, 422);
        assert!(
            page.contains("San Marzano,\nbasil") && page.contains("value=\"A pizza\""),
            "{page}"
        );
        let name = page.split("name=\"photo_name\" value=\"").nth(1).unwrap()[..64].to_owned();
        assert!(page.contains(&format!("/photos/{name}-640.jpg")), "the photo is shown");
        assert_eq!(draft_photo(&house).await, Value::Null);

        // The same again with a price, and no file: the photo is there already.
        let again: Vec<_> =
            typed("9.80", "A pizza").into_iter().chain([("photo_name", name.as_str())]).collect();
        assert_eq!(send(&house, "owner", &path, &again, None).await.0, 303);
        let hung: Photo = serde_json::from_value(draft_photo(&house).await).unwrap();
        assert_eq!((hung.name.as_str(), hung.alt.as_str()), (name.as_str(), "A pizza"));

        for (file, word) in [
            (b"<svg></svg>".to_vec(), "SVG"),
            (photo(640, 480)[..900].to_vec(), "damaged"),
            (photo(64, 64), "64 × 64"),
            (vec![0xff; uploads::LARGEST_BYTES + 1], "larger than 10 MB"),
        ] {
            let (status, page) = send(&house, "owner", &path, &again, Some(&file)).await;
            assert_eq!(status, 422, "{word}");
            assert!(page.contains(word) && page.contains("San Marzano"), "{word}: {page}");
        }
        assert_eq!(send(&house, "cook", &path, &again, Some(&photo(640, 480))).await.0, 403);
        assert_eq!(send(&house, "rival", &path, &again, Some(&photo(640, 480))).await.0, 404);

        let gone: Vec<_> = again.iter().copied().chain([("photo_remove", "yes")]).collect();
        assert_eq!(send(&house, "owner", &path, &gone, None).await.0, 303);
        assert_eq!(draft_photo(&house).await, Value::Null);
    });
}

#[test]
fn the_settings_take_a_photo_with_everything_else() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let typed = |prep| {
            [
                ("name", "Lupo"),
                ("country", "AT"),
                ("lat", "47.8"),
                ("lon", "13"),
                ("prep_minutes", prep),
                ("answer_minutes", "10"),
                ("pickup", "yes"),
                ("listed", "yes"),
            ]
        };
        let path = "/r/lupo/settings";
        let (status, page) =
            send(&house, "owner", path, &typed("soon"), Some(&photo(640, 480))).await;
        assert_eq!(status, 422, "{page}");
        let name = page.split("name=\"photo_name\" value=\"").nth(1).unwrap()[..64].to_owned();
        let again: Vec<_> =
            typed("15").into_iter().chain([("photo_name", name.as_str())]).collect();
        assert_eq!(send(&house, "owner", path, &again, None).await.0, 303);
        let (_, _, fact) = facts(house.database()).await.pop().unwrap();
        assert_eq!(fact["photo"]["name"], name.as_str());
        let long = "x".repeat(201);
        let words: Vec<_> = again.iter().copied().chain([("photo_alt", long.as_str())]).collect();
        let (status, page) = send(&house, "owner", path, &words, None).await;
        assert!(status == 422 && page.contains("photo_alt-error"), "{status} {page}");
        assert_eq!(send(&house, "cook", path, &again, Some(&photo(640, 480))).await.0, 403);
        assert_eq!(send(&house, "rival", path, &again, Some(&photo(640, 480))).await.0, 404);
    });
}

#[test]
fn a_form_that_is_no_form_is_told_so() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        for (kind, body, status) in [
            ("multipart/form-data", "", 400),
            (
                "multipart/form-data; boundary=x",
                "--x\r\ncontent-disposition: form-data; name=\"a",
                400,
            ),
            ("text/plain", "name=Lupo", 415),
        ] {
            let sent =
                house.http.post(house.url("/r/lupo/settings")).bearer_auth(house.token("owner"));
            let answer = sent.header("content-type", kind).body(body).send().await.unwrap();
            assert_eq!(answer.status(), status, "{kind}");
        }
    });
}

#[test]
fn an_import_leaves_photos_where_they_hang() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let text = include_str!("../../../../demo/town/restaurants/trattoria-lupo.json");
        let import = async || {
            let file = File { name: "lupo.json".to_owned(), text: text.to_owned() };
            import_texts(house.database(), env, &[file], &Options::default()).await.unwrap()
        };
        assert!(import().await.is_clean());
        let registered = PersonRegistered {
            person_id: person("owner"),
            email: "owner@demo.test".to_owned(),
            email_verified: true,
            name: "Owner".to_owned(),
        };
        let event: EventId = env().id();
        let claim = move |tx: &mut Tx<'_>| know_person(tx, &env(), "test", event, &registered);
        house.database().write(claim).await.unwrap();
        let at = "/api/v1/restaurants/trattoria-lupo";
        let (_, draft) = house.send("owner", "GET", &format!("{at}/menu"), json!({})).await;
        let item =
            draft["sections"][0]["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{draft}"));
        put(&house, "owner", &format!("{at}/photo"), photo(640, 480)).await;
        let (status, hung) =
            put(&house, "owner", &format!("{at}/items/{item}/photo"), photo(700, 480)).await;
        assert_eq!(status, 200, "{hung}");
        assert!(import().await.is_clean());
        let (_, draft) = house.send("owner", "GET", &format!("{at}/menu"), json!({})).await;
        assert_eq!(draft["sections"][0]["items"][0]["photo"], hung);
        let (_, shown) = house.send("owner", "GET", at, json!({})).await;
        assert_eq!(shown["photo"]["widths"], json!([320, 640]));
    });
}

#[test]
fn a_photo_is_kept_for_a_restaurant_by_its_managers_alone() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        crate::kitchen::furnish(&db).await;
        let photo = kept();
        let keep = |who| {
            let photo = photo.clone();
            let command = KeepPhoto {
                restaurant: "lupo".to_owned(),
                actor: Actor::Person(person(who)),
                photo,
            };
            db.write(move |tx| keep_photo(tx, &env(), &command))
        };
        assert!(matches!(keep("rival").await, Err(Refusal::NotFound)));
        assert!(matches!(keep("cook").await, Err(Refusal::Forbidden(_))));
        keep("owner").await.unwrap();
        keep("owner").await.unwrap();
        let who = sql!("SELECT uploaded_by FROM photos");
        let by: (Option<PersonId>,) =
            db.read::<_, Error, _>(move |tx| tx.one(who, &[])).await.unwrap();
        assert_eq!(by.0, Some(person("owner")));
        db.write(|tx| staff::forget(tx, person("owner"))).await.unwrap();
        let by: (Option<PersonId>,) =
            db.read::<_, Error, _>(move |tx| tx.one(who, &[])).await.unwrap();
        assert_eq!(by.0, None, "a photo outlives the memory of who sent it");
    });
}

fn kept() -> Photo {
    let name = kernel::photo::PhotoName::of_hash([0xab; 32]);
    Photo { name, widths: vec![320], height: 240, alt: String::new() }
}
