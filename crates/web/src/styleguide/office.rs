//! A restaurant's office: the menu editor and the hours, composed.

use maud::{Markup, html};

use super::part;
use crate::{
    components::{Field, Kind, Tone, icon_link, notice, tabs},
    form::Form,
    icons,
    origins::Site,
    page::Page,
};

pub(super) fn render(site: &Site) -> Markup {
    let mut form = Form::with([("name", "Margherita"), ("price", "9,8o")]);
    form.fail("price", "Write the price as figures, e.g. 9.80.");
    let body = html! {
        div.wrap.page {
            div.spread { h1 { "Menu" } div.row { button.btn.btn-quiet type="button" { "Preview" } button.btn.btn-primary type="button" { "Publish menu" } } }
            (tabs("Trattoria Lupo", &[("Board", "#b"), ("Menu", "#m"), ("Hours", "#h"), ("Staff", "#s"), ("Settings", "#e")], "#m"))
            (part("Draft", &html! {
                (notice(Tone::Warn, "Not published yet", html! { "Customers see the menu of yesterday, 18:02." }))
                div.editor { (section("Pizza", &[("Margherita", "9.80", true), ("Diavola", "12.40", true), ("Tartufo", "16.90", false)])) }
            }))
            (part("Item", &html! { div.panel { div.fields {
                div.fields-pair {
                    (Field { name: "name", label: "Name", ..Field::default() }.render(&form))
                    (Field { name: "price", label: "Price", input_mode: "decimal", kind: Kind::Line("text"), ..Field::default() }.render(&form))
                }
                div.actions { button.btn.btn-primary type="button" { "Save" } button.btn.btn-quiet type="button" { "Cancel" } }
            } } }))
            (part("Hours", &html! { div.panel.hours { (day("Monday", &[("11:30", "14:00"), ("17:30", "23:00")])) (day("Friday", &[("17:30", "02:00")])) (day("Sunday", &[])) } }))
            (part("Table", &table()))
        }
    };
    Page::new(site, "Menu").no_index().render(&body)
}

fn section(name: &str, items: &[(&str, &str, bool)]) -> Markup {
    html! {
        section.editor-section {
            div.spread { h3 { (name) } div.editor-tools { (icon_link("#", "Edit section", &icons::pencil())) } }
            @for (item, price, on) in items {
                div.editor-item.(if *on { "is-on" } else { "is-off" }) {
                    span { b { (item) } @if !on { " · 86 until tomorrow" } }
                    span.money { "€" (price) }
                    div.editor-tools {
                        (icon_link("#", "Move up", &icons::chevron_up())) (icon_link("#", "Move down", &icons::chevron_down()))
                        (icon_link("#", "Edit", &icons::pencil()))
                    }
                }
            }
        }
    }
}

fn day(name: &str, spans: &[(&str, &str)]) -> Markup {
    html! {
        div.hours-day {
            span.hours-name { (name) }
            div.hours-spans {
                @if spans.is_empty() { span.quiet { "Closed" } }
                @for (at, (from, to)) in spans.iter().enumerate() {
                    span.hours-span {
                        input.input type="time" value=(from) aria-label={ (name) " " (at + 1) " from" };
                        "–"
                        input.input type="time" value=(to) aria-label={ (name) " " (at + 1) " to" };
                    }
                }
            }
            button.icon-btn type="button" aria-label={ "Add hours on " (name) } { (icons::plus()) }
        }
    }
}

fn table() -> Markup {
    html! {
        div.table-box { table.table {
            thead { tr { th { "Order" } th { "State" } th { "Due" } th.num { "Total" } } }
            tbody {
                tr { td { b { "K7Q" } } td { "Handed over" } td { "19:40" } td.num { "€22.20" } }
                tr { td { b { "C9R" } } td { "Rejected, too busy" } td { "19:25" } td.num { "€31.00" } }
            }
        } }
    }
}
