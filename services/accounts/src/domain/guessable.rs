//! Words that anybody would guess: the names of this software and of the town, the person's own name
//! and address (ASVS 5.0, 6.1.2 and 6.2.11). A password must be long enough without them.

use super::wording::PASSWORD_MIN;

/// What people see here (docs/sign-in.md).
const OWN: [&str; 3] = ["comanda", "orderhub", "prepstation"];
/// Shorter words tell nobody anything.
const SHORTEST: usize = 3;
/// Shorter words count only where they stand alone: others hold them by chance.
const FOUND_INSIDE: usize = 4;

/// The words for one person in one town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words(Vec<Vec<char>>);

impl Words {
    /// All texts are in lower case and without accents. `town` is its domain.
    pub(crate) fn new(town: &str, email: &str, name: &str) -> Self {
        let (local, host) = email.rsplit_once('@').unwrap_or((email, ""));
        let mut words: Vec<Vec<char>> = OWN.iter().map(|word| word.chars().collect()).collect();
        for text in [local, name, without_last_label(town), without_last_label(host)] {
            for piece in text.split(|letter: char| !letter.is_alphanumeric()) {
                words.push(piece.chars().collect());
                // ana85 is ana, too.
                words.push(piece.trim_matches(char::is_numeric).chars().collect());
            }
        }
        words.retain(|word| word.len() >= SHORTEST && word.iter().any(|one| one.is_alphabetic()));
        words.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        words.dedup();
        Self(words)
    }

    /// Whether `password`, in lower case and without accents, is such words and less than a password
    /// more. Digits and signs around what is left do not count.
    pub(crate) fn make_up(&self, password: &str) -> bool {
        let mut typed: Vec<Letter> =
            password.chars().map(|letter| Letter { letter, covered: false }).collect();
        for word in &self.0 {
            cover(&mut typed, word);
        }
        if !typed.iter().any(|one| one.covered) {
            return false;
        }
        let left: usize = typed.split(|one| one.covered).map(own_letters).sum();
        left < PASSWORD_MIN
    }
}

/// A letter of a password.
struct Letter {
    letter: char,
    /// It belongs to a word that was found.
    covered: bool,
}

impl Letter {
    fn is_edge(&self) -> bool {
        self.covered || !self.letter.is_alphabetic()
    }

    /// Whether it stands for `wanted`, as it is or as some write it.
    fn is(&self, wanted: char) -> bool {
        let written = match self.letter {
            '0' => "o",
            '1' | '!' => "il",
            '3' => "e",
            '4' | '@' => "a",
            '5' | '$' => "s",
            '7' => "t",
            '8' => "b",
            _ => "",
        };
        !self.covered && (self.letter == wanted || written.contains(wanted))
    }
}

/// A town's own name; not what it shares with its whole country.
fn without_last_label(domain: &str) -> &str {
    domain.rsplit_once('.').map_or(domain, |(rest, _)| rest)
}

/// Covers `word` wherever it stands, once or several times in a row.
fn cover(typed: &mut [Letter], word: &[char]) {
    let stands_at = |typed: &[Letter], at: usize| {
        let there = typed.get(at..at + word.len());
        there.is_some_and(|there| there.iter().zip(word).all(|(one, wanted)| one.is(*wanted)))
    };
    let mut at = 0;
    while at < typed.len() {
        let mut end = at;
        while stands_at(typed, end) {
            end += word.len();
        }
        let alone =
            (at == 0 || typed[at - 1].is_edge()) && typed.get(end).is_none_or(Letter::is_edge);
        if end > at && (alone || word.len() >= FOUND_INSIDE) {
            typed[at..end].iter_mut().for_each(|one| one.covered = true);
        }
        at = end.max(at + 1);
    }
}

/// How many letters are left without digits and signs at both ends.
fn own_letters(part: &[Letter]) -> usize {
    let is_own = |one: &Letter| one.letter.is_alphabetic();
    let first = part.iter().position(is_own);
    let last = part.iter().rposition(is_own);
    first.zip(last).map_or(0, |(first, last)| last - first + 1)
}

#[cfg(test)]
mod tests {
    use super::Words;
    use kernel::Random;

    fn ana() -> Words {
        Words::new("essen.graz.example", "ana.huber85@wirtshaus.test", "ana maria huber")
    }

    #[test]
    fn a_name_with_decoration_is_no_password() {
        for password in [
            "comanda2026!",
            "!!comanda!!",
            "c0m4nd4!!",
            "comandacomanda",
            "comanda-demo",
            "orderhub",
            "prepstation1",
            "ana-huber",
            "anahuber",
            "huberana1985",
            "ana1985huber",
            "ana.huber85",
            "anaanaana",
            "4n4 m4r14!",
            "wirtshaus",
            "wirtshaus.test",
            "ana@wirtshaus",
            "graz graz graz",
            "essen in graz",
            "$ana.hub3r$",
            "huber-pizza",
            "i am ana huber",
        ] {
            assert!(ana().make_up(password), "{password}");
        }
    }

    #[test]
    fn a_word_among_enough_others_and_a_word_by_chance_are_fine() {
        for password in [
            "comanda brings my pizza",
            "ana likes four warm words",
            "four warm words",
            "bananarama",
            "mcx93kfu-ana-pq8rt2",
            "grazing horses",
            "4815162342",
            "ヱビス様と七福神の宝船",
            "huber und die sieben geisslein",
        ] {
            assert!(!ana().make_up(password), "{password}");
        }
    }

    #[test]
    fn what_all_towns_share_and_what_is_too_short_is_no_word() {
        let li = Words::new("comanda.localhost", "li@example.com", "Li");
        for password in ["localhost", "littleli", "comcomcom", "testtest"] {
            assert!(!li.make_up(password), "{password}");
        }
        assert!(li.make_up("example1"));
        let nobody = Words::new("localhost", "", "");
        assert!(nobody.make_up("localhost1") && nobody.make_up("comanda1"));
        assert!(!nobody.make_up("") && !nobody.make_up("12345678"));
    }

    #[test]
    fn no_decoration_makes_a_password_of_a_name_and_enough_own_words_always_do() {
        let (random, signs) = (Random::seeded(1), b"0123456789 .,-_!?#*+/()=&%$@");
        let sign = |byte: u8| char::from(signs[usize::from(byte) % signs.len()]);
        for _ in 0..2_000 {
            let [before, after, which, ..] = random.bytes::<3>();
            let some = |count: u8| -> String {
                (0..count % 12).map(|_| sign(random.bytes::<1>()[0])).collect()
            };
            let word = ["comanda", "huber", "wirtshaus", "graz"][usize::from(which) % 4];
            let weak = format!("{}{word}{}", some(before), some(after));
            assert!(ana().make_up(&weak), "{weak}");
            assert!(!ana().make_up(&format!("{weak}quiet river")), "{weak}");
        }
    }
}
