//! The steps of an order, with the time of each that is done. Done, now and next differ by shape too.

use maud::{Markup, html};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Going on.
    Now,
    /// Ahead.
    Next,
    /// It ended here, and not well.
    Failed,
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What happens, e.g. "In the oven".
    pub label: &'a str,
    /// When it began, written; empty when it has not.
    pub time: &'a str,
    /// Where it stands.
    pub state: StepState,
}

/// The list of steps.
#[must_use]
pub fn steps(steps: &[Step<'_>]) -> Markup {
    html! {
        ol.steps {
            @for step in steps {
                @let (class, word) = match step.state {
                    StepState::Done => ("step-done", "done"),
                    StepState::Now => ("step-now", "now"),
                    StepState::Next => ("step-next", "still to come"),
                    StepState::Failed => ("step-failed", "stopped here"),
                };
                li.step.(class) aria-current=[(step.state == StepState::Now).then_some("step")] {
                    span.step-dot aria-hidden="true" {
                        @match step.state {
                            StepState::Done => (crate::icons::check()),
                            StepState::Failed => (crate::icons::close()),
                            StepState::Now | StepState::Next => {},
                        }
                    }
                    span.step-label { (step.label) span.visually-hidden { " (" (word) ")" } }
                    @if !step.time.is_empty() { time.step-time { (step.time) } }
                }
            }
        }
    }
}
