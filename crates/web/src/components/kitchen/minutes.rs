//! How many minutes: large segments, one of which is chosen.

use maud::{Markup, html};

/// Radio buttons for `choices` in minutes, `chosen` first. `scope` makes the ids unique.
#[must_use]
pub fn minutes(name: &str, scope: &str, choices: &[u32], chosen: u32) -> Markup {
    html! {
        fieldset.minutes {
            legend.visually-hidden { "Minutes until ready" }
            @for choice in choices {
                @let id = format!("{scope}-{choice}");
                label.minutes-choice for=(id) {
                    input.visually-hidden type="radio" id=(id) name=(name) value=(choice) checked[*choice == chosen];
                    span { (choice) span.visually-hidden { " minutes" } }
                }
            }
        }
    }
}
