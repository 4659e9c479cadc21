//! Words as search compares them: lower case, without accents, and how far two are apart.

/// The words of a text, folded.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text in lower case, with the accents of Latin letters taken off: `Crème brûlée` is
/// `creme brulee`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            // Accents that stand apart (as after decomposition), and apostrophes within words.
            None if ('\u{300}'..='\u{36f}').contains(&c) || matches!(c, '\'' | '’') => {}
            None => folded.push(c),
        }
    }
    folded
}

fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ậ' | 'ắ' => {
            "a"
        }
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ế' | 'ề' | 'ệ' | 'ẹ' => {
            "e"
        }
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' | 'ị' => "i",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'ơ' | 'ộ' | 'ở' | 'ọ' | 'ố' | 'ồ' => {
            "o"
        }
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ư' | 'ụ' | 'ủ' | 'ừ' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Whether `word` becomes `other`, or a beginning of it, by one letter more, less or changed, or two
/// neighbours swapped (Damerau's edits).
pub(super) fn is_one_slip_from(word: &str, other: &str) -> bool {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let same = word.iter().zip(&other).take_while(|(one, two)| one == two).count();
    let (rest, tail) = (&word[same..], &other[same..]);
    // A first letter is seldom wrong, and forgiving it would find everything.
    if same == 0 {
        return false;
    }
    let follows = |rest: &[char], tail: &[char]| tail.starts_with(rest);
    match (rest, tail) {
        ([], _) => true,
        (rest, []) => rest.len() == 1,
        ([a, rest_after @ ..], [b, tail_after @ ..]) => {
            let swapped = matches!((rest_after, tail_after), ([c, ..], [d, ..]) if a == d && b == c)
                && follows(&rest_after[1..], &tail_after[1..]);
            follows(rest_after, tail_after)
                || follows(rest, tail_after)
                || follows(rest_after, tail)
                || swapped
        }
    }
}
