//! The top of a restaurant's page: its plate with one dish, and the sheet that lies over it.

use maud::{Markup, html};

use super::{
    picture::{Frame, Picture},
    plate::Plate,
};

/// Two lines in a small box, e.g. "15–20 min" over "pickup".
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// The figure.
    pub strong: &'a str,
    /// What it says.
    pub label: &'a str,
}

/// A hero. What follows in the sheet is given to [`Hero::render`].
#[derive(Debug, Clone, Default)]
pub struct Hero<'a> {
    /// Tint.
    pub plate: Plate,
    /// What lies on it.
    pub picture: Option<Picture<'a>>,
    /// The name.
    pub title: &'a str,
    /// A line under the name.
    pub line: Option<Markup>,
    /// Figures in boxes.
    pub facts: &'a [Fact<'a>],
    /// A way back: (label, address).
    pub back: Option<(&'a str, &'a str)>,
}

impl Hero<'_> {
    /// The hero with `rest` under its facts, inside the sheet.
    #[must_use]
    pub fn render(&self, rest: &Markup) -> Markup {
        html! {
            div.hero.(self.plate.class()).(Picture::plate_class(self.picture.as_ref())) {
                @if let Some((label, href)) = self.back {
                    a.icon-btn.hero-back href=(href) aria-label=(label) title=(label) {
                        (crate::icons::chevron_left())
                    }
                }
                @if let Some(picture) = &self.picture {
                    (picture.in_frame(Frame { art: 168, sizes: "100vw", eager: true, first: true }))
                }
            }
            div.sheet {
                div.wrap.hero-text {
                    h1.hero-title { (self.title) }
                    @if let Some(line) = &self.line { p.facts { (line) } }
                    @if !self.facts.is_empty() {
                        ul.fact-boxes {
                            @for fact in self.facts { li.fact-box { b { (fact.strong) } span { (fact.label) } } }
                        }
                    }
                }
                (rest)
            }
        }
    }
}
