//! The words that people write in opening hours, and the ones of the specification they stand for.

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A weekday, `Mo`.
    Weekday(&'static str),
    /// The whole week.
    EveryDay,
    /// A month, `Jan`.
    Month(&'static str),
    /// `off`, `closed`, `open` or `unknown`.
    Modifier(&'static str),
    /// `PH` or `SH`.
    Holiday(&'static str),
    /// Another word of the grammar, passed on.
    Grammar(&'static str),
    /// A fixed time of the day.
    Time(&'static str),
    /// "to", as a dash.
    To,
    /// "and", as a comma.
    And,
    /// An open end.
    Late,
}

/// The meaning of a word in any case; `None` for words that could mean anything.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    let lower = word.to_lowercase();
    let lower = lower.as_str();
    weekday(lower).map(Meaning::Weekday).or_else(|| month(lower).map(Meaning::Month)).or(
        match lower {
            "daily" | "everyday" | "ежедневно" => Some(Meaning::EveryDay),
            "off" => Some(Meaning::Modifier("off")),
            "closed" => Some(Meaning::Modifier("closed")),
            "open" => Some(Meaning::Modifier("open")),
            "unknown" => Some(Meaning::Modifier("unknown")),
            "ph" => Some(Meaning::Holiday("PH")),
            "sh" => Some(Meaning::Holiday("SH")),
            "week" => Some(Meaning::Grammar("week")),
            "easter" => Some(Meaning::Grammar("easter")),
            "day" => Some(Meaning::Grammar("day")),
            "days" => Some(Meaning::Grammar("days")),
            "dawn" => Some(Meaning::Grammar("dawn")),
            "sunrise" => Some(Meaning::Grammar("sunrise")),
            "sunset" => Some(Meaning::Grammar("sunset")),
            "dusk" => Some(Meaning::Grammar("dusk")),
            "noon" => Some(Meaning::Time("12:00")),
            "midnight" => Some(Meaning::Time("24:00")),
            "to" | "until" | "till" => Some(Meaning::To),
            "and" => Some(Meaning::And),
            "late" => Some(Meaning::Late),
            _ => None,
        },
    )
}

fn weekday(word: &str) -> Option<&'static str> {
    Some(match word {
        "mo" | "m" | "mon" | "monday" | "mondays" | "пн" => "Mo",
        "tu" | "tue" | "tues" | "tuesday" | "tuesdays" | "вт" => "Tu",
        "we" | "wed" | "weds" | "wednesday" | "wednesdays" | "ср" => "We",
        "th" | "thu" | "thur" | "thurs" | "thursday" | "thursdays" | "чт" => "Th",
        "fr" | "fri" | "friday" | "fridays" | "пт" => "Fr",
        "sa" | "sat" | "saturday" | "saturdays" | "сб" => "Sa",
        "su" | "sun" | "sunday" | "sundays" | "вс" => "Su",
        _ => return None,
    })
}

fn month(word: &str) -> Option<&'static str> {
    Some(match word {
        "jan" | "january" => "Jan",
        "feb" | "february" => "Feb",
        "mar" | "march" => "Mar",
        "apr" | "april" => "Apr",
        "may" => "May",
        "jun" | "june" => "Jun",
        "jul" | "july" => "Jul",
        "aug" | "august" => "Aug",
        "sep" | "sept" | "september" => "Sep",
        "oct" | "october" => "Oct",
        "nov" | "november" => "Nov",
        "dec" | "december" => "Dec",
        _ => return None,
    })
}
