//! What a refusal of a use-case is to whoever asked, over the API and on pages alike (RFC 9457).

use crate::{
    domain::{Flaw, staff::Role},
    ticket_json::TicketJson,
    usecases::{Refusal, tickets},
};
use axum::http::StatusCode;
use web::Problem;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Forbidden(needed) => Self::forbidden("role_too_low")
                .detail(forbidden(needed))
                .with("needs", needed.key()),
            Refusal::Invalid(flaws) => {
                let problem = Self::unprocessable("invalid_fields")
                    .detail("Some fields are not as they should be.");
                flaws.into_iter().fold(problem, |problem, Flaw { pointer, message }| {
                    problem.field(pointer, message)
                })
            }
            Refusal::Stale(revision) => Self::new(StatusCode::PRECONDITION_FAILED, "menu_changed")
                .detail("Somebody else has changed the menu in the meantime. Read it again.")
                .with("etag", format!("\"{revision}\"")),
            Refusal::SlugTaken(_) => Self::conflict("slug_taken").detail(sentence),
            Refusal::LastOwner => Self::conflict("last_owner").detail(sentence),
            Refusal::KeyReused => Self::unprocessable("idempotency_key_reused")
                .detail("This Idempotency-Key was used with another body. Use a new one."),
            Refusal::Outbox(outbox::Error::TooLarge(_)) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "menu_too_large")
                    .detail("The menu is too large to be published: shorten its descriptions.")
            }
            Refusal::Database(database::Error::Unavailable { .. }) => Self::unavailable(1),
            error @ (Refusal::Database(_) | Refusal::Event(_) | Refusal::Outbox(_)) => {
                Self::internal(&error)
            }
        }
    }
}

/// What a role is missing, in a sentence.
fn forbidden(needed: Role) -> String {
    format!("This takes the role of {} at this restaurant.", needed.label().to_lowercase())
}

impl From<tickets::Refusal> for Problem {
    fn from(refusal: tickets::Refusal) -> Self {
        use tickets::Refusal::{Database, Forbidden, Invalid, NotFound, NotNow, Office, Stale};
        let sentence = refusal.to_string();
        match refusal {
            NotFound => Refusal::NotFound.into(),
            Forbidden(needed) => Refusal::Forbidden(needed).into(),
            Database(error) => Refusal::Database(error).into(),
            Office(refusal) => refusal.into(),
            Stale(ticket) => Self::conflict("stale_version")
                .detail(sentence)
                .with("ticket", TicketJson::of(&ticket)),
            NotNow { ticket, .. } => {
                Self::conflict("not_now").detail(sentence).with("ticket", TicketJson::of(&ticket))
            }
            Invalid(field, sentence) => Self::unprocessable("invalid_body")
                .detail(sentence)
                .field(format!("/{field}"), sentence),
        }
    }
}
