//! The icon set, drawn on a grid of 24 with one stroke. Decoration: hidden from screen readers, so the
//! element around an icon must carry a name.

use maud::{Markup, PreEscaped, html};

/// Draws an icon.
pub type Draw = fn() -> Markup;

/// All icons with their names, for the style guide.
pub const ALL: &[(&str, Draw)] = &[
    ("search", search),
    ("pin", pin),
    ("clock", clock),
    ("plus", plus),
    ("minus", minus),
    ("close", close),
    ("check", check),
    ("warning", warning),
    ("bag", bag),
    ("receipt", receipt),
    ("phone", phone),
    ("user", user),
    ("chevron_right", chevron_right),
    ("chevron_left", chevron_left),
    ("chevron_down", chevron_down),
    ("chevron_up", chevron_up),
    ("pause", pause),
    ("play", play),
    ("bell", bell),
    ("bell_off", bell_off),
    ("flame", flame),
    ("pencil", pencil),
    ("trash", trash),
    ("arrow", arrow),
    ("heart", heart),
    ("leaf", leaf),
    ("wifi_off", wifi_off),
    ("printer", printer),
    ("undo", undo),
    ("bike", bike),
    ("gear", gear),
    ("star", star),
    ("key", key),
];

fn outline(paths: &'static str) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { (PreEscaped(paths)) }
    }
}

