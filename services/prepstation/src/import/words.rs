//! Words that files use for allergens, countries and cuisines.

use kernel::{Currency, food::Allergen};

/// What a menu card calls an allergen: what the dish then contains and what it may contain. English
/// keys and the German words of menu cards (LMIV). `None`: not a word that we know.
pub(super) fn allergen(word: &str) -> Option<(&'static [Allergen], &'static [Allergen])> {
    use Allergen as A;
    if let Some(known) = A::from_key(word) {
        let at = A::ALL.iter().position(|allergen| *allergen == known)?;
        return Some((&A::ALL[at..=at], &[]));
    }
    let word = word.to_lowercase();
    let has = |stem: &str| word.contains(stem);
    // Imitated crab is made of fish, and often with crustaceans.
    if has("krebsfleisch") || has("surimi") {
        return Some((&[A::Fish], &[A::Crustaceans]));
    }
    let stems: [(&[&str], &[A]); 14] = [
        (&["weizen", "roggen", "gerste", "hafer", "dinkel", "gluten"], &[A::Gluten]),
        (&["krebs"], &[A::Crustaceans]),
        (&["weichtier"], &[A::Molluscs]),
        (&["fisch"], &[A::Fish]),
        (&["erdnu", "erdnü"], &[A::Peanuts]),
        (&["soja"], &[A::Soybeans]),
        (&["milch", "lakto"], &[A::Milk]),
        (&["nuss", "nuß", "nüß", "nüss", "mandel", "pistazie", "cashew", "pecan"], &[A::Nuts]),
        (&["sellerie"], &[A::Celery]),
        (&["senf"], &[A::Mustard]),
        (&["sesam"], &[A::Sesame]),
        (&["sulfit", "schwefel"], &[A::Sulphites]),
        (&["lupine"], &[A::Lupin]),
        (&["ei und ", "eier", "eierzeug"], &[A::Eggs]),
    ];
    let found = stems.iter().find(|(stems, _)| stems.iter().any(|stem| has(stem)));
    found.map(|(_, allergens)| (*allergens, &[] as &[A]))
}

/// The currency of a country (ISO 3166-1 alpha-2), for the countries of Europe and some others.
pub(super) fn currency_of(country: &str) -> Option<Currency> {
    let code = match country {
        "AT" | "BE" | "BG" | "CY" | "DE" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "IE"
        | "IT" | "LT" | "LU" | "LV" | "MC" | "ME" | "MT" | "NL" | "PT" | "SI" | "SK" | "SM"
        | "VA" | "XK" | "AD" => "EUR",
        "AU" => "AUD",
        "BA" => "BAM",
        "CA" => "CAD",
        "CH" | "LI" => "CHF",
        "CZ" => "CZK",
        "DK" | "FO" | "GL" => "DKK",
        "GB" | "IM" | "JE" | "GG" => "GBP",
        "HU" => "HUF",
        "IS" => "ISK",
        "JP" => "JPY",
        "NO" => "NOK",
        "NZ" => "NZD",
        "PL" => "PLN",
        "RO" => "RON",
        "RS" => "RSD",
        "SE" => "SEK",
        "TR" => "TRY",
        "UA" => "UAH",
        "US" => "USD",
        _ => return None,
    };
    code.parse().ok()
}

/// A cuisine as a key: lower case, hyphens for everything between the letters and digits.
pub(super) fn cuisine(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let key = parts.collect::<Vec<_>>().join("-");
    (!key.is_empty() && key.chars().count() <= 60).then_some(key)
}

/// The plate of a restaurant whose file names none: always the same.
pub(super) fn plate_for(slug: &str) -> u16 {
    let plates = crate::domain::restaurant::PLATES;
    let sum: usize = slug.bytes().map(usize::from).sum();
    plates[sum % plates.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_german_menu_cards_are_known() {
        let contains = |word| allergen(word).map(|(contains, _)| contains.to_vec());
        assert_eq!(contains("Haselnüße oder Nußerzeugnisse"), Some(vec![Allergen::Nuts]));
        assert_eq!(contains("Erdnüße"), Some(vec![Allergen::Peanuts]));
        assert_eq!(contains("Ei und Eierzeugnisse"), Some(vec![Allergen::Eggs]));
        assert_eq!(contains("Weichtiere"), Some(vec![Allergen::Molluscs]));
        assert_eq!(contains("Krebstiere"), Some(vec![Allergen::Crustaceans]));
        assert_eq!(contains("milk"), Some(vec![Allergen::Milk]));
        assert_eq!(contains("Kardamom"), None);
    }
}
