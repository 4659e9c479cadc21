//! The figures as one table, on the terminal and in `RESULTS.md`.

use std::fmt::Write as _;

/// One figure beside its goal.
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) figure: String,
    /// The limit or the peer, measured in the same run.
    pub(crate) beside: String,
    pub(crate) ratio: Option<f64>,
    /// What DESIGN 14 asks for; empty where it asks for nothing.
    pub(crate) goal: String,
    pub(crate) met: Option<bool>,
}

impl Line {
    /// A figure alone.
    pub(crate) fn new(what: &str, figure: String) -> Self {
        let (beside, goal) = (String::new(), String::new());
        Self { what: what.to_owned(), figure, beside, ratio: None, goal, met: None }
    }

    /// Compared with a limit or a peer.
    pub(crate) fn beside(mut self, beside: String, ratio: f64) -> Self {
        self.beside = beside;
        self.ratio = Some(ratio);
        self
    }

    pub(crate) fn goal(mut self, goal: &str, met: bool) -> Self {
        self.goal = goal.to_owned();
        self.met = Some(met);
        self
    }
}

/// Everything of one run.
pub(crate) struct Report {
    pub(crate) machine: Vec<(&'static str, String)>,
    pub(crate) lines: Vec<Line>,
    /// How it was measured, and what to know about it.
    pub(crate) notes: Vec<String>,
}

impl Report {
    /// As Markdown.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(
            "# Figures\n\nWritten by `cargo xtask bench`. One run, everything on loopback of one machine, \
             the load generators on the same cores: read the ratios rather than the figures. \
             Nothing here is asserted by a test.\n\n",
        );
        for (name, value) in &self.machine {
            let _ = writeln!(text, "- {name}: {value}");
        }
        text.push_str(
            "\n| what | figure | beside | ratio | goal | met |\n|---|---|---|---|---|---|\n",
        );
        for line in &self.lines {
            let ratio = line.ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
            let met = line.met.map_or("", |met| if met { "yes" } else { "no" });
            let Line { what, figure, beside, goal, .. } = line;
            let _ = writeln!(text, "| {what} | {figure} | {beside} | {ratio} | {goal} | {met} |");
        }
        text.push_str("\n## How\n\n");
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }
}

/// `1234567.8` as `1,234,568`.
pub(crate) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds with one decimal.
pub(crate) fn millis(time: std::time::Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rows_have_every_column() {
        assert_eq!([whole(7.4), whole(999.6), whole(1_234_567.0)], ["7", "1,000", "1,234,567"]);
        let line = Line::new("x", "2 ms".to_owned()).beside("4 ms".to_owned(), 0.5);
        let lines = vec![line.goal("≤ 3 ms", true)];
        let text = Report { machine: Vec::new(), lines, notes: Vec::new() }.text();
        assert!(text.contains("| x | 2 ms | 4 ms | 0.50 | ≤ 3 ms | yes |"), "{text}");
    }
}
