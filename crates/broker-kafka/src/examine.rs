//! What an operator should know before relying on a cluster.

use crate::{address::Address, topics::Topics};
use broker::{Condition, Finding};

/// Changes nothing.
pub(crate) async fn examine(_address: &Address, topics: &Topics) -> Vec<Finding> {
    let state = match topics.metadata(None).await {
        Ok(_) => Condition::Well,
        Err(error) => Condition::Wrong(kernel::in_words(&error)),
    };
    vec![Finding { what: "the cluster answers".to_owned(), state }]
}
