//! The bar at the top of the board.

use maud::{Markup, html};

use crate::icons;

/// The bar.
#[derive(Debug, Clone, Default)]
pub struct Topbar<'a> {
    /// The restaurant.
    pub name: &'a str,
    /// Where its name leads.
    pub href: &'a str,
    /// Links and buttons at the left (stations, all day, 86).
    pub tools: Option<Markup>,
    /// Buttons at the right (busy, pause).
    pub actions: Option<Markup>,
    /// The clock, written; the script keeps it going.
    pub clock: &'a str,
    /// Whether sound is on. Off is said in red.
    pub sound: bool,
}

impl Topbar<'_> {
    /// The bar.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            header.topbar {
                h1.topbar-name { a href=(self.href) { (self.name) } }
                @if let Some(tools) = &self.tools { div.topbar-tools { (tools) } }
                p.topbar-state {
                    span.live-state #live-state data-state="live" { span.live-dot aria-hidden="true" {} span data-word="" { "Live" } }
                    span.sound-state #sound-state data-on=(self.sound) {
                        @if self.sound { (icons::bell()) "sound on" } @else { (icons::bell_off()) "sound off" }
                    }
                    time.topbar-clock #board-clock { (self.clock) }
                }
                @if let Some(actions) = &self.actions { div.topbar-actions { (actions) } }
            }
        }
    }
}
