//! How deliveries end: acknowledged, or their lane parked until a retry is due.

use crate::{Receipt, Settlement};
use database::{Error, Tx, sql};
use jiff::Timestamp;
use std::collections::HashMap;

/// A key of a topic, with the token of the delivery that is being settled.
type Lane = (String, String, i64);

pub(super) fn settle(
    tx: &mut Tx<'_>,
    group: &str,
    settlements: &[(Receipt, Settlement)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut held: HashMap<Lane, bool> = HashMap::new();
    for (receipt, settlement) in settlements {
        let Some((position, lane)) = lane_of(tx, receipt)? else { continue };
        let is_held = match held.get(&lane) {
            Some(is_held) => *is_held,
            None => holds(tx, group, &lane)?,
        };
        let keeps = is_held
            && match settlement {
                Settlement::Ack => {
                    acknowledge(tx, group, &lane, position)?;
                    true
                }
                Settlement::Retry { after } => {
                    let due = now.checked_add(*after).unwrap_or(Timestamp::MAX);
                    park(tx, group, &lane, position, due)?;
                    false
                }
            };
        held.insert(lane, keeps);
    }
    for lane in held.into_iter().filter_map(|(lane, keeps)| keeps.then_some(lane)) {
        release(tx, group, &lane)?;
    }
    Ok(())
}

/// Lets deliveries go that nobody has tried.
pub(super) fn give_back(tx: &mut Tx<'_>, group: &str, receipts: &[Receipt]) -> Result<(), Error> {
    for receipt in receipts {
        let Some((position, lane)) = lane_of(tx, receipt)? else { continue };
        // The first of a lane takes the others along: their receipts are void then.
        if holds(tx, group, &lane)? {
            park(tx, group, &lane, position - 1, Timestamp::UNIX_EPOCH)?;
        }
    }
    Ok(())
}

fn lane_of(tx: &mut Tx<'_>, receipt: &Receipt) -> Result<Option<(i64, Lane)>, Error> {
    let parts = receipt.as_str().split_once('.');
    let parts = parts.and_then(|(position, token)| {
        Some((position.parse::<i64>().ok()?, token.parse::<i64>().ok()?))
    });
    let Some((position, token)) = parts else { return Ok(None) };
    let found: Option<(String, String)> =
        tx.optional(sql!("SELECT topic, key FROM log WHERE position = $1"), &[&position])?;
    Ok(found.map(|(topic, key)| (position, (topic, key, token))))
}

/// Whether the delivery is still the lane's last one.
fn holds(tx: &mut Tx<'_>, group: &str, (topic, key, token): &Lane) -> Result<bool, Error> {
    let last: Option<(i64,)> = tx.optional(
        sql!("SELECT token FROM lanes WHERE consumer_group = $1 AND topic = $2 AND key = $3"),
        &[&group, topic, key],
    )?;
    Ok(last == Some((*token,)))
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
