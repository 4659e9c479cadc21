//! What a member of a group has read and not yet seen done: a lane for each key, one holder at a
//! time, retries that hold up their key and no other. Pure; the times are arguments.

use crate::{
    place::Place,
    record::{Partition, Received},
};
use broker::{Delivery, Message, Receipt, Settlement};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// Open messages of a partition after which no more of it are read, so that memory and the commit's
/// metadata are bounded. Few enough for 4096 bytes of metadata.
const MOST: usize = 512;
/// The same in bytes of payload.
const MOST_BYTES: usize = 16 * 1024 * 1024;

type LaneKey = (Partition, String);
/// When a lane has something to give; the number keeps turns.
type Turn = (Instant, u64);

/// All lanes of a member.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    shares: HashMap<Partition, Share>,
    schedule: BTreeMap<Turn, LaneKey>,
    /// By the token of a claim.
    claims: HashMap<u64, LaneKey>,
    last_number: u64,
}

/// One assigned partition.
#[derive(Debug, Default)]
struct Share {
    /// The next offset to come.
    read: i64,
    /// Nothing was tried from here on.
    top: i64,
    /// What is not done, and how often it was delivered; below `top` perhaps not yet read.
    open: BTreeMap<i64, u32>,
    lanes: HashMap<String, Lane>,
    loaded: usize,
    bytes: usize,
    paused: bool,
    /// The place is not what was committed last.
    dirty: bool,
    /// It goes to another member as soon as nothing of it is in hand.
    leaving: bool,
}

#[derive(Debug)]
struct Lane {
    entries: VecDeque<Entry>,
    /// The claim that holds it, valid while any entry is taken.
    token: u64,
    turn: Turn,
}

#[derive(Debug)]
struct Entry {
    offset: i64,
    message: Message,
    published_at: Timestamp,
    attempts: u32,
    /// Delivered by the lane's claim.
    taken: bool,
}

impl Lanes {
    /// Begins with a partition.
    pub(crate) fn assign(&mut self, partition: Partition, place: Place) {
        let Place { offset, top, open } = place;
        // The place is committed even when nothing comes, so that the group has had the topic.
        let share = Share { read: offset, top, open, dirty: true, ..Share::default() };
        self.shares.insert(partition, share);
    }

    /// Takes in what was read, in the order of its offsets.
    pub(crate) fn insert(&mut self, received: Received, now: Instant) {
        let Received { partition, offset, message, published_at } = received;
        let Some(share) = self.shares.get_mut(&partition) else { return };
        if share.leaving || offset < share.read {
            return;
        }
        // Open messages that the log no longer holds will never come.
        let gone: Vec<i64> = share.open.range(share.read..offset).map(|(at, _)| *at).collect();
        share.dirty |= !gone.is_empty();
        share.open.retain(|at, _| !gone.contains(at));
        share.read = offset + 1;
        let is_done = offset < share.top && !share.open.contains_key(&offset);
        let Some(message) = message.filter(|_| !is_done) else {
            share.open.remove(&offset);
            share.dirty = true;
            return;
        };
        let attempts = *share.open.entry(offset).or_insert(0);
        share.loaded += 1;
        share.bytes += message.payload.packed().len();
        let key = message.key.clone();
        let entry = Entry { offset, message, published_at, attempts, taken: false };
        match share.lanes.get_mut(&key) {
            Some(lane) => lane.entries.push_back(entry),
            None => {
                self.last_number += 1;
                let turn = (now, self.last_number);
                let lane = Lane { entries: VecDeque::from([entry]), token: 0, turn };
                share.lanes.insert(key.clone(), lane);
                self.schedule.insert(turn, (partition, key));
            }
        }
    }

    /// How many messages could be claimed now, counted up to `max`.
    pub(crate) fn ready(&self, now: Instant, max: usize) -> usize {
        let mut count = 0;
        for (_, (partition, key)) in self.schedule.range(..=(now, u64::MAX)) {
            let lane = self.shares.get(partition).and_then(|share| share.lanes.get(key));
            count += lane.map_or(0, |lane| lane.entries.len());
            if count >= max {
                return max;
            }
        }
        count
    }

