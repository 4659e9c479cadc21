//! Errors as people and logs read them.

/// An error with its causes, in one line, without saying a thing twice.
#[must_use]
pub fn in_words(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut words: Vec<String> = causes.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}
