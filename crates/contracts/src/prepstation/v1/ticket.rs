//! The kitchen's answers to an order. Each carries the order and the restaurant, and the envelope's
//! sequence is the ticket's version.

use jiff::Timestamp;
use kernel::ids::{Id, ItemId, OrderId, PersonId, RestaurantId, TicketId};
use serde::{Deserialize, Serialize};

/// Which ticket, and who did it when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRef {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The order behind it.
    pub order_id: OrderId,
    /// The kitchen.
    pub restaurant_id: RestaurantId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it; nobody when a timer or a machine did.
    pub by: Option<PersonId>,
}

/// Why a kitchen says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Something has run out.
    OutOfStock,
    /// More than the kitchen can cook.
    TooBusy,
    /// About to close.
    ClosingEarly,
    /// The note asks for something that cannot be done.
    CannotFulfilNote,
    /// Anything else.
    Other,
}

macro_rules! ticket_facts {
    ($($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty = $sample:expr,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $name {
                /// Which, who, when.
                #[serde(flatten)]
                pub ticket: TicketRef,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl $name {
                fn order_id(&self) -> OrderId {
                    self.ticket.order_id
                }
            }
        )+

        $(impl crate::Fact for $name {
            const TYPE: &'static str = $kind;
            fn subject(&self) -> String {
                self.order_id().to_string()
            }
            fn key(&self) -> String {
                self.ticket.restaurant_id.to_string()
            }
            fn samples() -> Vec<Self> {
                sample_tickets().map(|ticket| Self { ticket, $($field: $sample,)* }).into()
            }
        })+

        /// Each fact with its samples.
        pub fn samples() -> Vec<crate::Samples> {
            vec![$(crate::cloud_event::samples_of::<$name>()),+]
        }
    };
}

/// By a person, and by nobody.
fn sample_tickets() -> [TicketRef; 2] {
    [Some(PersonId::from_natural_key("sample")), None].map(|by| TicketRef {
        ticket_id: TicketId::from_natural_key("sample"),
        order_id: OrderId::from_natural_key("sample"),
        restaurant_id: RestaurantId::from_natural_key("sample"),
        at: Timestamp::UNIX_EPOCH,
        by,
    })
}

ticket_facts! {
    /// The kitchen's service has the order; no screen has shown it yet.
    TicketCreated = "comanda.prepstation.ticket.created.v1" {}
    /// The time of an order for later has come: it waits for the kitchen's answer.
    TicketReleased = "comanda.prepstation.ticket.released.v1" {}
    /// A screen of the kitchen shows the ticket.
    TicketReceived = "comanda.prepstation.ticket.received.v1" {}
    /// A person has seen it.
    TicketAcknowledged = "comanda.prepstation.ticket.acknowledged.v1" {}
    /// The kitchen will cook it.
    TicketAccepted = "comanda.prepstation.ticket.accepted.v1" {
        /// The promise.
        ready_at: Timestamp = Timestamp::UNIX_EPOCH,
    }
    /// The kitchen will not cook it.
    TicketRejected = "comanda.prepstation.ticket.rejected.v1" {
        /// Why.
        reason: RejectReason = RejectReason::OutOfStock,
        /// What has run out; 86'd by the same act.
        out_of_stock: Vec<ItemId> = vec![ItemId::from_natural_key("sample")],
    }
    /// Somebody is cooking it.
    TicketStarted = "comanda.prepstation.ticket.started.v1" {}
    /// It takes longer than promised.
    TicketDelayed = "comanda.prepstation.ticket.delayed.v1" {
        /// The new promise.
        ready_at: Timestamp = Timestamp::UNIX_EPOCH,
    }
    /// It is ready.
    TicketReady = "comanda.prepstation.ticket.ready.v1" {}
    /// It came back from Ready to be cooked on.
    TicketRecalled = "comanda.prepstation.ticket.recalled.v1" {}
    /// The customer has it.
    TicketHandedOver = "comanda.prepstation.ticket.handed_over.v1" {}
    /// The order was cancelled or has expired, and the kitchen's service knows it.
    TicketEnded = "comanda.prepstation.ticket.ended.v1" {}
    /// The kitchen cancelled after it had accepted.
    TicketCancelled = "comanda.prepstation.ticket.cancelled.v1" {
        /// Said to the customer.
        reason: String = "The oven went out".to_owned(),
    }
}
