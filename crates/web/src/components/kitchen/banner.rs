//! Banners across the board: what a cook must know before anything else.

use maud::{Markup, html};

use crate::icons;

/// "Not connected": hidden until the board's script finds the connection lost. The age of what is
/// shown goes into the element with `data-age`.
#[must_use]
pub fn connection_banner(shown: bool) -> Markup {
    html! {
        div.banner.banner-lost #connection-banner role="alert" hidden[!shown] {
            (icons::wifi_off())
            p { b { "Not connected." } " What you see is " span data-age="" { "some seconds" } " old. Trying again…" }
        }
    }
}

/// "Orders are paused", with a way to resume.
#[must_use]
pub fn pause_banner(words: &str, resume: &Markup) -> Markup {
    html! {
        div.banner.banner-paused #pause-banner {
            (icons::pause())
            p { b { "Orders are paused." } " " (words) }
            (resume)
        }
    }
}
