//! Looks at hours that were read and says what their owner perhaps did not mean.

use super::rules::{Effect, Rule};
use crate::hours::{DAY, OpeningHours, WEEKDAYS, full_name};

/// Longer than this, yet not the whole day, is more often a slip between am and pm than true.
const LONG: u16 = 20 * 60;

/// Adds warnings about doubtful hours.
pub(super) fn look_for(rules: &[Rule], hours: &OpeningHours, warnings: &mut Vec<String>) {
    replaced(rules, warnings);
    for weekday in WEEKDAYS {
        let day = full_name(weekday);
        for interval in hours.weekly.day(weekday).intervals() {
            let length = interval.minutes();
            if length > LONG && length != DAY && interval.end() != DAY {
                warnings.push(format!("{day} is open for long, {interval}: is that meant?"));
            }
            if length <= 60 {
                warnings.push(format!("{day} is open for an hour or less, {interval}"));
            }
        }
    }
    if rules.iter().skip(1).any(|rule| matches!(rule.effect, Effect::Replace | Effect::Close)) {
        let tail = WEEKDAYS.iter().find_map(|weekday| {
            let late = hours.weekly.day(*weekday).intervals().iter().find(|i| i.is_overnight());
            late.map(|interval| (full_name(*weekday), interval))
        });
        if let Some((day, interval)) = tail {
            warnings.push(format!(
                "nights run past midnight ({day} {interval}); the hours of the next day do not \
                 cut them short"
            ));
        }
    }
}

/// `12:00-15:00; 17:00-21:00`: by the specification the second takes the place of the first.
fn replaced(rules: &[Rule], warnings: &mut Vec<String>) {
    for (index, rule) in rules.iter().enumerate() {
        let after = &rules[index + 1..];
        let covers = |later: &&Rule| {
            let weekdays = later.days.weekdays.iter().zip(rule.days.weekdays);
            later.effect == Effect::Replace
                && later.days.all_year()
                && weekdays.clone().all(|(later, now)| *later || !now)
        };
        if let Some(later) = after.iter().find(covers)
            && rule.effect != Effect::Close
        {
            let (rule, later) = (&rule.text, &later.text);
            warnings.push(format!("\"{later}\" takes the place of \"{rule}\""));
        }
    }
}
