//! The buttons of other providers, below the forms of the gate.

use crate::federation::Federation;
use maud::{Markup, html};

/// One for each provider of the settings; nothing is asked of them for this.
pub(super) fn provider_buttons(federation: &Federation, return_to: &str) -> Markup {
    html! {
        @if !federation.all().is_empty() {
            p.gate-or { "or" }
            div.stack {
                @for provider in federation.all() {
                    a.btn.btn-quiet.btn-wide href=(super::with_return(&format!("/sign-in/with/{}", provider.name), return_to)) {
                        "Continue with " (provider.label)
                    }
                }
            }
        }
    }
}
