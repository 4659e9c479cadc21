//! A column of the board with its count, and the drawer below the columns.

use maud::{Markup, html};

use crate::icons;

/// A column. `wide` takes two tracks, for the tickets in work.
#[must_use]
pub fn column(id: &str, title: &str, count: usize, wide: bool, tickets: &Markup) -> Markup {
    let width = if wide { "column-wide" } else { "column-narrow" };
    html! {
        section.column.(width) id=(id) aria-labelledby={ (id) "-title" } {
            h2.column-title id={ (id) "-title" } { (title) " " span.column-count { (count) } }
            div.column-tickets data-none={ "Nothing " (title.to_lowercase()) } { (tickets) }
            button.column-more type="button" hidden { (icons::chevron_down()) span { span data-more="" {} " more below" } }
        }
    }
}

/// What is not to be done yet: folded away with its count, and absent when it is empty.
#[must_use]
pub fn drawer(id: &str, title: &str, count: usize, tickets: &Markup) -> Markup {
    html! {
        details.column.drawer id=(id) {
            summary.column-title { (icons::chevron_down()) (title) " " span.column-count { (count) } }
            div.column-tickets { (tickets) }
            button.column-more type="button" hidden { (icons::chevron_down()) span { span data-more="" {} " more below" } }
        }
    }
}