    /// When a lane has something to give next.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.schedule.first_key_value().map(|((due, _), _)| *due)
    }

    /// Gives up to `max` messages to one consumer, who has them until an instant.
    pub(crate) fn claim(&mut self, now: Instant, max: usize, until: Instant) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while deliveries.len() < max {
            let Some((turn, (partition, key))) = self.schedule.pop_first() else { break };
            if turn.0 > now {
                self.schedule.insert(turn, (partition, key));
                break;
            }
            let Some(share) = self.shares.get_mut(&partition) else { continue };
            let Some(lane) = share.lanes.get_mut(&key) else { continue };
            self.last_number += 1;
            self.claims.remove(&lane.token);
            lane.token = self.last_number;
            lane.turn = (until, lane.token);
            let room = max - deliveries.len();
            for (index, entry) in lane.entries.iter_mut().enumerate() {
                entry.taken = index < room;
                if entry.taken {
                    entry.attempts += 1;
                    share.open.insert(entry.offset, entry.attempts);
                    share.top = share.top.max(entry.offset + 1);
                    deliveries.push(entry.delivery(lane.token));
                }
            }
            share.dirty = true;
            self.schedule.insert(lane.turn, (partition.clone(), key.clone()));
            self.claims.insert(lane.token, (partition, key));
        }
        deliveries
    }

    /// Whether it changed anything: a receipt whose time is over is void.
    pub(crate) fn settle(
        &mut self,
        receipt: &Receipt,
        settlement: Settlement,
        now: Instant,
    ) -> bool {
        let Some((token, offset)) = numbers(receipt) else { return false };
        let Some((partition, key)) = self.claims.get(&token).cloned() else { return false };
        let Some(share) = self.shares.get_mut(&partition) else { return false };
        let Some(lane) = share.lanes.get_mut(&key) else { return false };
        let Ok(index) = lane.entries.binary_search_by_key(&offset, |entry| entry.offset) else {
            return false;
        };
        if lane.token != token || !lane.entries[index].taken {
            return false;
        }
        share.dirty = true;
        let due = match settlement {
            Settlement::Ack => {
                let done = lane.entries.remove(index);
                share.open.remove(&offset);
                share.loaded -= 1;
                share.bytes -= done.map_or(0, |entry| entry.message.payload.packed().len());
                if lane.entries.iter().any(|entry| entry.taken) {
                    return true;
                }
                Some(now)
            }
            Settlement::Retry { after } => {
                give_back(lane, &mut share.open, index + 1);
                now.checked_add(after)
            }
        };
        self.claims.remove(&token);
        self.let_go(&partition, &key, due.unwrap_or(now));
        true
    }

    /// The lane is nobody's; the next one may have it from `due` on.
    fn let_go(&mut self, partition: &Partition, key: &str, due: Instant) {
        let Some(share) = self.shares.get_mut(partition) else { return };
        let Some(lane) = share.lanes.get_mut(key) else { return };
        self.schedule.remove(&lane.turn);
        if lane.entries.is_empty() || share.leaving {
            share.lanes.remove(key);
            return;
        }
        lane.entries.iter_mut().for_each(|entry| entry.taken = false);
        self.last_number += 1;
        lane.token = 0;
        lane.turn = (due, self.last_number);
        self.schedule.insert(lane.turn, (partition.clone(), key.to_owned()));
    }

    /// Hands out no more of a partition that goes to another member.
    pub(crate) fn leave(&mut self, partition: &Partition) {
        let Some(share) = self.shares.get_mut(partition) else { return };
        share.leaving = true;
        let schedule = &mut self.schedule;
        share.lanes.retain(|_, lane| {
            let held = lane.entries.iter().any(|entry| entry.taken);
            // A held lane that falls due is nobody's to claim here any more.
            schedule.remove(&lane.turn);
            held
        });
    }

    /// Whether somebody still works on messages of a partition.
    pub(crate) fn in_hand(&self, partition: &Partition, now: Instant) -> bool {
        let held = |lane: &Lane| lane.turn.0 > now && lane.entries.iter().any(|entry| entry.taken);
        self.shares.get(partition).is_some_and(|share| share.lanes.values().any(held))
    }

    /// Forgets a partition; its receipts are void.
    pub(crate) fn remove(&mut self, partition: &Partition) {
        let Some(share) = self.shares.remove(partition) else { return };
        for lane in share.lanes.values() {
            self.schedule.remove(&lane.turn);
            self.claims.remove(&lane.token);
        }
    }

    /// The assigned partitions.
    pub(crate) fn partitions(&self) -> Vec<Partition> {
        self.shares.keys().cloned().collect()
    }

    /// Places that are to be committed.
    pub(crate) fn take_dirty(&mut self) -> Vec<(Partition, Place)> {
        let dirty = self.shares.iter_mut().filter(|(_, share)| share.dirty);
        dirty
            .map(|(partition, share)| {
                share.dirty = false;
                (partition.clone(), share.place())
            })
            .collect()
    }

    /// A commit of these did not succeed.
    pub(crate) fn mark_dirty(&mut self, partitions: &[Partition]) {
        for partition in partitions {
            if let Some(share) = self.shares.get_mut(partition) {
                share.dirty = true;
            }
        }
    }

    /// Whether any of these, or any at all, has a place to commit.
    pub(crate) fn is_dirty(&self, partitions: Option<&[Partition]>) -> bool {
        match partitions {
            None => self.shares.values().any(|share| share.dirty),
            Some(some) => {
                some.iter().any(|one| self.shares.get(one).is_some_and(|share| share.dirty))
            }
        }
    }

    /// Partitions of which enough has been read, and those that have room again.
    pub(crate) fn flow(&mut self) -> (Vec<Partition>, Vec<Partition>) {
        let (mut pause, mut resume) = (Vec::new(), Vec::new());
        for (partition, share) in &mut self.shares {
            let full = share.loaded >= MOST || share.bytes >= MOST_BYTES;
            let roomy = share.loaded <= MOST / 2 && share.bytes <= MOST_BYTES / 2;
            if full && !share.paused {
                share.paused = true;
                pause.push(partition.clone());
            } else if roomy && share.paused {
                share.paused = false;
                resume.push(partition.clone());
            }
        }
        (pause, resume)
    }
}

