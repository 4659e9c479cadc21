//! The shell of every page: head, header, the one status region, footer. A page is built from a
//! [`Site`] and a body.

use axum::http::HeaderMap;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{
    assets,
    components::{icon_link, wordmark},
    icons,
    origins::{Service, Site},
};

/// How a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Customers' pages: warm paper, light and dark.
    Customer,
    /// A restaurant's office pages (menu, hours, settings): kitchen type on light or dark paper.
    Office,
    /// The kitchen board: dark surround, no header of the site, no footer.
    Board,
}

/// A page under construction.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    site: &'a Site,
    title: &'a str,
    description: Option<&'a str>,
    canonical: Option<String>,
    index: bool,
    json_ld: Option<String>,
    image: Option<String>,
    look: Look,
    body_class: &'a str,
    head: Option<Markup>,
    place: Option<Markup>,
    person: Option<Markup>,
    slip: Option<Markup>,
    own_status: bool,
    lang: &'a str,
}

impl<'a> Page<'a> {
    /// A page of `site`. Orderhub's, landing's and accounts' look is the customers'; prepstation's
    /// is the office's.
    #[must_use]
    pub fn new(site: &'a Site, title: &'a str) -> Self {
        let look = match site.service {
            Service::Prepstation => Look::Office,
            Service::Landing | Service::Orderhub | Service::Accounts => Look::Customer,
        };
        Self {
            site,
            title,
            description: None,
            canonical: None,
            index: true,
            json_ld: None,
            image: None,
            look,
            body_class: "",
            head: None,
            place: None,
            person: None,
            slip: None,
            own_status: false,
            lang: "en",
        }
    }

    /// One sentence for search engines and previews.
    #[must_use]
    pub fn description(mut self, text: &'a str) -> Self {
        self.description = Some(text);
        self
    }

    /// The one address of this page: a path on this service.
    #[must_use]
    pub fn canonical(mut self, path: &str) -> Self {
        self.canonical = Some(self.site.url(self.site.service, path));
        self
    }

    /// Keeps the page out of search engines.
    #[must_use]
    pub fn no_index(mut self) -> Self {
        self.index = false;
        self
    }

    /// Structured data (schema.org). `<` is escaped, so that no text can end the block.
    #[must_use]
    pub fn json_ld(mut self, value: &serde_json::Value) -> Self {
        self.json_ld = Some(value.to_string().replace('<', "\\u003c"));
        self
    }

