//! `/privacy` and `/terms`, in words that can be read.

use maud::{Markup, html};
use web::{Page, Site};

pub(super) fn privacy(site: &Site) -> Markup {
    Page::new(site, "Privacy")
        .description("What Comanda keeps about you, for how long, and who sees it.")
        .canonical("/privacy")
        .render(&html! {
            article.wrap.page { div.prose {
                h1 { "Privacy" }
                p.lead { "We keep what an order needs. Here is all of it." }
                h2 { "When you order" }
                p { "Your name and telephone number go to the restaurant that cooks for you, so that it can call your name and ring you about this order. The order itself is kept as the law on receipts demands; your name, number, address and words are taken off it when you erase your account, or 90 days after the order when you have none." }
                h2 { "When you have an account" }
                p { "Your name, your e-mail address, a scrambled form of your password that cannot be turned back, and from where you are signed in. On your account page you take all that we know of you with you in one file, orders included, or have it erased." }
                h2 { "When you write to us" }
                p { "Messages and applications are kept for a year, or until you erase the account with the same address." }
                h2 { "Cookies" }
                p { "One that says who you are while you are signed in, and one that finds your slip again. None that watches you, none from anybody else." }
                h2 { "What we do not do" }
                ul {
                    li { "Sell or lend anything about you." }
                    li { "Write names, numbers or addresses into technical logs." }
                    li { "Show a restaurant anything but its own orders." }
                }
                p { "Questions and wishes: " a href="/contact" { "write to us" } "." }
            } }
        })
}

pub(super) fn terms(site: &Site) -> Markup {
    Page::new(site, "Terms")
        .description("The few rules between you, the restaurant and Comanda.")
        .canonical("/terms")
        .render(&html! {
            article.wrap.page { div.prose {
                h1 { "Terms" }
                p.lead { "You buy from the restaurant. We carry the slip." }
                h2 { "Your order" }
                p { "It is an offer to the restaurant until the kitchen accepts it. Until then you may cancel without a word. If the kitchen says no, or does not answer in time, the order ends and you owe nothing." }
                h2 { "Prices" }
                p { "All prices include tax. What stands on the slip when you send it is what you pay." }
                h2 { "Allergens" }
                p { "The restaurant states them for each dish and each extra. Where it could not, the menu says “not declared”: please ask before you order." }
                h2 { "When something is wrong" }
                p { "Tell the restaurant first, it can mend most things at once. If that does not help, " a href="/contact" { "write to us" } "." }
            } }
        })
}