/// The claim ends before its time: what stands from `index` on was not tried.
fn give_back(lane: &mut Lane, open: &mut BTreeMap<i64, u32>, index: usize) {
    for entry in lane.entries.iter_mut().skip(index).filter(|entry| entry.taken) {
        entry.attempts -= 1;
        open.insert(entry.offset, entry.attempts);
    }
}

impl Share {
    fn place(&self) -> Place {
        let open: BTreeMap<i64, u32> =
            self.open.range(..self.top).map(|(offset, attempts)| (*offset, *attempts)).collect();
        let end = self.read.max(self.top);
        let oldest = self.open.first_key_value().map_or(end, |(offset, _)| *offset);
        // What was read, was nobody's and is done with, such as another program's record.
        Place { offset: oldest, top: self.top.max(oldest), open }
    }
}

impl Entry {
    fn delivery(&self, token: u64) -> Delivery {
        Delivery {
            message: self.message.clone(),
            published_at: self.published_at,
            attempt: self.attempts,
            receipt: Receipt::new(format!("{token}.{}", self.offset)),
        }
    }
}

fn numbers(receipt: &Receipt) -> Option<(u64, i64)> {
    let (token, offset) = receipt.as_str().split_once('.')?;
    Some((token.parse().ok()?, offset.parse().ok()?))
}

/// What arrives within this time is handed out together: one commit instead of several.
pub(crate) const GATHER: Duration = Duration::from_millis(2);