    /// The absolute address of a picture for previews.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image = Some(url.into());
        self
    }

    /// Another look than the service's own.
    #[must_use]
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Classes for `body`, e.g. `on-cloth` for the tracking page.
    #[must_use]
    pub fn body_class(mut self, class: &'a str) -> Self {
        self.body_class = class;
        self
    }

    /// More for the head, e.g. a refresh inside `noscript`.
    #[must_use]
    pub fn head(mut self, markup: Markup) -> Self {
        self.head = Some(markup);
        self
    }

    /// What stands beside the wordmark, e.g. the customer's address or the restaurant's name.
    #[must_use]
    pub fn place(mut self, markup: Markup) -> Self {
        self.place = Some(markup);
        self
    }

    /// The person's corner of the header, instead of the plain link to accounts. On pages that are
    /// cached for all, give an element which fetches it.
    #[must_use]
    pub fn person(mut self, markup: Markup) -> Self {
        self.person = Some(markup);
        self
    }

    /// The slip's corner of the header, instead of the plain link to `/cart`.
    #[must_use]
    pub fn slip(mut self, markup: Markup) -> Self {
        self.slip = Some(markup);
        self
    }

    /// The body holds the one status region itself: visible, with the id `status`.
    #[must_use]
    pub fn own_status(mut self) -> Self {
        self.own_status = true;
        self
    }

    /// The language of the page (BCP 47), `en` unless set.
    #[must_use]
    pub fn lang(mut self, lang: &'a str) -> Self {
        self.lang = lang;
        self
    }

    /// The whole document around `body`.
    #[must_use]
    pub fn render(&self, body: &Markup) -> Markup {
        let look = match self.look {
            Look::Customer => "look-customer",
            Look::Office => "look-office",
            Look::Board => "look-board",
        };
        html! {
            (DOCTYPE)
            html lang=(self.lang) data-reloads[self.site.reloads] {
                (self.render_head())
                body class={ (look) " " (self.body_class) } {
                    a.skip href="#main" { "Skip to the content" }
                    @if self.look != Look::Board { (self.render_header()) }
                    main #main tabindex="-1" { (body) }
                    @if !self.own_status {
                        p.visually-hidden #status role="status" aria-live="polite" {}
                    }
                    @if self.look != Look::Board { (self.render_footer()) }
                }
            }
        }
    }

    fn render_head(&self) -> Markup {
        let (css, script) = self.bundles();
        let kitchen = self.look != Look::Customer;
        html! {
            head {
                meta charset="utf-8";
                title { (self.title) " · Comanda" }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                @if self.look == Look::Board {
                    meta name="theme-color" content="#14181c";
                } @else {
                    meta name="theme-color" media="(prefers-color-scheme: light)" content="#fffaf2";
                    meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1c130d";
                }
                link rel="stylesheet" href=(assets::url(css));
                @if kitchen {
                    (preload_font("fonts/atkinson.woff2"))
                } @else {
                    (preload_font("fonts/fraunces.woff2")) (preload_font("fonts/figtree.woff2"))
                }
                meta name="htmx-config" content="includeIndicatorCSS:false";
                script defer src=(assets::url(script)) {}
                link rel="icon" type="image/svg+xml" href=(assets::url("icons/icon.svg"));
                link rel="apple-touch-icon" href=(assets::url("icons/touch-180.png"));
                @let manifest = if kitchen { "icons/prep.webmanifest" } else { "icons/order.webmanifest" };
                link rel="manifest" href=(assets::url(manifest));
                (self.render_meta())
                @if let Some(head) = &self.head { (head) }
            }
        }
    }

    fn render_meta(&self) -> Markup {
        html! {
            @if let Some(text) = self.description {
                meta name="description" content=(text);
                meta property="og:description" content=(text);
            }
            meta property="og:title" content=(self.title);
            meta property="og:site_name" content="Comanda";
            @if let Some(url) = &self.canonical {
                link rel="canonical" href=(url);
                meta property="og:url" content=(url);
            }
            @if let Some(url) = &self.image { meta property="og:image" content=(url); }
            @if !self.index { meta name="robots" content="noindex"; }
            @if let Some(data) = &self.json_ld {
                script type="application/ld+json" { (PreEscaped(data)) }
            }
        }
    }

    fn bundles(&self) -> (&'static str, &'static str) {
        let css = if self.look == Look::Customer { "order.css" } else { "kitchen.css" };
        let script = match self.site.service {
            Service::Landing => "site.js",
            Service::Accounts => "accounts.js",
            Service::Orderhub => "order.js",
            Service::Prepstation => "prep.js",
        };
        (css, script)
    }

    fn render_header(&self) -> Markup {
        let account = self.site.url(Service::Accounts, "/account");
        let home = match self.site.service {
            Service::Accounts => self.site.url(Service::Orderhub, "/"),
            _ => "/".to_owned(),
        };
        html! {
            header.site-header {
                div.wrap.site-header-row {
                    (wordmark(&home))
                    @if let Some(place) = &self.place { div.site-place { (place) } }
                    nav.site-nav aria-label="Site" {
                        @match (&self.person, self.site.service) {
                            (Some(person), _) => { (person) },
                            (None, Service::Landing) => {
                                a.site-link href="/restaurants" { "For restaurants" }
                                a.btn.btn-small.btn-ink href=(self.site.url(Service::Orderhub, "/")) {
                                    "Order food"
                                }
                            },
                            (None, _) => (icon_link(&account, "Account", &icons::user())),
                        }
                        @match (&self.slip, self.site.service) {
                            (Some(slip), _) => (slip),
                            (None, Service::Orderhub) => (icon_link("/cart", "Your slip", &icons::receipt())),
                            (None, _) => {},
                        }
                    }
                }
            }
        }
    }

    fn render_footer(&self) -> Markup {
        let at = |path| self.site.url(Service::Landing, path);
        html! {
            footer.site-footer {
                div.wrap.site-footer-row {
                    p.site-footer-line { "Run by your town, for its kitchens." }
                    nav aria-label="More" {
                        ul.site-footer-links {
                            li { a href=(at("/about")) { "About" } }
                            li { a href=(at("/restaurants")) { "For restaurants" } }
                            li { a href=(at("/contact")) { "Contact" } }
                            li { a href=(at("/privacy")) { "Privacy" } }
                            li { a href=(at("/terms")) { "Terms" } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether htmx asks for a fragment, not for a page. Never a reason to allow anything.
#[must_use]
pub fn is_fragment(headers: &HeaderMap) -> bool {
    headers.get("hx-request-type").is_some_and(|value| value == "partial")
}

/// One of several changes in an answer or a frame: `content` goes to `target` (a selector), by
/// `swap` (`innerHTML`, `outerMorph`, `beforeend`…).
#[must_use]
pub fn partial(target: &str, swap: &str, content: &Markup) -> Markup {
    html! { hx-partial hx-target=(target) hx-swap=(swap) { (content) } }
}

fn preload_font(name: &str) -> Markup {
    html! { link rel="preload" as="font" type="font/woff2" crossorigin href=(assets::url(name)); }
}
