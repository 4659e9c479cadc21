//! What was found: each check a line as the test runner of Rust writes it, so that the suite's
//! table can be made of them.
#![expect(clippy::print_stdout, reason = "the runner reads its lines")]

use std::time::Duration;

/// A check that held, or why it did not.
pub(crate) type Check = Result<(), String>;

/// All checks of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    failed: usize,
}

impl Report {
    /// Takes in a check.
    pub(crate) fn check(&mut self, name: &str, check: Check) {
        match check {
            Ok(()) => println!("test {name} ... ok"),
            Err(reason) => {
                self.failed += 1;
                println!("{}", reason.trim_end());
                println!("test {name} ... FAILED");
            }
        }
    }

    /// Whether all held.
    pub(crate) const fn holds(&self) -> bool {
        self.failed == 0
    }
}

/// Says something that is no check.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// The median and the slowest percent, in words.
pub(crate) fn figures(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| {
        let rank = (times.len() as f64 * share).ceil() as usize;
        times.get(rank.saturating_sub(1)).copied().unwrap_or_default().as_millis()
    };
    format!("p50 {} ms, p99 {} ms, longest {} ms of {}", at(0.5), at(0.99), at(1.0), times.len())
}

/// Holds when nothing is in the list of what is wrong.
pub(crate) fn none(wrong: &[String]) -> Check {
    match wrong {
        [] => Ok(()),
        wrong => {
            let shown: Vec<_> = wrong.iter().take(8).map(|line| format!("  {line}")).collect();
            Err(format!("{} wrong, such as\n{}", wrong.len(), shown.join("\n")))
        }
    }
}
