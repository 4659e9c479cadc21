//! What orderhub knows of people.

use database::{DataMap, Erased, Export, Personal, TableMap};

const CONTRACT: &str = "contract: the order";
const WITH_THE_ACCOUNT: &str = "while the account lives; of a guest 90 days";
const BOOKS: &str = "what was sold for how much stays for the books (in the EU 6 to 10 years, such as § 132 BAO, § 147 AO); nothing in it names anybody";

const ORDERS: TableMap = TableMap {
    table: "orders",
    personal: &[
        Personal {
            column: "person_id",
            what: "whose account",
            reason: CONTRACT,
            kept: WITH_THE_ACCOUNT,
            erased: Erased::Deleted,
            export: Export::Not("the export is that person's"),
        },
        Personal {
            column: "contact",
            what: "name to call out, telephone, perhaps e-mail address",
            reason: CONTRACT,
            kept: WITH_THE_ACCOUNT,
            erased: Erased::Deleted,
            export: Export::As("contact.name"),
        },
        Personal {
            column: "address",
            what: "where to bring it",
            reason: CONTRACT,
            kept: WITH_THE_ACCOUNT,
            erased: Erased::Deleted,
            export: Export::As("address"),
        },
        Personal {
            column: "document",
            what: "what was ordered, with prices and the customer's notes",
            reason: "contract, and the law on keeping books",
            kept: "as long as the law on keeping books says; the notes with the account",
            erased: Erased::Pseudonymised(BOOKS),
            export: Export::As("document.lines"),
        },
    ],
    other: &[
        "id",
        "code",
        "restaurant_id",
        "kind",
        "state",
        "version",
        "placed_at",
        "expires_at",
        "ready_at",
        "received_at",
        "acknowledged_at",
        "ticket_version",
        "currency",
        "total",
        "seller",
        "out_of_stock",
        "due_at",
        "release_at",
    ],
};

/// Orders that are under way are cooked to their end before they forget their customer: a kitchen must
/// be able to call.
pub const DATA_MAP: DataMap = DataMap {
    owner: "orderhub",
    tables: &[
        ORDERS,
        TableMap {
            table: "order_history",
            personal: &[Personal {
                column: "reason",
                what: "why the customer cancelled, in their words; the kitchen's words are the kitchen's",
                reason: CONTRACT,
                kept: WITH_THE_ACCOUNT,
                erased: Erased::Deleted,
                export: Export::As("reason"),
            }],
            other: &["order_id", "version", "at", "from_state", "to_state", "actor"],
        },
        TableMap {
            table: "carts",
            personal: &[Personal {
                column: "lines",
                what: "what somebody is about to order, with notes",
                reason: "steps before a contract",
                kept: "30 days after the last touch",
                erased: Erased::Later(
                    "it belongs to a browser that holds its cookie; nothing says whose account that is",
                ),
                export: Export::Not("it belongs to a browser, not to an account"),
            }],
            other: &["cart_id", "restaurant_id", "seen_keys", "changed_at", "expires_at"],
        },
        TableMap {
            table: "favourites",
            personal: &[
                Personal {
                    column: "owner_id",
                    what: "whose mark: a person or a browser",
                    reason: "contract: they asked for it",
                    kept: "until they take it off",
                    erased: Erased::Deleted,
                    export: Export::Not("the export is that person's"),
                },
                Personal {
                    column: "restaurant_id",
                    what: "what they like",
                    reason: "contract: they asked for it",
                    kept: "until they take it off",
                    erased: Erased::Deleted,
                    export: Export::As("restaurant_id"),
                },
            ],
            other: &["added_at"],
        },
        TableMap {
            table: "idempotency",
            personal: &[Personal {
                column: "scope",
                what: "whose keys these are: a person's, or the guests'",
                reason: "contract: an order that is sent twice counts once",
                kept: "30 days",
                erased: Erased::Deleted,
                export: Export::Not("the export is that person's"),
            }],
            other: &["idempotency_key", "body_hash", "answer", "created_at"],
        },
        TableMap {
            table: "erased_people",
            personal: &[Personal {
                column: "person_id",
                what: "the number of somebody who is to be forgotten",
                reason: "law: what ends later must be forgotten, too (GDPR Art. 17)",
                kept: "31 days, and until their last order is over",
                erased: Erased::Later("nobody but this row knows the number by then"),
                export: Export::Not("there is no account any more"),
            }],
            other: &["erased_at"],
        },
        TableMap {
            table: "restaurants",
            personal: &[],
            other: &[
                "restaurant_id",
                "profile",
                "profile_version",
                "availability",
                "availability_version",
                "menu",
                "menu_version",
                "revision",
                "changed_at",
            ],
        },
        TableMap {
            table: "sale_states",
            personal: &[],
            other: &["restaurant_id", "kind", "thing_id", "available", "until_at", "version"],
        },
        TableMap { table: "secrets", personal: &[], other: &["name", "value"] },
    ],
};
