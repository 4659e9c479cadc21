//! What lies on a plate: drawn art, or in its place a restaurant's own photo.

use maud::{Markup, html};

use super::plate::art;

/// A picture on a plate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture<'a> {
    /// The address of drawn art: decoration, the name stands beside it.
    Art(&'a str),
    /// A photo covers its plate.
    Photo(Photo<'a>),
}

/// A photo in several sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo<'a> {
    /// Pixels across and address of each size, the smallest first; never empty.
    pub sizes: Vec<(u32, String)>,
    /// Pixels down of the widest.
    pub height: u32,
    /// What it shows; empty where the name beside it says all.
    pub alt: &'a str,
}

/// Where a picture is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Pixels of drawn art on each side.
    pub(super) art: u32,
    /// What the browser chooses a size of a photo by; empty takes the smallest.
    pub(super) sizes: &'static str,
    /// In the first screen.
    pub(super) eager: bool,
    /// The largest thing of the first screen.
    pub(super) first: bool,
}

impl Picture<'_> {
    /// The class of a plate that the picture lies on.
    #[must_use]
    pub fn plate_class(picture: Option<&Self>) -> &'static str {
        if matches!(picture, Some(Self::Photo(_))) { "has-photo" } else { "has-art" }
    }

    /// A dish of `size` pixels on each side, e.g. in its own dialog.
    #[must_use]
    pub fn render(&self, size: u32) -> Markup {
        let sizes = "(min-width: 40rem) 32rem, 100vw";
        self.in_frame(Frame { art: size, sizes, eager: true, first: false })
    }

    pub(super) fn in_frame(&self, frame: Frame) -> Markup {
        match self {
            Self::Art(url) => art(url, frame.art, frame.eager),
            Self::Photo(photo) => photo.in_frame(frame),
        }
    }
}

impl Photo<'_> {
    fn in_frame(&self, Frame { sizes, eager, first, .. }: Frame) -> Markup {
        let (smallest, widest) = (self.sizes.first(), self.sizes.last());
        let set = self.sizes.iter().map(|(width, url)| format!("{url} {width}w"));
        let set = (!sizes.is_empty()).then(|| set.collect::<Vec<_>>().join(", "));
        let sizes = set.is_some().then_some(sizes);
        let priority = first.then_some("high");
        let loading = if eager { "eager" } else { "lazy" };
        html! {
            @if let (Some((_, url)), Some((width, _))) = (smallest, widest) {
                img.photo src=(url) srcset=[set] sizes=[sizes] alt=(self.alt) width=(width) height=(self.height)
                    loading=(loading) fetchpriority=[priority] decoding="async";
            }
        }
    }
}
