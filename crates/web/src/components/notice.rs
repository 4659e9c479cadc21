//! A notice: something the reader should know, in place, never a toast.

use maud::{Markup, html};

use crate::icons;

/// How serious it is. Shown by icon and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Good,
    /// Take care.
    Warn,
    /// It did not work. Announced at once.
    Bad,
}

/// A notice with a title and a body.
#[must_use]
pub fn notice(tone: Tone, title: &str, body: Markup) -> Markup {
    let (class, icon) = match tone {
        Tone::Info => ("notice-info", icons::clock()),
        Tone::Good => ("notice-good", icons::check()),
        Tone::Warn => ("notice-warn", icons::warning()),
        Tone::Bad => ("notice-bad", icons::warning()),
    };
    html! {
        div.notice.(class) role=[(tone == Tone::Bad).then_some("alert")] {
            (icon)
            div { p.notice-title { (title) } div.notice-body { (body) } }
        }
    }
}
