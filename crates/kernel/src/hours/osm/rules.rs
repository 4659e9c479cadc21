//! The rules of a parsed string, reduced to what our model holds, and what they say of one day.

use opening_hours_syntax::rules::time::{Time, TimeSpan};
use opening_hours_syntax::rules::{
    OpeningHoursExpression, RuleKind, RuleOperator, RuleSequence as Sequence,
};

use super::Refused;
use super::selectors::{Days, Key};
use crate::hours::{DAY, Interval, LATEST_END};

/// Opens or closes some hours of some days.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) days: Days,
    pub(super) hours: Vec<Interval>,
    pub(super) effect: Effect,
    /// Written as in the specification, for warnings.
    pub(super) text: String,
}

/// What a rule does to what the rules before it said of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// `;` Opens these hours and no others.
    Replace,
    /// `,` Opens these hours as well.
    Add,
    /// `||` Opens these hours if nothing else is open.
    Fallback,
    /// `off` Closes these hours.
    Close,
}

/// Reduces a parsed text.
pub(super) fn from_expression(
    expression: &OpeningHoursExpression,
    warnings: &mut Vec<String>,
) -> Result<Vec<Rule>, Refused> {
    let mut rules = Vec::new();
    for sequence in &expression.rules {
        rules.extend(from_sequence(sequence, warnings)?);
    }
    if rules.is_empty() {
        return Err(Refused::because("names no days and times, only a remark or holidays"));
    }
    Ok(rules)
}

fn from_sequence(sequence: &Sequence, warnings: &mut Vec<String>) -> Result<Option<Rule>, Refused> {
    let text = sequence.to_string();
    let remark = !sequence.comment.is_empty();
    if sequence.kind == RuleKind::Unknown || (remark && says_nothing_else(sequence)) {
        warnings.push(format!("\"{}\" is left out: it names no hours", text.replace('"', "")));
        return Ok(None);
    }
    if remark {
        warnings.push(format!("the remark \"{}\" is left out", sequence.comment));
    }
    let Some(days) = Days::from_selector(&sequence.day_selector, &text, warnings)? else {
        return Ok(None);
    };
    let hours = sequence.time_selector.spans.iter().map(|span| interval(span, &text, warnings));
    let hours = hours.collect::<Result<Vec<_>, _>>()?;
    let effect = match (sequence.kind, sequence.operator) {
        (RuleKind::Closed, _) => Effect::Close,
        (_, RuleOperator::Normal) => Effect::Replace,
        (_, RuleOperator::Additional) => Effect::Add,
        (_, RuleOperator::Fallback) => Effect::Fallback,
    };
    Ok(Some(Rule { days, hours, effect, text }))
}

/// A remark alone ("by appointment"), perhaps on some days, is not an opening around the clock.
fn says_nothing_else(sequence: &Sequence) -> bool {
    let whole_day = sequence.time_selector == Default::default();
    sequence.kind == RuleKind::Open && whole_day
}

fn interval(span: &TimeSpan, text: &str, warnings: &mut Vec<String>) -> Result<Interval, Refused> {
    let (Time::Fixed(start), Time::Fixed(end)) = (span.range.start, span.range.end) else {
        return Err(Refused::because(format!("\"{text}\" depends on the sun")));
    };
    if span.repeats.is_some() {
        return Err(Refused::because(format!("\"{text}\" names points in time, not hours")));
    }
    let minutes = |time: opening_hours_syntax::ExtendedTime| {
        u16::from(time.hour()) * 60 + u16::from(time.minute())
    };
    let (start, mut end) = (minutes(start), minutes(end));
    if end <= start {
        end += DAY;
    }
    if span.open_end {
        let until = format!("{:02}:{:02}", end / 60, end % 60);
        warnings.push(format!("\"{text}\" names no closing time; {until} is taken"));
    }
    Interval::new(start, end.saturating_sub(start).min(LATEST_END))
        .map_err(|error| Refused::because(format!("\"{text}\": {error}")))
}

/// What begins on a kind of day, by all rules in their order.
pub(super) fn hours_on(rules: &[Rule], key: Key) -> Vec<Interval> {
    let mut open: Vec<Interval> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.days.contains(key)) {
        match rule.effect {
            Effect::Replace => open.clone_from(&rule.hours),
            Effect::Add => open.extend(&rule.hours),
            Effect::Fallback if open.is_empty() => open.clone_from(&rule.hours),
            Effect::Fallback => {}
            Effect::Close => {
                for closed in &rule.hours {
                    open = open.into_iter().flat_map(|one| without(one, *closed)).collect();
                }
            }
        }
    }
    open
}

/// What is left of an interval. A whole day closed takes the evening's tail with it.
fn without(open: Interval, closed: Interval) -> impl Iterator<Item = Interval> {
    let closed_end = if closed == Interval::WHOLE_DAY { LATEST_END } else { closed.end() };
    let before = (open.start(), open.end().min(closed.start()));
    let after = (open.start().max(closed_end), open.end());
    [before, after].into_iter().filter_map(|(start, end)| {
        // What would be left after midnight only has lost its evening: it cannot begin on this day.
        end.checked_sub(start).and_then(|minutes| Interval::new(start, minutes).ok())
    })
}
