//! A consumer of a shared group.

use crate::{commits::Phase, lanes::GATHER, member::Member};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Receipt, Settlement};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

pub(crate) struct GroupConsumer {
    member: Arc<Member>,
    ack_wait: Duration,
    news: watch::Receiver<()>,
    /// Until when what has begun to arrive may become more; outlives a dropped call of `next`.
    gather: Option<Instant>,
}

impl GroupConsumer {
    /// The member has counted it.
    pub(crate) fn new(member: Arc<Member>, ack_wait: Duration) -> Self {
        let news = member.shared.news.subscribe();
        Self { member, ack_wait, news, gather: None }
    }

    /// What there is for it now, or when to look again.
    fn claim(&mut self, max: usize) -> Result<Vec<Delivery>, Option<Instant>> {
        let now = Instant::now();
        let mut state = self.member.shared.state();
        let ready = state.lanes.ready(now, max);
        if ready == 0 {
            self.gather = None;
            return Err(state.lanes.next_due());
        }
        let until = *self.gather.get_or_insert(now + GATHER);
        if ready < max && now < until {
            return Err(Some(until));
        }
        self.gather = None;
        let deliveries = state.lanes.claim(now, max, now + self.ack_wait);
        // Attempts are counted on the cluster, so that a message that kills its process is one day
        // given up.
        self.member.shared.commit();
        Ok(deliveries)
    }
}

#[async_trait]
impl Consumer for GroupConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        loop {
            self.news.mark_unchanged();
            let wake = match self.claim(max.max(1)) {
                Ok(deliveries) => return Ok(deliveries),
                Err(wake) => wake,
            };
            if let Phase::Left(reason) = &self.member.shared.state().phase {
                let reason = reason.as_deref().unwrap_or("the group was left");
                return Err(Error::unavailable(reason));
            }
            tokio::select! {
                _ = self.news.changed() => {}
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
            }
        }
    }

    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        let settlement = {
            let now = Instant::now();
            let mut state = self.member.shared.state();
            let mut changed = false;
            for (receipt, settlement) in &settlements {
                changed |= state.lanes.settle(receipt, *settlement, now);
            }
            if !changed {
                return Ok(());
            }
            let number = state.count_settlement();
            self.member.shared.commit();
            self.member.shared.news.send_replace(());
            number
        };
        self.member.shared.committed(settlement).await
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        let member = self.member.clone();
        drop(self);
        member.left().await;
        Ok(())
    }
}

impl Drop for GroupConsumer {
    /// The last one's member leaves when nothing is in hand any more.
    fn drop(&mut self) {
        let mut state = self.member.shared.state();
        state.consumers -= 1;
    }
}
