//! What outbox, inbox and dead letters know of people.

use database::{DataMap, Erased, Export, Personal, TableMap};

/// Beside the tables of every service.
pub const DATA_MAP: DataMap = DataMap {
    owner: "outbox",
    tables: &[
        TableMap {
            table: "outbox",
            personal: &[Personal {
                column: "payload",
                what: "an event as it was told to the other services; of a person in `person.registered`, `order.placed`, `order.scheduled`, `order.cancelled`, `application.submitted`",
                reason: "contract: the kitchen has to know whom it cooks for",
                kept: "30 days after it was published",
                erased: Erased::Deleted,
                export: Export::Not("a copy of what the tables say"),
            }],
            other: &[
                "sequence",
                "event_id",
                "topic",
                "partition_key",
                "kind",
                "occurred_at",
                "published_at",
                "subject",
                "forgotten",
            ],
        },
        TableMap { table: "outbox_lease", personal: &[], other: &["name", "holder", "held_until"] },
        TableMap { table: "inbox", personal: &[], other: &["consumer", "event_id", "handled_at"] },
        TableMap {
            table: "dead_letters",
            personal: &[Personal {
                column: "payload",
                what: "an event that could not be handled",
                reason: "contract: it is handled again when the fault is mended",
                kept: "until an operator has had it handled",
                erased: Erased::Deleted,
                export: Export::Not("a copy of what the tables say"),
            }],
            other: &[
                "consumer",
                "event_id",
                "topic",
                "partition_key",
                "kind",
                "reason",
                "attempts",
                "buried_at",
                "replay_requested_at",
            ],
        },
    ],
};
