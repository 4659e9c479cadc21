//! Which journey a piece of work belongs to, and which step of it comes before: the values of the
//! W3C Trace Context header `traceparent`, carried by requests, events and log lines.

use crate::Random;
use std::fmt;

/// A step of a trace, as the next step has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The journey; never 0.
    pub trace_id: u128,
    /// The step; never 0.
    pub span_id: u64,
    /// Somebody records this journey.
    pub sampled: bool,
}

impl TraceParent {
    /// The first step of a new journey, which nobody records yet.
    #[must_use]
    pub fn begin(random: &Random) -> Self {
        let bytes: [u8; 24] = random.bytes();
        let (trace, span) = bytes.split_at(16);
        let number =
            |bytes: &[u8]| bytes.iter().fold(0, |n: u128, byte| n << 8 | u128::from(*byte));
        // All zeros is no id.
        let (trace_id, span_id) = (number(trace).max(1), number(span).max(1));
        Self { trace_id, span_id: span_id as u64, sampled: false }
    }

    /// The next step of the same journey.
    #[must_use]
    pub fn next(self, random: &Random) -> Self {
        Self { span_id: u64::from_be_bytes(random.bytes()).max(1), ..self }
    }

    /// Reads a header (<https://www.w3.org/TR/trace-context/#traceparent-header>). Versions after
    /// `00` may have more at the end. Nothing when it is not of its form: a new journey begins then.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace) = (hex(parts.next()?, 2)?, hex(parts.next()?, 32)?);
        let (span, flags) = (hex(parts.next()?, 16)?, hex(parts.next()?, 2)?);
        let whole = version == 0 && parts.next().is_none() || (1..255).contains(&version);
        (whole && trace != 0 && span != 0).then_some(Self {
            trace_id: trace,
            span_id: u64::try_from(span).ok()?,
            sampled: flags & 1 == 1,
        })
    }
}

impl fmt::Display for TraceParent {
    /// The header's value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace_id, span_id, sampled } = self;
        write!(f, "00-{trace_id:032x}-{span_id:016x}-{:02x}", u8::from(*sampled))
    }
}

/// So many lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let legal =
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    legal.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_is_read_and_written_as_it_stands() {
        let parent = TraceParent::parse(EXAMPLE).unwrap();
        assert_eq!(parent.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert!(parent.sampled);
        assert_eq!(parent.to_string(), EXAMPLE);
        let later = EXAMPLE.replacen("00", "cc", 1) + "-what-the-future-brings";
        assert_eq!(TraceParent::parse(&later), Some(parent));
    }

    #[test]
    fn what_is_no_header_begins_a_new_journey() {
        for text in [
            "",
            "00",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceParent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_step_has_an_id_of_its_own_in_the_same_journey() {
        let random = Random::seeded(1);
        let first = TraceParent::begin(&random);
        let next = first.next(&random);
        assert_eq!(next.trace_id, first.trace_id);
        assert_ne!(next.span_id, first.span_id);
        assert_eq!(TraceParent::parse(&first.to_string()), Some(first));
    }
}
