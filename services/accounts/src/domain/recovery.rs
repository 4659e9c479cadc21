//! Recovery codes, for the day when the phone is gone: 120 random bits each, so that a plain hash of
//! one tells nothing (ASVS 5.0, 6.5.2), in letters that nobody takes for others (Crockford's base 32).

/// So many are made at a time.
pub(crate) const CODES: usize = 10;
/// Letters of a code.
pub(crate) const LENGTH: usize = 24;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code of random bytes, in groups of four letters.
pub(crate) fn code(random: [u8; LENGTH]) -> String {
    let letters = random.map(|byte| char::from(LETTERS[usize::from(byte) % 32]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What was typed, as it was made: without spaces and dashes, with o for 0 and i or l for 1 forgiven.
/// Nothing when it cannot be one.
pub(crate) fn read(typed: &str) -> Option<String> {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let kept = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let letters: String = kept.map(plain).take(LENGTH + 1).collect();
    let legal = letters.len() == LENGTH && letters.bytes().all(|byte| LETTERS.contains(&byte));
    legal.then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let made = code(std::array::from_fn(|at| u8::try_from(at * 11).unwrap()));
        assert_eq!(made, "0bp1-cq2d-r3es-4ft5-gv6h-w7jx");
        let read_back = made.replace('-', "");
        for typed in [
            made.clone(),
            made.to_uppercase(),
            made.replace('-', " "),
            format!(" {} ", made.replace('0', "O").replace('1', "l")),
        ] {
            assert_eq!(read(&typed), Some(read_back.clone()), "{typed}");
        }
        for wrong in ["", "123456", &made[1..], &format!("{made}0"), &made.replace('b', "u")] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
