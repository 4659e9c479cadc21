//! What landing knows of people.

use database::{DataMap, Erased, Export, Personal, TableMap};

const ANSWER: &str = "steps before a contract: they wrote to get an answer";
const YEAR: &str = "a year";

const fn personal(column: &'static str, what: &'static str) -> Personal {
    Personal {
        column,
        what,
        reason: ANSWER,
        kept: YEAR,
        erased: Erased::Deleted,
        export: Export::As(column),
    }
}

const fn hash(column: &'static str, what: &'static str) -> Personal {
    Personal { export: Export::Not("a hash of the same"), ..personal(column, what) }
}

/// Found by the address, for landing knows no accounts: erased with an account whose address was
/// proved, or after a year.
pub const DATA_MAP: DataMap = DataMap {
    owner: "landing",
    tables: &[
        TableMap {
            table: "messages",
            personal: &[
                personal("name", "who writes"),
                personal("email", "where to answer"),
                personal("body", "the message"),
                hash("fingerprint", "tells a repeated message from another"),
            ],
            other: &["id", "received_at", "idempotency_key"],
        },
        TableMap {
            table: "applications",
            personal: &[
                personal("restaurant_name", "the restaurant"),
                personal("city", "its town"),
                personal("contact_name", "whom to ask for"),
                personal("email", "where to answer"),
                personal("phone", "where to call"),
                personal("words", "anything else"),
                hash("fingerprint", "tells a repeated application from another"),
            ],
            other: &["id", "submitted_at", "idempotency_key"],
        },
    ],
};
