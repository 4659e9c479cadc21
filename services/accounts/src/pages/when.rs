//! Instants in words that need no time zone.

use jiff::Timestamp;

/// How long ago.
pub(super) fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins();
    let count = |number: i64, unit: &str| {
        if number == 1 { format!("1 {unit} ago") } else { format!("{number} {unit}s ago") }
    };
    match minutes {
        ..=5 => "just now".to_owned(),
        6..60 => count(minutes, "minute"),
        60..1440 => count(minutes / 60, "hour"),
        _ => count(minutes / 1440, "day"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_told_as_people_tell_them() {
        let then = jiff::Timestamp::UNIX_EPOCH;
        let said =
            |minutes: u64| super::ago(then, then + std::time::Duration::from_secs(minutes * 60));
        assert_eq!(
            [said(0), said(5), said(6), said(60), said(150), said(1440), said(9000)].join(", "),
            "just now, just now, 6 minutes ago, 1 hour ago, 2 hours ago, 1 day ago, 6 days ago"
        );
    }
}
