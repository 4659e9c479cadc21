//! A dialog: a sheet from below on a phone, a card in the middle on a wide screen.

use maud::{Markup, html};

/// A `<dialog>` called `title`. `open` shows it at once. `foot` stays in view below the body.
#[must_use]
pub fn dialog(id: &str, title: &str, open: bool, body: &Markup, foot: &Markup) -> Markup {
    html! {
        dialog.dialog id=(id) aria-labelledby={ (id) "-title" } open[open] {
            (dialog_content(id, title, &html! {
                div.dialog-body { (body) }
                div.dialog-foot { (foot) }
            }))
        }
    }
}

/// An empty dialog, into which links with `data-dialog="id"` fetch what stands behind their address:
/// there, answer a fragment request with [`dialog_content`] of the same id, and others with a page.
#[must_use]
pub fn dialog_place(id: &str) -> Markup {
    html! { dialog.dialog id=(id) aria-labelledby={ (id) "-title" } {} }
}

/// What stands inside the dialog `id`: its title, a way out, and `inner`, often
/// `form.dialog-form { div.dialog-body … div.dialog-foot … }`.
#[must_use]
pub fn dialog_content(id: &str, title: &str, inner: &Markup) -> Markup {
    html! {
        div.dialog-head {
            h2.dialog-title id={ (id) "-title" } { (title) }
            form method="dialog" {
                button.icon-btn type="submit" aria-label="Close" { (crate::icons::close()) }
            }
        }
        (inner)
    }
}
