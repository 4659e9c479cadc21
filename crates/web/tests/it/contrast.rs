//! Contrast (WCAG 2.2, 1.4.3 and 1.4.11) of the token pairs, worked out from the style sheets.

use std::collections::BTreeMap;

type Colour = [f64; 3];
type Tokens = BTreeMap<String, [Colour; 2]>;

/// Reads `--name: light-dark(oklch(…), oklch(…))` and `--name: oklch(…)`.
fn tokens(bundle: &str) -> Tokens {
    let css = web::assets::text(bundle).unwrap();
    let declarations = css.split([';', '{', '}']).filter_map(|part| part.trim().strip_prefix("--"));
    let pairs = declarations.filter_map(|part| {
        let (name, value) = part.split_once(':')?;
        let colours: Vec<Colour> = value
            .split("oklch(")
            .skip(1)
            .filter_map(|text| oklch(text.split(')').next()?))
            .collect();
        match *colours.as_slice() {
            [one] => Some((name.to_owned(), [one, one])),
            [light, dark] => Some((name.to_owned(), [light, dark])),
            _ => None,
        }
    });
    pairs.collect()
}

/// Linear sRGB of `L% C H`, without a weight (CSS Color 4, 10.2).
fn oklch(text: &str) -> Option<Colour> {
    if text.contains('/') {
        return None;
    }
    let mut numbers = text.split_whitespace().map(|n| n.trim_end_matches('%').parse::<f64>().ok());
    let (l, c, h) = (numbers.next()?? / 100.0, numbers.next()??, numbers.next()??.to_radians());
    let (a, b) = (c * h.cos(), c * h.sin());
    let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    Some([
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ])
}

fn luminance([r, g, b]: Colour) -> f64 {
    0.2126 * r.clamp(0.0, 1.0) + 0.7152 * g.clamp(0.0, 1.0) + 0.0722 * b.clamp(0.0, 1.0)
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Every failing pair of `front` on `back`, in words.
fn failures(tokens: &Tokens, pairs: &[(&str, &str)], least: f64) -> Vec<String> {
    let mut found = Vec::new();
    for (fronts, backs) in pairs {
        for (front, back) in fronts.split(' ').flat_map(|f| backs.split(' ').map(move |b| (f, b))) {
            for (at, mode) in ["light", "dark"].iter().enumerate() {
                let colour = |name| tokens.get(name).map(|pair: &[Colour; 2]| pair[at]);
                let (Some(one), Some(other)) = (colour(front), colour(back)) else {
                    found.push(format!("{front} or {back} is no token"));
                    continue;
                };
                let ratio = contrast(one, other);
                if ratio < least {
                    found.push(format!("{front} on {back}, {mode}: {ratio:.2} < {least}"));
                }
            }
        }
    }
    found
}

#[test]
fn text_of_customers_pages_reaches_four_and_a_half() {
    let pairs = [
        ("ink", "paper cloth slip line basil-wash saffron-wash chili-wash"),
        ("ink", "plate-saffron plate-basil plate-rose plate-sky plate-berry"),
        ("ink-2", "paper cloth slip"),
        ("tomato-ink basil chili", "paper slip cloth"),
        ("on-tomato", "tomato tomato-deep"),
        ("saffron-ink", "saffron-wash paper slip"),
        ("chili", "chili-wash"),
        ("basil", "basil-wash"),
        ("paper", "ink"),
    ];
    assert_eq!(failures(&tokens("order.css"), &pairs, 4.5), Vec::<String>::new());
}

#[test]
fn edges_and_signs_reach_three() {
    let pairs = [
        ("edge focus tomato basil chili", "paper cloth slip"),
        ("focus", "plate-saffron plate-basil plate-rose plate-sky plate-berry"),
        ("slip", "basil chili"),
    ];
    assert_eq!(failures(&tokens("order.css"), &pairs, 3.0), Vec::<String>::new());
}

#[test]
fn text_of_the_board_reaches_seven() {
    let pairs = [
        ("chalk", "ground bar tool tool-hover"),
        ("chalk-2", "ground bar"),
        ("live", "bar"),
        ("ticket-ink", "ticket ticket-head calm calm-hover soon alarm allergy halt"),
        ("ticket-ink-2", "ticket calm"),
        ("on-strong", "go go-hover late lost ticket-ink"),
        ("late", "ticket"),
        ("ticket", "ticket-ink"),
    ];
    assert_eq!(failures(&tokens("kitchen.css"), &pairs, 7.0), Vec::<String>::new());
}

#[test]
fn the_new_outline_stands_out_from_ground_and_paper() {
    let tokens = tokens("kitchen.css");
    assert_eq!(failures(&tokens, &[("alarm", "ground")], 3.0), Vec::<String>::new());
}

#[test]
fn black_on_white_is_twenty_one() {
    let ratio = contrast(oklch("0% 0 0").unwrap(), oklch("100% 0 0").unwrap());
    assert!((ratio - 21.0).abs() < 0.01, "{ratio}");
}
