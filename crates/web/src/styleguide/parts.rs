//! The customers' parts, one after the other.

use maud::{Markup, html};

use super::part;
use crate::{
    assets,
    components::{
        Allergens, Card, Chip, Empty, Item, Mark, Photo, Picture, Plate, Slip, SlipLine, SlipSum,
        Step, StepState, Tone, chips, mark, notice, skeleton_cards, skeleton_rows, slip_bar, steps,
    },
    icons,
};

pub(super) fn render() -> Markup {
    html! {
        (part("Type", &html! {
            h1 { "What smells good tonight?" }
            h2 { "Nearby and quick" }
            h3 { "Trattoria Lupo" }
            p.lead { "A good neighbourhood restaurant: warm paper, real headlines, generous air." }
            p { "Text in Figtree, with figures that align: " span.money { "€1,234.50" } ". A " a href="#main" { "link" } " in it." }
            p.quiet.small { "Small and quiet." }
        }))
        (part("Buttons", &buttons()))
        (part("Chips", &chips("Filters", &[
            Chip { label: "Open now", href: "#", on: true },
            Chip { label: "Pickup", href: "#", on: false },
            Chip { label: "Vegan", href: "#", on: false },
        ])))
        (part("Cards", &html! { div.cards { (cards()) } (skeleton_cards(2)) }))
        (part("Dishes", &html! { div { (items()) } (skeleton_rows(1)) }))
        (part("Marks and allergens", &html! {
            p { (mark(&Mark::Diet("vegan"))) " " (mark(&Mark::Hot("hot"))) " " (mark(&Mark::Plain("popular"))) }
            (Allergens { contains: &["gluten", "milk"], may_contain: &["nuts"], unknown: false }.render())
            (Allergens { unknown: true, ..Allergens::default() }.render())
            (Allergens::default().render())
        }))
        (part("Slip", &html! { div.narrow { (slip()) } }))
        (part("Steps", &html! { div.narrow { (steps(&[
            Step { label: "Sent to the kitchen", time: "19:22", state: StepState::Done },
            Step { label: "In the oven", time: "19:31", state: StepState::Now },
            Step { label: "Ready at the counter", time: "", state: StepState::Next },
            Step { label: "Refused by the kitchen", time: "19:40", state: StepState::Failed },
        ])) } }))
        (part("Notices", &notices()))
        (part("Empty", &Empty {
            title: "Your slip is empty",
            words: "Choose a dish and it appears here.",
            art: assets::art("steaming-bowl"),
            action: Some(("See who is cooking", "#")),
        }.render()))
        (part("Plates", &html! {
            div.cards { @for plate in Plate::ALL { div.card { div.card-plate.(plate.class()) {
                @if let Some(url) = assets::art("tomato") { (crate::components::art(url, 112, false)) }
            } } } }
        }))
        (part("Icons", &html! {
            ul.row { @for (name, draw) in icons::ALL { li.no-break { (draw()) span.small { (name) } } } }
        }))
        (part("Bar", &slip_bar("#", 2, "€22.20")))
    }
}

fn buttons() -> Markup {
    html! {
        div.row {
            button.btn.btn-primary type="button" { "Add to order" }
            button.btn.btn-ink type="button" { "Checkout" }
            button.btn.btn-quiet type="button" { "Not now" }
            button.btn.btn-danger type="button" { (icons::trash()) "Delete" }
            button.btn.btn-plain type="button" { "Undo" }
            button.btn.btn-small.btn-ink type="button" { "Small" }
        }
        div.narrow {
            button.btn.btn-primary.btn-wide type="button" aria-busy="true" { "Sending your order…" }
        }
        div.narrow {
            button.btn.btn-primary.btn-wide type="button" aria-disabled="true" { "Checkout" }
            p.btn-why { "€4.20 more to reach the minimum of €12.00." }
        }
    }
}

/// As a restaurant's own photo stands in the place of drawn art.
pub(super) fn photo() -> Picture<'static> {
    let size = |width: u32| (width, assets::url(&format!("samples/dish-{width}.jpg")).to_owned());
    Picture::Photo(Photo {
        sizes: vec![size(320), size(800)],
        height: 600,
        alt: "A slice on its plate",
    })
}

