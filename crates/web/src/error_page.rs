//! The page form of a problem: what happened, in plain words, and a way on.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use crate::{
    components::{Tone, notice},
    origins::{Service, Site},
    page::Page,
    problem::Problem,
};

/// The page, or only a notice when a fragment was asked for.
pub(crate) fn render(site: &Site, problem: &Problem, fragment: bool) -> Response {
    let status = problem.status();
    let words = words(status);
    // A 5xx says nothing of its cause.
    let sentence = problem.sentence().filter(|_| !status.is_server_error());
    let sentence = sentence.unwrap_or(words.sentence);
    let mut answer = if fragment {
        let body = html! { (sentence) (reference(status)) };
        (status, notice(Tone::Bad, words.title, body)).into_response()
    } else {
        (status, page(site, problem, &words, sentence)).into_response()
    };
    problem.set_headers(&mut answer);
    answer
}

fn page(site: &Site, problem: &Problem, words: &Words, sentence: &str) -> maud::Markup {
    let home = match site.service {
        Service::Landing => ("Go to the front page", "/"),
        Service::Orderhub => ("See who is cooking", "/"),
        Service::Prepstation => ("Go to my restaurants", "/"),
        Service::Accounts => ("Go to my account", "/account"),
    };
    let first = problem.link().unwrap_or(home);
    let body = html! {
        div.wrap.error-page {
            p.error-code aria-hidden="true" { (problem.status().as_u16()) }
            h1 { (words.title) }
            p.lead { (sentence) }
            @if let Some(seconds) = problem.retry_seconds() {
                p { "Try again in " (waiting(seconds)) "." }
            }
            (reference(problem.status()))
            @if !problem.fields().is_empty() {
                ul { @for field in problem.fields() { li { (field.detail) } } }
            }
            p.actions {
                a.btn.btn-primary href=(first.1) { (first.0) }
                @if first != home { a.btn.btn-quiet href=(home.1) { (home.0) } }
            }
        }
    };
    Page::new(site, words.title).no_index().render(&body)
}

/// What finds the log lines of a failure, for the person to say and the operator to search.
fn reference(status: StatusCode) -> maud::Markup {
    let trace = trace::current_id().filter(|_| status.is_server_error());
    html! { @if let Some(trace) = trace { p.error-reference { "Reference: " code { (trace) } } } }
}

fn waiting(seconds: u32) -> String {
    match seconds {
        0..=1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

struct Words {
    title: &'static str,
    sentence: &'static str,
}

fn words(status: StatusCode) -> Words {
    let (title, sentence) = match status.as_u16() {
        401 => ("Please sign in", "This page is for people who are signed in."),
        403 => ("That is not open to you", "Your account may not do this."),
        404 => ("This page is not here", "There is no page at this address. It may have moved."),
        405 => ("That did not work", "This address cannot be used in that way."),
        409 => ("Something changed meanwhile", "Look at the page again, then decide."),
        410 => ("This is no longer here", "It was here once, and has been taken away for good."),
        413 => ("That was too much", "What you sent is larger than we can take."),
        415 => ("We cannot read that", "What you sent has a form that we do not know."),
        422 => ("Something is missing", "Check what you entered, then send it again."),
        429 => ("A moment, please", "That was a little too often. Wait a moment, then try again."),
        503 => ("Back in a moment", "We cannot answer just now. Please try again soon."),
        500.. => ("That was our fault", "Something broke on our side. Please try again."),
        _ => ("That did not work", "We could not read this request. Go back and try again."),
    };
    Words { title, sentence }
}
