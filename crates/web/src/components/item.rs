//! A dish in a menu: name, words, price, its marks, a small plate.

use maud::{Markup, html};

use super::{
    marks::{Mark, mark},
    picture::{Frame, Picture},
    plate::Plate,
};
use crate::icons;

/// A row of the menu. The whole row is the link; `href` works without scripts and opens the
/// item's dialog with them.
#[derive(Debug, Clone, Default)]
pub struct Item<'a> {
    /// Where the item can be chosen. The row is plain text when it is sold out.
    pub href: &'a str,
    /// Name of the dish.
    pub name: &'a str,
    /// What is in it.
    pub description: &'a str,
    /// The price, written.
    pub price: &'a str,
    /// Diets and the like.
    pub marks: &'a [Mark<'a>],
    /// Tint behind the picture.
    pub plate: Plate,
    /// What lies on it.
    pub picture: Option<Picture<'a>>,
    /// Why it cannot be ordered, e.g. "sold out today".
    pub sold_out: Option<&'a str>,
    /// How many are in the slip already.
    pub in_slip: u32,
    /// Level of the heading, 3 unless it is 2 or 4.
    pub level: u8,
}

impl Item<'_> {
    /// The row.
    #[must_use]
    pub fn render(&self) -> Markup {
        let sold_out = self.sold_out.is_some();
        let state = if sold_out { "is-sold-out" } else { "is-on-sale" };
        html! {
            article.item.(state) {
                div.item-text {
                    (self.heading())
                    @if !self.description.is_empty() { p.item-words { (self.description) } }
                    p.item-price {
                        span.money { (self.price) }
                        @if let Some(why) = self.sold_out { span.item-why { (why) } }
                    }
                }
                div.item-plate.(self.plate.class()).(Picture::plate_class(self.picture.as_ref())) {
                    // The smallest size of a photo is sharp enough on any screen.
                    @if let Some(picture) = &self.picture {
                        (picture.in_frame(Frame { art: 64, sizes: "", eager: false, first: false }))
                    }
                    @if self.in_slip > 0 {
                        span.item-count { (self.in_slip) span.visually-hidden { " in your slip" } }
                    } @else if !sold_out {
                        span.item-add aria-hidden="true" { (icons::plus()) }
                    }
                }
            }
        }
    }

    fn heading(&self) -> Markup {
        let name = html! {
            @if self.sold_out.is_some() { (self.name) } @else {
                a.item-link href=(self.href) data-dialog="item" { (self.name) }
            }
        };
        let marks = html! { @for one in self.marks { " " (mark(one)) } };
        html! {
            div.item-head {
                @match self.level {
                    2 => h2.item-name { (name) },
                    4 => h4.item-name { (name) },
                    _ => h3.item-name { (name) },
                }
                (marks)
            }
        }
    }
}
