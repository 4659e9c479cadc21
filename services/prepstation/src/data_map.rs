//! What prepstation knows of people: of those who work in kitchens, and of customers as far as a kitchen
//! needs them.

use database::{DataMap, Erased, Export, Personal, TableMap};

const WORK: &str = "contract: the work at the restaurant";
const ORDER: &str = "contract: the order";
const EMPLOYED: &str = "while they work there";
const TICKET: &str = "as long as orderhub keeps the order's";
const OF_ORDERHUB: Export = Export::Not("in orderhub's part, with the order");

const fn customer(column: &'static str, what: &'static str) -> Personal {
    Personal {
        column,
        what,
        reason: ORDER,
        kept: TICKET,
        erased: Erased::Deleted,
        export: OF_ORDERHUB,
    }
}

const fn staff(column: &'static str, what: &'static str, export: Export) -> Personal {
    Personal { column, what, reason: WORK, kept: EMPLOYED, erased: Erased::Deleted, export }
}

/// Who changed something: the column is emptied, the change stays the restaurant's.
const fn author(column: &'static str, what: &'static str) -> Personal {
    staff(column, what, Export::Not("a number of theirs beside the restaurant's own work"))
}

const TICKETS: TableMap = TableMap {
    table: "tickets",
    personal: &[
        customer("customer_name", "the name to call out"),
        customer("customer_phone", "for questions about the order"),
        customer("address", "where to bring it"),
        Personal {
            erased: Erased::Pseudonymised("what was cooked stays; the customer's notes go"),
            ..customer("lines", "what to cook, with the customer's notes")
        },
        customer("reason", "why it ended; the customer's words go, the kitchen's stay"),
    ],
    other: &[
        "id",
        "order_id",
        "restaurant_id",
        "code",
        "kind",
        "placed_at",
        "due_at",
        "total",
        "currency",
        "state",
        "version",
        "since",
        "expires_at",
        "accepted_at",
        "ready_at",
        "received_at",
        "board_seq",
        "traceparent",
    ],
};

const RESTAURANTS: TableMap = TableMap {
    table: "restaurants",
    personal: &[],
    other: &[
        "id",
        "slug",
        "name",
        "story",
        "badge",
        "cuisines",
        "art",
        "plate",
        "street",
        "postcode",
        "city",
        "country",
        "lat",
        "lon",
        "phone",
        "currency",
        "hours",
        "pickup",
        "delivery_radius_m",
        "delivery_fee",
        "delivery_minimum",
        "prep_minutes",
        "answer_minutes",
        "listed",
        "version",
        "created_at",
        "updated_at",
        "photo",
    ],
};

/// A restaurant's own columns are a business's, not a person's.
pub const DATA_MAP: DataMap = DataMap {
    owner: "prepstation",
    tables: &[
        TICKETS,
        TableMap {
            table: "ticket_history",
            personal: &[
                Personal {
                    column: "person_id",
                    what: "who of the kitchen did it",
                    reason: WORK,
                    kept: "as long as the ticket",
                    erased: Erased::Pseudonymised(
                        "the number of somebody whom nobody knows any more: a dispute about an order asks whether one person did two steps",
                    ),
                    export: Export::Not("the export is that person's"),
                },
                Personal {
                    column: "reason",
                    what: "why; the customer's words go, the kitchen's stay",
                    reason: ORDER,
                    kept: "as long as the ticket",
                    erased: Erased::Deleted,
                    export: Export::As("reason"),
                },
            ],
            other: &["ticket_id", "version", "at", "from_state", "to_state"],
        },
        TableMap {
            table: "people",
            personal: &[
                staff("email", "to match invitations", Export::As("email")),
                staff("name", "for the list of staff", Export::As("name")),
            ],
            other: &["person_id", "email_verified"],
        },
        TableMap {
            table: "staff",
            personal: &[
                staff("person_id", "who works there", Export::Not("the export is that person's")),
                staff("email", "where they were invited", Export::As("email")),
                staff("role", "what they may do", Export::As("role")),
            ],
            other: &["id", "restaurant_id", "created_at", "asked"],
        },
        TableMap {
            table: "api_keys",
            personal: &[author("created_by", "who made the key")],
            other: &[
                "id",
                "restaurant_id",
                "name",
                "hash",
                "beginning",
                "scopes",
                "created_at",
                "used_at",
            ],
        },
        TableMap {
            table: "menu_drafts",
            personal: &[author("updated_by", "who changed it last")],
            other: &["restaurant_id", "revision", "menu", "updated_at"],
        },
        TableMap {
            table: "menus",
            personal: &[author("published_by", "who published it")],
            other: &["restaurant_id", "version", "menu", "published_at"],
        },
        TableMap {
            table: "photos",
            personal: &[author("uploaded_by", "who brought it")],
            other: &["restaurant_id", "name", "widths", "height", "uploaded_at"],
        },
        TableMap {
            table: "idempotency",
            personal: &[author("person_id", "who asked")],
            other: &["key", "request", "answer", "created_at"],
        },
        RESTAURANTS,
        TableMap {
            table: "availability",
            personal: &[],
            other: &[
                "restaurant_id",
                "paused_until",
                "pause_reason",
                "busy_extra_minutes",
                "busy_until",
            ],
        },
        TableMap {
            table: "off_sale",
            personal: &[],
            other: &["restaurant_id", "kind", "what_id", "until"],
        },
        TableMap { table: "boards", personal: &[], other: &["restaurant_id", "seq"] },
    ],
};
