//! How deliveries end: acknowledged, or their lane parked until a retry is due.

use crate::{Receipt, Settlement};
use database::{Error, Tx, sql};
use jiff::Timestamp;
use std::collections::HashSet;

/// A key of a topic, with the token of the delivery that is being settled.
type Lane = (String, String, i64);

pub(super) fn settle(
    tx: &mut Tx<'_>,
    group: &str,
    settlements: &[(Receipt, Settlement)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut acknowledged = HashSet::new();
    for (receipt, settlement) in settlements {
        let Some((position, lane)) = held(tx, group, receipt)? else { continue };
        match settlement {
            Settlement::Ack => {
                acknowledge(tx, group, &lane, position)?;
                acknowledged.insert(lane);
            }
            Settlement::Retry { after } => {
                let due = now.checked_add(*after).unwrap_or(Timestamp::MAX);
                park(tx, group, &lane, position, due)?;
                acknowledged.remove(&lane);
            }
        }
    }
    for lane in acknowledged {
        release(tx, group, &lane)?;
    }
    Ok(())
}

/// Lets deliveries go that nobody has tried.
pub(super) fn give_back(tx: &mut Tx<'_>, group: &str, receipts: &[Receipt]) -> Result<(), Error> {
    for receipt in receipts {
        // The first of a lane takes the others along: their receipts are void then.
        if let Some((position, lane)) = held(tx, group, receipt)? {
            park(tx, group, &lane, position - 1, Timestamp::UNIX_EPOCH)?;
        }
    }
    Ok(())
}

/// What a receipt stands for, unless it is void: settled before, or its lane was given again since.
/// The message is asked for too, because a lane that was empty counts its deliveries from one again.
fn held(tx: &mut Tx<'_>, group: &str, receipt: &Receipt) -> Result<Option<(i64, Lane)>, Error> {
    let parts = receipt.as_str().split_once('.');
    let parts = parts.and_then(|(position, token)| {
        Some((position.parse::<i64>().ok()?, token.parse::<i64>().ok()?))
    });
    let Some((position, token)) = parts else { return Ok(None) };
    let found: Option<(String, String)> = tx.optional(
        sql!(
            "SELECT p.topic, p.key FROM log l
             JOIN pending p ON p.consumer_group = $1 AND p.topic = l.topic AND p.key = l.key
                           AND p.position = l.position AND p.token = $3
             JOIN lanes n ON n.consumer_group = p.consumer_group AND n.topic = p.topic
                         AND n.key = p.key AND n.token = p.token
             WHERE l.position = $2"
        ),
        &[&group, &position, &token],
    )?;
    Ok(found.map(|(topic, key)| (position, (topic, key, token))))
}

fn acknowledge(
    tx: &mut Tx<'_>,
    group: &str,
    (topic, key, token): &Lane,
    position: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "DELETE FROM pending WHERE consumer_group = $1 AND topic = $2 AND key = $3
             AND position = $4 AND token = $5"
        ),
        &[&group, topic, key, &position, token],
    )?;
    Ok(())
}

/// A new token makes the lane's receipts void; what stood behind the message was not tried.
fn park(
    tx: &mut Tx<'_>,
    group: &str,
    (topic, key, token): &Lane,
    position: i64,
    due: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "UPDATE pending SET attempts = attempts - 1 WHERE consumer_group = $1 AND topic = $2
             AND key = $3 AND position > $4 AND token = $5"
        ),
        &[&group, topic, key, &position, token],
    )?;
    tx.execute(
        sql!(
            "UPDATE lanes SET due = $4, token = token + 1
             WHERE consumer_group = $1 AND topic = $2 AND key = $3"
        ),
        &[&group, topic, key, &due],
    )?;
    // Whoever waits learns of the new instant.
    tx.announce();
    Ok(())
}

/// Lets the lane go when all of its delivery is acknowledged. What was delivered is its front.
fn release(tx: &mut Tx<'_>, group: &str, (topic, key, token): &Lane) -> Result<(), Error> {
    let front: Option<(i64,)> = tx.optional(
        sql!(
            "SELECT token FROM pending WHERE consumer_group = $1 AND topic = $2 AND key = $3
             ORDER BY position LIMIT 1"
        ),
        &[&group, topic, key],
    )?;
    match front {
        Some((front,)) if front == *token => {}
        Some(_) => {
            tx.execute(
                sql!(
                    "UPDATE lanes SET due = 0
                     WHERE consumer_group = $1 AND topic = $2 AND key = $3"
                ),
                &[&group, topic, key],
            )?;
            tx.announce();
        }
        None => {
            tx.execute(
                sql!("DELETE FROM lanes WHERE consumer_group = $1 AND topic = $2 AND key = $3"),
                &[&group, topic, key],
            )?;
        }
    }
    Ok(())
}
