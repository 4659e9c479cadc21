//! The five tinted plates, and the picture on one.

use maud::{Markup, html};

/// A tint. A restaurant or section keeps one by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plate {
    /// Hue 75
    #[default]
    Saffron,
    /// Hue 140
    Basil,
    /// Hue 20
    Rose,
    /// Hue 230
    Sky,
    /// Hue 330
    Berry,
}

impl Plate {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Saffron, Self::Basil, Self::Rose, Self::Sky, Self::Berry];

    /// The same plate for the same name, always (FNV-1a).
    #[must_use]
    pub fn for_name(name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let at = usize::try_from(hash % 5).unwrap_or_default();
        Self::ALL[at]
    }

    /// The class that tints an element.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Saffron => "plate-saffron",
            Self::Basil => "plate-basil",
            Self::Rose => "plate-rose",
            Self::Sky => "plate-sky",
            Self::Berry => "plate-berry",
        }
    }
}

/// Three plates on a corner of the table, for the top of a front page. Hidden on a phone.
#[must_use]
pub fn table_top(dishes: [(Plate, &str); 3]) -> Markup {
    html! {
        div.table-top aria-hidden="true" {
            @for (plate, url) in dishes {
                div.table-top-plate.(plate.class()) { (art(url, 168, true)) }
            }
        }
    }
}

/// A picture of `size` px on its plate. Decoration: the name stands beside it. `eager` is for
/// pictures in the first screen.
#[must_use]
pub fn art(url: &str, size: u32, eager: bool) -> Markup {
    let loading = if eager { "eager" } else { "lazy" };
    html! { img.art src=(url) alt="" width=(size) height=(size) loading=(loading) decoding="async"; }
}
