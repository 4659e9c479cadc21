//! The slip, by forms alone: adding, changing, another kitchen's dish, and what changed meanwhile.

use crate::shop::{Shop, on_sqlite};
use axum::http::StatusCode;
use contracts::prepstation::v1::OnSale;
use kernel::{Money, menu::Menu};
use orderhub::catalogue::OffSale;

/// The address of a dish by its name, and the options that its groups need.
fn dish(shop: &Shop, slug: &str, name: &str) -> (String, Vec<(String, String)>) {
    let restaurant = shop.browse.catalogue.by_slug(slug).unwrap();
    let item = restaurant.menu.iter().flat_map(|menu| menu.items()).find(|item| item.name == name);
    let item = item.unwrap();
    let needed = item
        .option_groups
        .iter()
        .filter(|group| group.min > 0)
        .map(|group| (group.id.to_string(), group.options[0].id.to_string()));
    (format!("/r/{slug}/i/{}", item.id), needed.collect())
}

async fn add(shop: &Shop, slug: &str, name: &str, more: &[(&str, &str)]) -> crate::shop::Answer {
    let (path, needed) = dish(shop, slug, name);
    let mut pairs: Vec<(&str, &str)> =
        needed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    if !more.iter().any(|(name, _)| *name == "quantity") {
        pairs.push(("quantity", "1"));
    }
    pairs.extend(more);
    shop.post(&path, &pairs).await
}

#[test]
fn a_dish_goes_on_the_slip_and_a_double_tap_adds_once() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let answer =
            add(&shop, "trattoria-lupo", "Margherita", &[("key", "one"), ("note", "well done")])
                .await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/cart"));
        assert!(answer.header("set-cookie").contains("HttpOnly"));
        add(&shop, "trattoria-lupo", "Margherita", &[("key", "one"), ("note", "well done")]).await;
        let text = shop.get("/cart").await.text();
        assert!(text.contains("€9.80") && text.contains("“well done”"), "{text}");
        assert!(text.contains("href=\"/checkout\""));
        add(&shop, "trattoria-lupo", "Margherita", &[("key", "two"), ("note", "well done")]).await;
        assert!(shop.get("/cart").await.text().contains("€19.60"));
    });
}

#[test]
fn a_missing_choice_is_marked_at_its_group_and_nothing_typed_is_lost() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let (path, needed) = dish(&shop, "trattoria-lupo", "Margherita");
        let answer = shop.post(&path, &[("quantity", "2"), ("note", "no rush & <b>")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = answer.text();
        assert!(text.contains("Choose at least 1 of Size."));
        assert!(text.contains(&format!("href=\"#{}\"", needed[0].0)) && text.contains("has-error"));
        assert!(text.contains("no rush &amp; &lt;b&gt;") && text.contains("value=\"2\""));
        assert!(shop.get("/cart").await.text().contains("Nothing on it yet"));
    });
}

#[test]
fn foreign_and_crooked_choices_are_refused() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let (path, needed) = dish(&shop, "trattoria-lupo", "Margherita");
        let (group, option) = &needed[0];
        for (name, value) in [
            (group.as_str(), "opt_00000000000000000000000000000001"),
            ("quantity", "0"),
            ("quantity", "-1"),
            ("quantity", "99999999999"),
        ] {
            let mut pairs = vec![(group.as_str(), option.as_str())];
            if name != "quantity" {
                pairs.push(("quantity", "1"));
            }
            pairs.push((name, value));
            let status = shop.post(&path, &pairs).await.status;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
        }
    });
}

#[test]
fn another_kitchens_slip_is_replaced_only_after_a_yes() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        add(&shop, "trattoria-lupo", "Margherita", &[]).await;
        let other = shop.browse.catalogue.by_slug("goldhendl").unwrap();
        let name = other.menu.as_ref().unwrap().sections[0].items[0].name.clone();
        let asked = add(&shop, "goldhendl", &name, &[]).await;
        assert_eq!(asked.status, StatusCode::CONFLICT);
        assert!(asked.text().contains("Start a new slip"));
        assert!(shop.get("/cart").await.text().contains("Trattoria Lupo"));
        let replaced = add(&shop, "goldhendl", &name, &[("replace", "1")]).await;
        assert_eq!(replaced.status, StatusCode::SEE_OTHER);
        let text = shop.get("/cart").await.text();
        assert!(text.contains(&name) && !text.contains("Trattoria Lupo"));
    });
}

