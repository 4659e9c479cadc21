//! Begins traces, decides which are recorded, and makes their steps.

use crate::{TraceParent, current, otlp::Sender};
use jiff::Timestamp;
use kernel::{Clock, Random, SystemClock};
use serde_json::Value;
use std::{borrow::Cow, sync::Arc};

/// Makes steps on behalf of one service. Cheap to clone.
#[derive(Clone)]
pub struct Tracer {
    service: &'static str,
    random: Random,
    recording: Option<Arc<Recording>>,
}

/// Where steps go, and how many journeys have theirs kept.
struct Recording {
    share: f64,
    sender: Sender,
}

/// What a step is to the one before it, as OpenTelemetry tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Within the service.
    Internal = 1,
    /// Answers a request.
    Server = 2,
    /// Asks another service.
    Client = 3,
    /// Hands an event to the broker.
    Producer = 4,
    /// Takes an event from the broker.
    Consumer = 5,
}

/// A step that is over.
#[derive(Debug, Clone)]
pub struct Step {
    /// Whose.
    pub service: &'static str,
    /// What was done: a route, a use-case. Never a person's data.
    pub name: Cow<'static, str>,
    /// Its place among the others.
    pub kind: Kind,
    /// Its ids.
    pub id: TraceParent,
    /// The step before; `None`: the journey begins here.
    pub parent: Option<u64>,
    /// From when.
    pub begun: Timestamp,
    /// Until when.
    pub ended: Timestamp,
    /// More about it, by names of OpenTelemetry's conventions where there is one.
    pub attributes: Vec<(&'static str, Value)>,
    /// It went wrong on our side.
    pub failed: bool,
}

/// A step under way: ends when it is dropped. Nothing is kept of one that is not recorded.
pub struct Span {
    id: TraceParent,
    record: Option<Box<(Step, Sender)>>,
}

impl Tracer {
    /// Carries traces on, and records none.
    #[must_use]
    pub fn silent(random: Random) -> Self {
        Self { service: "comanda", random, recording: None }
    }

    /// Records this share (0 to 1) of the journeys that begin here, and those of which whoever asks
    /// says that they are recorded.
    #[must_use]
    pub fn recording(random: Random, share: f64, sender: Sender) -> Self {
        let recording = Some(Arc::new(Recording { share, sender }));
        Self { service: "comanda", random, recording }
    }

    /// The same on behalf of a service.
    #[must_use]
    pub fn of(&self, service: &'static str) -> Self {
        Self { service, ..self.clone() }
    }

    /// On whose behalf.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The same for what nobody wants to see: probes, assets.
    #[must_use]
    pub fn unrecorded(&self) -> Self {
        Self { recording: None, ..self.clone() }
    }

    /// Whether any steps are recorded.
    #[must_use]
    pub fn records(&self) -> bool {
        self.recording.is_some()
    }

    /// A step after `parent`, or the first of a journey that begins here. `name` is asked for only
    /// when the step is recorded.
    pub fn span<N: Into<Cow<'static, str>>>(
        &self,
        kind: Kind,
        parent: Option<TraceParent>,
        name: impl FnOnce() -> N,
    ) -> Span {
        let recording = self.recording.as_ref();
        let Some(before) = parent else {
            let id = TraceParent::begin(&self.random);
            let sampled = recording.is_some_and(|recording| recording.takes(id.trace_id));
            let id = TraceParent { sampled, ..id };
            let record = recording.filter(|_| sampled);
            return Span { id, record: record.map(|to| self.record(kind, id, None, name(), to)) };
        };
        match recording.filter(|_| before.sampled) {
            Some(to) => {
                let id = before.next(&self.random);
                let record = self.record(kind, id, Some(before.span_id), name(), to);
                Span { id, record: Some(record) }
            }
            None => Span { id: before, record: None },
        }
    }

