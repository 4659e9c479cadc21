//! A restaurant in a list: its plate with a picture, name, and facts. The whole card is one link.

use maud::{Markup, html};

use super::{
    picture::{Frame, Picture},
    plate::Plate,
};
use crate::icons;

/// How wide a card is: the page, half of it, a third, then as on the widest page.
const CARD: &str =
    "(min-width: 73rem) 23rem, (min-width: 62rem) 31vw, (min-width: 42rem) 46vw, 92vw";

/// A restaurant card.
#[derive(Debug, Clone, Default)]
pub struct Card<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// The restaurant's name.
    pub name: &'a str,
    /// Tint behind the picture.
    pub plate: Plate,
    /// What lies on it.
    pub picture: Option<Picture<'a>>,
    /// A word on the picture, e.g. "A neighbour since 1987".
    pub badge: Option<&'a str>,
    /// Rating with its count, e.g. ("4.8", "212").
    pub rating: Option<(&'a str, &'a str)>,
    /// Plain facts: cuisine, distance.
    pub facts: &'a [&'a str],
    /// Facts that decide: time, fee.
    pub strong: &'a [&'a str],
    /// Why one cannot order now, e.g. "Opens at 17:30".
    pub closed: Option<&'a str>,
    /// Whether it stands in the first screen.
    pub eager: bool,
}

impl Card<'_> {
    /// The card.
    #[must_use]
    pub fn render(&self) -> Markup {
        let frame = Frame { art: 112, sizes: CARD, eager: self.eager, first: false };
        let closed = self.closed.is_some().then_some("is-closed");
        html! {
            article.card.(closed.unwrap_or("is-open")) {
                div.card-plate.(self.plate.class()).(Picture::plate_class(self.picture.as_ref())) {
                    @if let Some(picture) = &self.picture { (picture.in_frame(frame)) }
                    @if let Some(words) = self.closed {
                        span.card-badge.card-badge-closed { (icons::clock()) (words) }
                    } @else if let Some(words) = self.badge {
                        span.card-badge { (words) }
                    }
                }
                div.card-text {
                    h3.card-name { a.card-link href=(self.href) { (self.name) } }
                    p.facts {
                        @if let Some((stars, count)) = self.rating {
                            span.fact.rating {
                                (icons::star()) span.visually-hidden { "Rated " } b { (stars) } " (" (count) ")"
                            }
                        }
                        @for fact in self.facts { span.fact { (fact) } }
                    }
                    @if !self.strong.is_empty() {
                        p.facts { @for fact in self.strong { b.fact { (fact) } } }
                    }
                }
            }
        }
    }
}
