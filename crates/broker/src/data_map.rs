//! What the embedded log knows of people.

use database::{DataMap, Erased, Export, Personal, TableMap};

/// Of the file `broker.db`.
pub const DATA_MAP: DataMap = DataMap {
    owner: "broker",
    tables: &[
        TableMap {
            table: "log",
            personal: &[Personal {
                column: "payload",
                what: "an event on its way, as in the outbox",
                reason: "contract: the kitchen has to know whom it cooks for",
                kept: "30 days; brokers of others by their retention (ADR 17)",
                erased: Erased::Deleted,
                export: Export::Not("a copy of what the tables say"),
            }],
            other: &["position", "id", "topic", "key", "kind", "at"],
        },
        TableMap {
            table: "cursors",
            personal: &[],
            other: &["consumer_group", "topic", "position"],
        },
        TableMap {
            table: "lanes",
            personal: &[],
            other: &["consumer_group", "topic", "key", "due", "token"],
        },
        TableMap {
            table: "pending",
            personal: &[],
            other: &["consumer_group", "topic", "key", "position", "attempts", "token"],
        },
    ],
};