#[test]
fn quantities_change_lines_come_off_and_the_slip_empties() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        add(&shop, "trattoria-lupo", "Margherita", &[]).await;
        let (path, _) = dish(&shop, "trattoria-lupo", "Margherita");
        let item = path.rsplit('/').next().unwrap();
        let change = async |quantity: &str| {
            shop.post("/cart", &[("line", "0"), ("item", item), ("quantity", quantity)]).await
        };
        assert_eq!(change("3").await.status, StatusCode::SEE_OTHER);
        assert!(shop.get("/cart").await.text().contains("€29.40"));
        assert_eq!(change("three").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        change("0").await;
        assert!(shop.get("/cart").await.text().contains("Nothing on it yet"));
        add(&shop, "trattoria-lupo", "Margherita", &[]).await;
        shop.post("/cart", &[("empty", "1")]).await;
        assert!(shop.get("/cart").await.text().contains("Nothing on it yet"));
    });
}

#[test]
fn a_line_that_was_taken_off_is_put_back_as_it_was() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        add(&shop, "trattoria-lupo", "Margherita", &[("quantity", "2"), ("note", "well done")])
            .await;
        let (path, needed) = dish(&shop, "trattoria-lupo", "Margherita");
        let item = path.rsplit('/').next().unwrap();
        let taken = shop.post("/cart", &[("line", "0"), ("item", item), ("quantity", "0")]).await;
        let page = shop.get(taken.header("location")).await.text();
        assert!(page.contains("Margherita is off your slip.") && page.contains("Nothing on it"));
        let (group, option) = &needed[0];
        for (name, value) in
            [(group.as_str(), option.as_str()), ("quantity", "2"), ("note", "well done")]
        {
            let field = format!("name=\"{name}\" value=\"{value}\"");
            assert!(page.contains(&field), "{field}: {page}");
        }
        assert!(page.contains(&format!("action=\"{path}\"")));
        let nothing = shop.get("/cart?at=nowhere&item=x&quantity=%00").await.text();
        assert!(!nothing.contains("is off your slip"));
    });
}

#[test]
fn the_form_says_what_each_option_brings_with_it() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        let (path, _) = dish(&shop, "trattoria-lupo", "Margherita");
        let page = shop.get(&path).await.text();
        assert!(page.contains("data-holds=") && page.contains("Fish"), "anchovies are told");
    });
}

#[test]
fn a_changed_price_and_a_sold_out_line_are_said_plainly() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        add(&shop, "trattoria-lupo", "Margherita", &[]).await;
        let lupo = shop.browse.catalogue.by_slug("trattoria-lupo").unwrap();
        let mut menu: Menu = lupo.menu.as_deref().unwrap().clone();
        let item =
            menu.sections.iter_mut().flat_map(|s| &mut s.items).find(|i| i.name == "Margherita");
        let item = item.unwrap();
        item.price = Money::new(1_080, item.price.currency);
        let id = item.id;
        shop.browse.catalogue.put((*lupo).clone().with_menu(menu.clone(), vec![]).at_revision(2));
        assert!(shop.get("/cart").await.text().contains("now €10.80 each, was €9.80"));
        let off = vec![OffSale { what: OnSale::Item(id), until: None }];
        shop.browse.catalogue.put((*lupo).clone().with_menu(menu, off).at_revision(3));
        let text = shop.get("/cart").await.text();
        assert!(text.contains("is-struck") && text.contains("Margherita is sold out"));
        assert!(!text.contains("href=\"/checkout\"") && text.contains("First take off"));
    });
}

#[test]
fn a_slip_waits_thirty_days_and_no_longer() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        add(&shop, "trattoria-lupo", "Margherita", &[]).await;
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        shop.clock.advance(day * 29);
        assert!(shop.get("/cart").await.text().contains("Margherita"));
        shop.clock.advance(day * 2);
        assert!(shop.get("/cart").await.text().contains("Nothing on it yet"));
    });
}

#[test]
fn hearts_are_kept_with_the_browser() {
    on_sqlite(async |db| {
        let shop = Shop::town(db);
        assert!(shop.get("/favourites").await.text().contains("No hearts given yet"));
        let marked = shop.post("/favourites", &[("restaurant", "goldhendl"), ("on", "1")]).await;
        assert_eq!(marked.header("location"), "/r/goldhendl");
        assert!(shop.get("/favourites").await.text().contains("href=\"/r/goldhendl\""));
        assert!(
            shop.get("/fragments/slip?at=goldhendl").await.text().contains("aria-pressed=\"true\"")
        );
        shop.post("/favourites", &[("restaurant", "goldhendl"), ("on", "0")]).await;
        assert!(shop.get("/favourites").await.text().contains("No hearts given yet"));
    });
}