/// A magnifying glass.
#[must_use]
pub fn search() -> Markup {
    outline(r#"<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.4-4.4"/>"#)
}

/// A place on the map.
#[must_use]
pub fn pin() -> Markup {
    outline(
        r#"<path d="M12 21c4.6-4.7 6.8-8 6.8-11A6.8 6.8 0 0 0 12 3.2 6.8 6.8 0 0 0 5.2 10c0 3 2.2 6.3 6.8 11Z"/><circle cx="12" cy="10" r="2.4"/>"#,
    )
}

/// A clock.
#[must_use]
pub fn clock() -> Markup {
    outline(r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>"#)
}

/// More.
#[must_use]
pub fn plus() -> Markup {
    outline(r#"<path d="M12 5v14M5 12h14"/>"#)
}

/// Less.
#[must_use]
pub fn minus() -> Markup {
    outline(r#"<path d="M5 12h14"/>"#)
}

/// Close.
#[must_use]
pub fn close() -> Markup {
    outline(r#"<path d="m6 6 12 12M18 6 6 18"/>"#)
}

/// Done.
#[must_use]
pub fn check() -> Markup {
    outline(r#"<path d="m5 12.6 4.6 4.6L19 7.4"/>"#)
}

/// Take care.
#[must_use]
pub fn warning() -> Markup {
    outline(r#"<path d="M12 4 2.8 19.6h18.4Z"/><path d="M12 10v4.4M12 17v.1"/>"#)
}

/// A carrier bag.
#[must_use]
pub fn bag() -> Markup {
    outline(r#"<path d="M5.5 8h13l1 12.2h-15Z"/><path d="M8.8 10.6V7a3.2 3.2 0 0 1 6.4 0v3.6"/>"#)
}

/// The slip.
#[must_use]
pub fn receipt() -> Markup {
    outline(
        r#"<path d="M6 3.5h12v17l-2-1.7-2 1.7-2-1.7-2 1.7-2-1.7-2 1.7Z"/><path d="M9 8h5M9 12h6"/>"#,
    )
}

/// A telephone.
#[must_use]
pub fn phone() -> Markup {
    outline(
        r#"<path d="M5 4.5h3.6l1.7 4.3-2.2 1.6a11 11 0 0 0 5.5 5.5l1.6-2.2 4.3 1.7V19a1.6 1.6 0 0 1-1.7 1.6A15.4 15.4 0 0 1 3.4 6.2 1.6 1.6 0 0 1 5 4.5Z"/>"#,
    )
}

/// A person.
#[must_use]
pub fn user() -> Markup {
    outline(r#"<circle cx="12" cy="8.4" r="3.9"/><path d="M4.6 20.2a7.6 7.6 0 0 1 14.8 0"/>"#)
}

/// Onwards.
#[must_use]
pub fn chevron_right() -> Markup {
    outline(r#"<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>"#)
}

/// Back.
#[must_use]
pub fn chevron_left() -> Markup {
    outline(r#"<path d="M14.5 5.5 8 12l6.5 6.5"/>"#)
}

/// Open below.
#[must_use]
pub fn chevron_down() -> Markup {
    outline(r#"<path d="m5.5 9.5 6.5 6.5 6.5-6.5"/>"#)
}

/// Move up.
#[must_use]
pub fn chevron_up() -> Markup {
    outline(r#"<path d="m5.5 14.5 6.5-6.5 6.5 6.5"/>"#)
}

/// Pause.
#[must_use]
pub fn pause() -> Markup {
    outline(r#"<path d="M8.5 5v14M15.5 5v14"/>"#)
}

/// Start.
#[must_use]
pub fn play() -> Markup {
    outline(r#"<path d="M7.5 5v14l11-7Z"/>"#)
}

/// Sound is on.
#[must_use]
pub fn bell() -> Markup {
    outline(
        r#"<path d="M6.2 16.5V11a5.8 5.8 0 0 1 11.6 0v5.5l1.7 1.7h-15Z"/><path d="M10 20.8a2.3 2.3 0 0 0 4 0"/>"#,
    )
}

/// Sound is off.
#[must_use]
pub fn bell_off() -> Markup {
    outline(
        r#"<path d="M17.8 14v-3A5.8 5.8 0 0 0 8.4 6.5M6.2 10.4v6.1l-1.7 1.7h12.6M10 20.8a2.3 2.3 0 0 0 4 0M4 4l16 16"/>"#,
    )
}

/// Hot.
#[must_use]
pub fn flame() -> Markup {
    outline(
        r#"<path d="M12.4 3c.6 3.6 5.4 5.8 5.4 11a5.8 5.8 0 0 1-11.6 0c0-2.3 1-3.8 2.3-5.2.2 1.6.9 2.6 1.9 3C10 8.6 10.4 5.6 12.4 3Z"/>"#,
    )
}

/// Edit.
#[must_use]
pub fn pencil() -> Markup {
    outline(
        r#"<path d="m4.5 19.5 1-4.500L16 4.500l3.5 3.500L9 18.500Z"/><path d="m13.8 6.7 3.5 3.5"/>"#,
    )
}

/// Remove.
#[must_use]
pub fn trash() -> Markup {
    outline(
        r#"<path d="M4.5 7h15M9.5 7V4.500h5V7M6.5 7l.8 12.500h9.400L17.5 7M10.3 10.500v5.600M13.7 10.500v5.6"/>"#,
    )
}

/// Go on.
#[must_use]
pub fn arrow() -> Markup {
    outline(r#"<path d="M4.5 12h15M13.5 6l6 6-6 6"/>"#)
}

/// A favourite.
#[must_use]
pub fn heart() -> Markup {
    outline(
        r#"<path d="M12 19.800C6.5 16 3.8 12.9 3.8 9.400a4.3 4.3 0 0 1 8.2-1.9 4.3 4.3 0 0 1 8.2 1.900c0 3.5-2.7 6.6-8.2 10.400Z"/>"#,
    )
}

/// From plants.
#[must_use]
pub fn leaf() -> Markup {
    outline(
        r#"<path d="M5 19.500C4 10.5 9.5 5 19.5 4.5 20 14 15 19.5 8 17.5"/><path d="M5 19.500c1.6-4 4.2-6.8 8-8.7"/>"#,
    )
}

/// No connection.
#[must_use]
pub fn wifi_off() -> Markup {
    outline(
        r#"<path d="M4 4l16 16M2.8 9.500A14 14 0 0 1 7 6.900M10.5 6a14 14 0 0 1 10.7 3.500M6 13a9 9 0 0 1 4-2.300M15 11.200a9 9 0 0 1 3 1.800M9.2 16.300a4.2 4.2 0 0 1 5.6 0M12 19.800v.1"/>"#,
    )
}

/// Print.
#[must_use]
pub fn printer() -> Markup {
    outline(r#"<path d="M7 8V3.500h10V8M7 16.500H4V8h16v8.500h-3"/><path d="M7 13.500h10v7H7Z"/>"#)
}

/// Undo.
#[must_use]
pub fn undo() -> Markup {
    outline(r#"<path d="M4.5 9.500h10a5 5 0 0 1 0 10H9"/><path d="M8.5 5.500l-4 4 4 4"/>"#)
}

/// Delivery.
#[must_use]
pub fn bike() -> Markup {
    outline(
        r#"<circle cx="6" cy="16" r="3.7"/><circle cx="18" cy="16" r="3.7"/><path d="m6 16 4-7.500h5.500L18 16M10 8.500l3.5 7.500M15.5 8.5 14.5 5H17M8.5 8.500h3"/>"#,
    )
}

/// Settings.
#[must_use]
pub fn gear() -> Markup {
    outline(
        r#"<circle cx="12" cy="12" r="3"/><path d="M12 3.500v3M12 17.500v3M3.5 12h3M17.5 12h3M6 6l2.1 2.100M15.9 15.9 18 18M18 6l-2.1 2.100M8.1 15.9 6 18"/>"#,
    )
}

/// A star, filled.
#[must_use]
pub fn star() -> Markup {
    html! {
        svg.icon.icon-solid viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d="m12 3 2.7 5.9 6.4.7-4.8 4.3 1.4 6.300L12 17l-5.7 3.2 1.4-6.300L2.9 9.600l6.4-.700Z" {}
        }
    }
}

/// A key: a passkey.
#[must_use]
pub fn key() -> Markup {
    outline(
        r#"<circle cx="8" cy="15.5" r="4.5"/><path d="m11.3 12.2 7.7-7.7"/><path d="m15.5 8 3 3"/><path d="m18 5.5 1.5 1.5"/>"#,
    )
}
