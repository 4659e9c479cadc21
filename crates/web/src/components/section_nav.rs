//! The row of a menu's sections: sticks to the top and follows the reader.

use maud::{Markup, html};

/// Links to the parts of a page: (label, id of the part). The first is current until scripts know better.
#[must_use]
pub fn section_nav(name: &str, sections: &[(&str, &str)]) -> Markup {
    html! {
        nav.section-nav aria-label=(name) data-spy="" {
            ul.section-nav-row {
                @for (at, (label, id)) in sections.iter().enumerate() {
                    li {
                        a.section-nav-link href={ "#" (id) } aria-current=[(at == 0).then_some("true")] { (label) }
                    }
                }
            }
        }
    }
}
