//! Log lines that name the trace they belong to: what an answer's `traceresponse` finds.

use std::fmt;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// Adds `trace_id` to the lines of another format.
pub(super) struct WithTrace<F> {
    inner: F,
    json: bool,
}

impl<F> WithTrace<F> {
    pub(super) fn text(inner: F) -> Self {
        Self { inner, json: false }
    }

    pub(super) fn json(inner: F) -> Self {
        Self { inner, json: true }
    }
}

impl<S, N, F> FormatEvent<S, N> for WithTrace<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(trace) = trace::current_id() else {
            return self.inner.format_event(context, writer, event);
        };
        let mut line = String::with_capacity(256);
        self.inner.format_event(context, Writer::new(&mut line), event)?;
        match line.strip_prefix('{').filter(|_| self.json) {
            Some(rest) => write!(writer, "{{\"trace_id\":\"{trace}\",{rest}"),
            None => writeln!(writer, "{} trace_id={trace}", line.trim_end_matches('\n')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::TraceParent;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::{MakeWriter, format};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;
        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    const STEP: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    fn logged(lines: &Lines, subscriber: impl Subscriber + Send + Sync) -> String {
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(table = 7, "outside");
            trace::within_sync(TraceParent::parse(STEP).unwrap(), || {
                tracing::warn!(table = 7, "within");
            });
        });
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_of_text_ends_with_its_trace() {
        let lines = Lines::default();
        let format = WithTrace::text(format().with_ansi(false));
        let log = tracing_subscriber::fmt().with_writer(lines.clone()).event_format(format);
        let text = logged(&lines, log.finish());
        let [outside, within] = text.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(outside.ends_with("outside table=7"), "{outside}");
        let end = "within table=7 trace_id=4bf92f3577b34da6a3ce929d0e0e4736";
        assert!(within.ends_with(end), "{within}");
    }

    #[test]
    fn a_line_of_json_has_its_trace_as_a_field() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_writer(lines.clone()).json();
        let text = logged(&lines, log.map_event_format(WithTrace::json).finish());
        let values = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let [outside, within] = values.collect::<Vec<serde_json::Value>>().try_into().unwrap();
        assert_eq!(outside.get("trace_id"), None);
        assert_eq!(within["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(within["fields"]["table"], 7);
    }
}
