//! Passwords that were stolen somewhere and are tried first everywhere, known offline (ASVS 5.0,
//! 6.2.4 and 6.2.12): 197,549 of eight or more characters in a Bloom filter that is part of the
//! program and is read where it lies. `data/README.md` tells where they come from.

use sha2::{Digest, Sha256};

/// The filter in the repository, written by `cargo xtask gen --stolen`.
static KNOWN: &[u8] = include_bytes!("../data/filter.bin");

/// Bytes of a filter; with [`PROBES`] one new password in 2,000 is refused though nobody stole it.
const BYTES: usize = 392_000;
/// Bits that each password sets.
const PROBES: u64 = 11;
/// Shorter ones are refused anyway.
const SHORTEST: usize = 8;

/// Whether `password` is on the lists, however its letters are cased.
#[must_use]
pub fn is_stolen(password: &str) -> bool {
    places(password).all(|place| KNOWN.get(place / 8).is_some_and(|byte| byte & bit(place) != 0))
}

/// A filter of these passwords and how many of them are in it; short ones and repeats are left out.
#[must_use]
pub fn filter<'p>(passwords: impl Iterator<Item = &'p str>) -> (Vec<u8>, usize) {
    let long = passwords.filter(|password| password.chars().count() >= SHORTEST);
    let all: std::collections::BTreeSet<String> = long.map(str::to_lowercase).collect();
    let mut filter = vec![0; BYTES];
    for place in all.iter().flat_map(|password| places(password)) {
        filter[place / 8] |= bit(place);
    }
    (filter, all.len())
}

/// The bits of a password: double hashing (Kirsch and Mitzenmacher, 2006).
fn places(password: &str) -> impl Iterator<Item = usize> {
    let digest: [u8; 32] = Sha256::digest(password.to_lowercase()).into();
    let number = |from: usize| {
        digest[from..from + 8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (first, step) = (number(0), number(8));
    let bits = BYTES as u64 * 8;
    (0..PROBES).map(move |probe| (first.wrapping_add(probe.wrapping_mul(step)) % bits) as usize)
}

fn bit(place: usize) -> u8 {
    1 << (place % 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_known() {
        for known in [
            "password",
            "Password",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "PASSWORD1",
            "football",
            "baseball",
            "sunshine",
            "princess",
            "trustno1",
            "1q2w3e4r",
            "superman",
            "undermyskin",
        ] {
            assert!(is_stolen(known), "{known}");
        }
    }

    #[test]
    fn words_of_ones_own_are_not() {
        for own in [
            "four warm words here",
            "comanda-demo",
            "long enough",
            "correct horse battery staple 9",
        ] {
            assert!(!is_stolen(own), "{own}");
        }
    }

    #[test]
    fn one_of_2000_is_refused_by_mistake() {
        let mistakes =
            (0..100_000).filter(|n| is_stolen(&format!("nobody chose this: {n}"))).count();
        assert!((25..100).contains(&mistakes), "{mistakes} of 100,000");
    }

    #[test]
    fn a_filter_knows_what_was_put_in_and_leaves_out_what_is_too_short() {
        let (filter, count) = filter(["Sesame open", "sesame open", "short"].into_iter());
        let set = filter.iter().map(|byte| byte.count_ones()).sum::<u32>();
        assert_eq!((filter.len(), count), (BYTES, 1));
        assert_eq!(u64::from(set), PROBES);
        assert_eq!(KNOWN.len(), BYTES);
    }
}