pub(super) fn cards() -> Markup {
    html! {
        (Card { href: "/styleguide/restaurant", name: "Trattoria Lupo", picture: assets::art("pizza").map(Picture::Art), badge: Some("A neighbour since 1987"),
            rating: Some(("4.8", "212")), facts: &["Italian", "350 m"], strong: &["15–20 min", "pickup"], eager: true,
            ..Card::default() }.render())
        (Card { href: "#", name: "Mekong Küche", plate: Plate::Basil, picture: assets::art("steaming-bowl").map(Picture::Art),
            rating: Some(("4.7", "98")), facts: &["Vietnamese", "600 m"], strong: &["20–30 min", "€2.50"],
            ..Card::default() }.render())
        (Card { href: "#", name: "Der Pilz", plate: Plate::Berry, picture: assets::art("mushroom").map(Picture::Art),
            rating: Some(("4.6", "41")), facts: &["Austrian", "900 m"], closed: Some("Opens at 17:30"),
            ..Card::default() }.render())
        (Card { href: "#", name: "Zum Steinofen", plate: Plate::Sky, picture: Some(photo()), badge: Some("Own photo"),
            facts: &["Italian", "1.1 km"], strong: &["20–25 min", "pickup"], ..Card::default() }.render())
        (Card { href: "#", name: "La Fetta", picture: Some(photo()), facts: &["Italian", "1.4 km"], closed: Some("Opens at 18:00"),
            ..Card::default() }.render())
    }
}

pub(super) fn items() -> Markup {
    html! {
        (Item { href: "/styleguide/item", name: "Margherita", description: "San Marzano, fior di latte, basil", price: "€9.80",
            marks: &[Mark::Diet("veg")], picture: assets::art("pizza").map(Picture::Art), in_slip: 1, ..Item::default() }.render())
        (Item { href: "/styleguide/item", name: "Diavola", description: "Spicy salami, chili honey, smoked provola", price: "€12.40",
            marks: &[Mark::Hot("hot")], plate: Plate::Rose, picture: assets::art("hot-pepper").map(Picture::Art), ..Item::default() }.render())
        (Item { href: "/styleguide/item", name: "Tartufo", description: "Black truffle, fontina, egg yolk", price: "€16.90",
            plate: Plate::Berry, picture: assets::art("mushroom").map(Picture::Art), sold_out: Some("sold out today"), ..Item::default() }.render())
        (Item { href: "/styleguide/item", name: "Marinara", description: "Tomato, garlic, oregano. No cheese, no regrets", price: "€8.20",
            marks: &[Mark::Diet("vegan")], plate: Plate::Basil, picture: assets::art("tomato").map(Picture::Art), ..Item::default() }.render())
        (Item { href: "/styleguide/item", name: "Capricciosa", description: "Artichoke, ham, olives", price: "€12.90",
            picture: Some(photo()), ..Item::default() }.render())
        (Item { href: "/styleguide/item", name: "Quattro formaggi", description: "Gorgonzola, taleggio, pecorino, fior di latte", price: "€13.40",
            picture: Some(photo()), sold_out: Some("sold out today"), ..Item::default() }.render())
    }
}

pub(super) fn slip() -> Markup {
    Slip {
        code: Some("K7Q"),
        aside: &["Ana · pickup", "pay at the counter"],
        lines: &lines(),
        sums: &[
            SlipSum { label: "Dishes", amount: "22.20" },
            SlipSum { label: "of which VAT 10%", amount: "2.02" },
        ],
        total: Some("€22.20"),
        fresh: true,
        ..Slip::default()
    }
    .render()
}

pub(super) fn lines() -> [SlipLine<'static>; 2] {
    [
        SlipLine {
            quantity: 1,
            name: "Margherita",
            details: &["extra basil", "well done"],
            price: "9.80",
            ..SlipLine::default()
        },
        SlipLine { quantity: 1, name: "Diavola", price: "12.40", ..SlipLine::default() },
    ]
}

fn notices() -> Markup {
    html! {
        (notice(Tone::Info, "Busy tonight", html! { "Orders take about 15 minutes longer." }))
        (notice(Tone::Good, "Saved", html! { "The menu is published." }))
        (notice(Tone::Warn, "The price has changed", html! { "Diavola is now €12.90. Keep it?" }))
        (notice(Tone::Bad, "The kitchen could not take this order", html! { "Nothing was charged." }))
    }
}
