//! Orders over HTTP: as many as the server takes, or so many a second.

use crate::{Outcome, basket::Baskets, http::Connection, town};
use futures_util::future::try_join_all;
use std::{
    rc::Rc,
    time::{Duration, Instant},
};

/// Not counted, at the beginning of each round.
const WARM_UP: Duration = Duration::from_secs(1);

/// One round of orders.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Processor time of this load generator and of the server, for each order.
    pub(crate) own_cpu: Duration,
    pub(crate) server_cpu: Duration,
}

/// Which orders, to which town; keys start with `name`, which no other round has.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    pub(crate) town: &'a town::Town,
    pub(crate) baskets: &'a Rc<Baskets>,
    pub(crate) name: &'a str,
    pub(crate) connections: usize,
}

impl Load<'_> {
    /// Each connection sends its next order when the last one is acknowledged.
    pub(crate) async fn closed(&self, length: Duration) -> Outcome<Round> {
        let begin = Instant::now() + WARM_UP;
        let end = begin + length;
        let (own, server) = (town::cpu("self")?, self.town.cpu()?);
        let mut lanes = Vec::new();
        for lane in 0..self.connections {
            lanes.push(self.lane(lane).await?);
        }
        let lives = lanes.into_iter().map(async |mut lane| {
            let mut times = Vec::new();
            let mut sent = Instant::now();
            while sent < end {
                lane.order().await?;
                let answered = Instant::now();
                times.push((answered, answered - sent));
                sent = answered;
            }
            Ok::<_, String>(times)
        });
        let times = try_join_all(lives).await?.concat();
        let all = times.len();
        let counted = times.into_iter().filter(|(at, _)| (begin..end).contains(at));
        let mut taken: Vec<_> = counted.map(|(_, time)| time).collect();
        taken.sort_unstable();
        let each = |cpu: Duration| cpu / u32::try_from(all.max(1)).unwrap_or(u32::MAX);
        Ok(Round {
            per_second: taken.len() as f64 / length.as_secs_f64(),
            p50: percentile(&taken, 0.5),
            p99: percentile(&taken, 0.99),
            own_cpu: each(town::cpu("self")? - own),
            server_cpu: each(self.town.cpu()? - server),
        })
    }

    /// A connection with its own keys.
    pub(crate) async fn lane(&self, lane: usize) -> Outcome<Lane> {
        Ok(Lane {
            connection: Connection::open(self.town.port).await?,
            baskets: self.baskets.clone(),
            host: self.town.host("orderhub"),
            name: format!("{}-{lane}", self.name),
            // Lanes begin at different kitchens.
            next: lane * 7,
        })
    }
}

/// A guest who orders again and again.
pub(crate) struct Lane {
    connection: Connection,
    baskets: Rc<Baskets>,
    host: String,
    name: String,
    next: usize,
}

impl Lane {
    /// Places one order; its number among the baskets, and the body of the answer.
    pub(crate) async fn order(&mut self) -> Outcome<(usize, Vec<u8>)> {
        let number = self.next;
        let key = format!("bench-{}-{number}", self.name);
        let request = self.baskets.request(&self.host, &key, number);
        self.next += 1;
        let answer = self.connection.send(&request).await?;
        if answer.status != 201 {
            let said = String::from_utf8_lossy(&answer.body);
            return Err(format!("an order was answered by {}: {said}", answer.status));
        }
        Ok((number, answer.body))
    }
}

/// Of a sorted list; zero of an empty one.
pub(crate) fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// The middle one, or zero of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 0.5), Duration::from_millis(100));
        assert_eq!(percentile(&times, 0.99), Duration::from_millis(198));
        assert_eq!(percentile(&times, 1.0), Duration::from_millis(200));
        assert_eq!(percentile(&[], 0.5), Duration::ZERO);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }
}
