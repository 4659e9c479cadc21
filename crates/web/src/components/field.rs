//! A labelled field that keeps what was typed and says what is wrong with it.

use maud::{Markup, html};

use crate::form::Form;

/// What kind of field.
#[derive(Debug, Clone, Copy, Default)]
pub enum Kind<'a> {
    /// One line; the value is the input's `type` (`text`, `email`, `tel`, `time`, `number`…).
    Line(&'a str),
    /// Several lines.
    Area(u8),
    /// One of (value, label).
    Select(&'a [(&'a str, &'a str)]),
    /// The same in groups of (name, options); what has no name stands alone.
    Grouped(&'a [(&'a str, Vec<(&'a str, &'a str)>)]),
    /// A file of one of these types, e.g. `image/jpeg,image/png`.
    File(&'a str),
    /// A password: what was typed is never sent back.
    Password,
    /// One line of text.
    #[default]
    Text,
}

/// A field of a form.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// Name in the form; also its id.
    pub name: &'a str,
    /// What to enter.
    pub label: &'a str,
    /// Help below the label.
    pub hint: &'a str,
    /// What kind.
    pub kind: Kind<'a>,
    /// The `autocomplete` token, e.g. `tel`.
    pub autocomplete: &'a str,
    /// Whether it may stay empty (said in the label).
    pub optional: bool,
    /// Longest text, 0 for none.
    pub max_length: u32,
    /// Keyboard on phones: `decimal`, `numeric`…
    pub input_mode: &'a str,
}

impl Field<'_> {
    /// The field as it stands in `form`.
    #[must_use]
    pub fn render(&self, form: &Form) -> Markup {
        self.render_with(form, form.value(self.name))
    }

    /// The field with a value of its own and the error of `form`.
    #[must_use]
    pub fn render_with(&self, form: &Form, value: &str) -> Markup {
        let error = form.error(self.name);
        let class = if error.is_some() { "has-error" } else { "is-fine" };
        html! {
            div.field.(class) {
                label.field-label for=(self.name) {
                    (self.label)
                    @if self.optional { span.field-optional { "optional" } }
                }
                @if !self.hint.is_empty() { p.field-hint id={ (self.name) "-hint" } { (self.hint) } }
                (self.control(value, error.is_some()))
                @if let Some(error) = error {
                    p.field-error id={ (self.name) "-error" } { (crate::icons::warning()) (error) }
                }
            }
        }
    }

    fn control(&self, value: &str, wrong: bool) -> Markup {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = wrong.then(|| format!("{}-error", self.name));
        let described: Vec<String> = error.into_iter().chain(hint).collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let invalid = wrong.then_some("true");
        let auto = (!self.autocomplete.is_empty()).then_some(self.autocomplete);
        let max = (self.max_length > 0).then_some(self.max_length);
        let mode = (!self.input_mode.is_empty()).then_some(self.input_mode);
        let required = !self.optional;
        match self.kind {
            Kind::Area(rows) => html! {
                textarea.input id=(self.name) name=(self.name) rows=(rows) maxlength=[max] required[required]
                    aria-invalid=[invalid] aria-describedby=[described] { (value) }
            },
            Kind::Select(_) | Kind::Grouped(_) => html! {
                span.select {
                    select.input id=(self.name) name=(self.name) required[required]
                        aria-invalid=[invalid] aria-describedby=[described] { (self.options(value)) }
                    (crate::icons::chevron_down())
                }
            },
            Kind::File(types) => html! {
                input.input id=(self.name) name=(self.name) type="file" accept=(types) required[required]
                    aria-invalid=[invalid] aria-describedby=[described];
            },
            Kind::Line(_) | Kind::Text | Kind::Password => {
                let (kind, kept) = match self.kind {
                    Kind::Line(kind) => (kind, Some(value)),
                    Kind::Password => ("password", None),
                    _ => ("text", Some(value)),
                };
                html! {
                    input.input id=(self.name) name=(self.name) type=(kind) value=[kept] required[required]
                        autocomplete=[auto] maxlength=[max] inputmode=[mode]
                        aria-invalid=[invalid] aria-describedby=[described];
                }
            }
        }
    }

    fn options(&self, value: &str) -> Markup {
        let list = |options: &[(&str, &str)]| {
            html! { @for (key, label) in options { option value=(key) selected[*key == value] { (label) } } }
        };
        match self.kind {
            Kind::Select(options) => list(options),
            Kind::Grouped(groups) => html! {
                @for (name, options) in groups {
                    @if name.is_empty() { (list(options)) } @else { optgroup label=(name) { (list(options)) } }
                }
            },
            _ => html! {},
        }
    }
}

/// What is wrong with `form`, as links to the fields; nothing when all is well. Put it first in
/// the form, where it takes the focus.
#[must_use]
pub fn error_summary(form: &Form) -> Markup {
    html! {
        @if !form.is_ok() {
            div.error-summary role="alert" tabindex="-1" data-focus="" {
                p.notice-title { "Please look at this again" }
                ul {
                    @for (name, message) in form.errors() {
                        li { @if name.is_empty() { (message) } @else { a href={ "#" (name) } { (message) } } }
                    }
                }
            }
        }
    }
}
