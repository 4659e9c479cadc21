//! Search over the demo town: accents, beginnings of words, and slips of the finger.

use crate::demo_town;
use orderhub::catalogue::{Catalogue, search::fold};

fn town() -> Catalogue {
    let catalogue = Catalogue::default();
    catalogue.put_all(demo_town::restaurants());
    catalogue
}

fn names(catalogue: &Catalogue, query: &str) -> Vec<String> {
    let hits = catalogue.search(query).into_iter();
    hits.map(|hit| catalogue.restaurant(hit.restaurant).unwrap().profile.slug.clone()).collect()
}

#[test]
fn accents_and_case_do_not_matter() {
    for (text, folded) in [
        ("Crème brûlée", "creme brulee"),
        ("GÖNÜL", "gonul"),
        ("Käsespätzle", "kasespatzle"),
        ("bánh mì", "banh mi"),
        ("Weißbier", "weissbier"),
    ] {
        assert_eq!(fold(text), folded);
    }
}

#[test]
fn a_search_finds_names_cuisines_and_dishes_beginnings_and_slips_of_the_finger() {
    let catalogue = town();
    for (query, first) in [
        ("trattoria lupo", "trattoria-lupo"),
        ("LUPO", "trattoria-lupo"),
        ("tratoria", "trattoria-lupo"),
        ("goldhendl", "goldhendl"),
        ("mekong kuche", "mekong-kueche"),
        ("taro", "taro-ramen"),
    ] {
        assert_eq!(names(&catalogue, query).first().map(String::as_str), Some(first), "{query}");
    }
    for (query, among) in [
        ("margherita", "trattoria-lupo"),
        ("margerita", "trattoria-lupo"),
        ("diavloa", "trattoria-lupo"),
        ("italian", "trattoria-lupo"),
        ("marg lupo", "trattoria-lupo"),
    ] {
        assert!(names(&catalogue, query).iter().any(|slug| slug == among), "{query}");
    }
}

#[test]
fn every_word_must_match_and_nothing_matches_nothing() {
    let catalogue = town();
    for query in ["", "  ", "!?", "margherita zzzzqqq", "xyzzyplugh"] {
        assert_eq!(catalogue.search(query), [], "{query}");
    }
}

#[test]
fn a_restaurant_that_leaves_is_found_no_longer() {
    let catalogue = town();
    let mut gone = (*catalogue.by_slug("trattoria-lupo").unwrap()).clone();
    gone.profile.listed = false;
    catalogue.put(gone.at_revision(2));
    assert!(!names(&catalogue, "lupo").contains(&"trattoria-lupo".to_owned()));
    assert!(catalogue.by_slug("trattoria-lupo").is_some());
    assert!(catalogue.all().iter().all(|r| r.profile.slug != "trattoria-lupo"));
}