    /// A step after the one that this task is at.
    pub fn child<N: Into<Cow<'static, str>>>(&self, kind: Kind, name: impl FnOnce() -> N) -> Span {
        self.span(kind, current(), name)
    }

    fn record(
        &self,
        kind: Kind,
        id: TraceParent,
        parent: Option<u64>,
        name: impl Into<Cow<'static, str>>,
        to: &Recording,
    ) -> Box<(Step, Sender)> {
        // The machine's clock: a test's clock that stands still would make all steps one.
        let begun = SystemClock.now();
        let (service, name) = (self.service, name.into());
        let (attributes, failed) = (Vec::new(), false);
        let step =
            Step { service, name, kind, id, parent, begun, ended: begun, attributes, failed };
        Box::new((step, to.sender.clone()))
    }
}

impl Recording {
    /// The same answer for one journey everywhere.
    fn takes(&self, trace_id: u128) -> bool {
        let place = (trace_id as u64 >> 11) as f64 / (1_u64 << 53) as f64;
        place < self.share
    }
}

impl std::fmt::Debug for Tracer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracer").field("service", &self.service).finish_non_exhaustive()
    }
}

impl Span {
    /// What the steps within this one come after.
    #[must_use]
    pub fn id(&self) -> TraceParent {
        self.id
    }

    /// Says more about it; `value` is asked for only when the step is recorded.
    pub fn set<V: Into<Value>>(&mut self, name: &'static str, value: impl FnOnce() -> V) {
        if let Some(record) = &mut self.record {
            record.0.attributes.push((name, value().into()));
        }
    }

    /// It went wrong on our side.
    pub fn fail(&mut self) {
        if let Some(record) = &mut self.record {
            record.0.failed = true;
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            let (step, sender) = *record;
            sender.send(Step { ended: SystemClock.now(), ..step });
        }
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Span").field(&self.id).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp;

    fn tracer(share: f64) -> (Tracer, otlp::Receiver) {
        let (sender, receiver) = otlp::channel();
        (Tracer::recording(Random::seeded(7), share, sender).of("orderhub"), receiver)
    }

    #[test]
    fn a_step_is_kept_with_the_one_before_it() {
        let (tracer, mut receiver) = tracer(1.0);
        let outer = tracer.span(Kind::Server, None, || "POST /orders");
        drop(tracer.span(Kind::Internal, Some(outer.id()), || "place_order"));
        let first = outer.id();
        drop(outer);
        let [inner, outer] = [receiver.try_next().unwrap(), receiver.try_next().unwrap()];
        assert_eq!((&*inner.name, &*outer.name), ("place_order", "POST /orders"));
        assert_eq!((inner.parent, outer.parent), (Some(first.span_id), None));
        assert_eq!(inner.id.trace_id, first.trace_id);
        assert!(first.sampled);
    }

    #[test]
    fn who_asks_decides_and_else_the_share_of_the_journeys() {
        let asked = |sampled| TraceParent { trace_id: 1, span_id: 2, sampled };
        let (none, mut receiver) = tracer(0.0);
        assert!(!none.span(Kind::Server, None, || "begins here").id().sampled);
        drop(none.span(Kind::Server, Some(asked(true)), || "recorded"));
        assert_eq!(receiver.try_next().unwrap().name, "recorded");
        let (all, mut receiver) = tracer(1.0);
        let unrecorded = all.span(Kind::Server, Some(asked(false)), || "not recorded");
        assert_eq!(unrecorded.id(), asked(false), "the ids travel all the same");
        drop(unrecorded);
        assert!(receiver.try_next().is_none());
        let half = tracer(0.5).0;
        let taken = (0..1000).filter(|_| half.span(Kind::Server, None, || "").id().sampled);
        assert!((400..600).contains(&taken.count()));
    }

    #[test]
    fn without_a_receiver_the_name_of_a_step_is_not_even_made() {
        let silent = Tracer::silent(Random::seeded(1));
        let span = silent.span(Kind::Server, None, || -> String { panic!("made") });
        assert!(!span.id().sampled);
    }
}
