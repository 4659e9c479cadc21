//! A restaurant as its owner describes it, and what such a description may hold.

use super::Flaw;
use jiff::Timestamp;
use kernel::{Currency, hours::OpeningHours, ids::RestaurantId, menu::highest_price, photo::Photo};

/// Hues of the five plates.
pub const PLATES: [u16; 5] = [75, 140, 20, 230, 330];
/// Minutes that a restaurant may take to answer an order.
pub const ANSWER_MINUTES: std::ops::RangeInclusive<u32> = 3..=15;
/// What a restaurant takes unless it says otherwise.
pub const USUAL_ANSWER_MINUTES: u32 = 10;
/// Usual minutes from accepting to ready.
pub const PREP_MINUTES: std::ops::RangeInclusive<u32> = 1..=240;
/// Longest delivery, as the crow flies.
pub const MOST_RADIUS_M: u32 = 50_000;

/// A postal address with its place on the map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Degrees north (WGS 84).
    pub lat: f64,
    /// Degrees east (WGS 84).
    pub lon: f64,
}

/// On what terms a restaurant delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Metres, as the crow flies.
    pub radius_m: u32,
    /// Minor units of the restaurant's currency.
    pub fee: i64,
    /// Least value of the dishes, in minor units.
    pub minimum: i64,
}

/// What a manager may change on the settings page.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// One sentence.
    pub story: String,
    /// A few words on the card; may be empty.
    pub badge: String,
    /// Keys such as `italian`.
    pub cuisines: Vec<String>,
    /// Key of its picture.
    pub art: Option<String>,
    /// Its own picture, which stands in place of `art`.
    pub photo: Option<Photo>,
    /// Hue of its plate.
    pub plate: u16,
    /// Where it is.
    pub address: Address,
    /// For customers; may be empty.
    pub phone: String,
    /// Whether customers may fetch.
    pub pickup: bool,
    /// Terms, when it delivers.
    pub delivery: Option<Delivery>,
    /// Usual minutes from accepting to ready.
    pub prep_minutes: u32,
    /// Minutes that it has to answer an order.
    pub answer_minutes: u32,
    /// Customers see it.
    pub listed: bool,
}

/// A restaurant.
#[derive(Debug, Clone, PartialEq)]
pub struct Restaurant {
    /// Which.
    pub id: RestaurantId,
    /// In addresses of pages; unique; never changes.
    pub slug: String,
    /// What its manager says about it.
    pub profile: Profile,
    /// Of all its prices; never changes.
    pub currency: Currency,
    /// When it is open.
    pub hours: OpeningHours,
    /// Counts every change of the restaurant, its menu, availability and staff: the order of its
    /// events.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Profile {
    /// Everything wrong with it.
    #[must_use]
    pub fn flaws(&self, currency: Currency) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.name.trim().is_empty() {
            flaws.push(Flaw::new("/name", "A restaurant needs a name"));
        }
        let texts = [
            ("/name", &self.name, 120),
            ("/story", &self.story, 400),
            ("/badge", &self.badge, 60),
            ("/phone", &self.phone, 40),
            ("/address/street", &self.address.street, 200),
            ("/address/postcode", &self.address.postcode, 20),
            ("/address/city", &self.address.city, 100),
        ];
        for (pointer, text, most) in texts {
            if text.chars().count() > most {
                flaws.push(Flaw::new(pointer, format!("At most {most} characters")));
            } else if text.chars().any(char::is_control) {
                flaws.push(Flaw::new(pointer, "One line of text, without control characters"));
            }
        }
        if let Some(problem) = self.photo.as_ref().and_then(Photo::alt_problem) {
            flaws.push(Flaw::new("/photo/alt", problem));
        }
        self.place_flaws(&mut flaws);
        self.terms_flaws(currency, &mut flaws);
        flaws
    }

    fn place_flaws(&self, flaws: &mut Vec<Flaw>) {
        let country = &self.address.country;
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            flaws.push(Flaw::new("/address/country", "Two capital letters, such as AT"));
        }
        if !(-90.0..=90.0).contains(&self.address.lat) {
            flaws.push(Flaw::new("/address/lat", "Between -90 and 90 degrees"));
        }
        if !(-180.0..=180.0).contains(&self.address.lon) {
            flaws.push(Flaw::new("/address/lon", "Between -180 and 180 degrees"));
        }
        if self.cuisines.len() > 20 {
            flaws.push(Flaw::new("/cuisines", "At most 20"));
        }
        for (index, cuisine) in self.cuisines.iter().enumerate() {
            if !is_key(cuisine) {
                let message = format!("\"{cuisine}\": lower-case letters, digits and hyphens");
                flaws.push(Flaw::new(format!("/cuisines/{index}"), message));
            }
        }
        if !PLATES.contains(&self.plate) {
            flaws.push(Flaw::new("/plate", "One of 75, 140, 20, 230, 330"));
        }
    }

    fn terms_flaws(&self, currency: Currency, flaws: &mut Vec<Flaw>) {
        if !PREP_MINUTES.contains(&self.prep_minutes) {
            flaws.push(Flaw::new("/prep_minutes", "Between 1 and 240 minutes"));
        }
        if !ANSWER_MINUTES.contains(&self.answer_minutes) {
            flaws.push(Flaw::new("/answer_minutes", "Between 3 and 15 minutes"));
        }
        let Some(delivery) = &self.delivery else { return };
        if !(1..=MOST_RADIUS_M).contains(&delivery.radius_m) {
            flaws.push(Flaw::new("/delivery/radius_m", "Between 1 and 50000 metres"));
        }
        for (pointer, amount) in
            [("/delivery/fee", delivery.fee), ("/delivery/minimum", delivery.minimum)]
        {
            if !(0..=highest_price(currency)).contains(&amount) {
                flaws.push(Flaw::new(pointer, "Not below zero, and no more than a menu's prices"));
            }
        }
    }
}

/// Whether a text may stand in an address: lower-case letters and digits, single hyphens between.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_key(text: &str) -> bool {
    (1..=60).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c.is_uppercase())
}

/// A slug from a name: `Zur Böhmischen Küche` becomes `zur-boehmischen-kueche`. Empty for a name
/// without Latin letters or digits.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        match fold(c) {
            "" if matches!(c, '\'' | '’' | '`' | '´') => {}
            "" if c == '&' && slug.ends_with('-') => slug.push_str("and-"),
            "" if c == '&' && !slug.is_empty() => slug.push_str("-and-"),
            "" if c.is_ascii_alphanumeric() => slug.push(c),
            "" if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            letters => slug.push_str(letters),
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn fold(c: char) -> &'static str {
    match c {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ç' | 'ć' | 'č' => "c",
        'ñ' | 'ń' | 'ň' => "n",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ź' | 'ż' | 'ž' => "z",
        'ł' => "l",
        'ř' => "r",
        'ť' | 'ţ' | 'ț' => "t",
        'đ' | 'ď' => "d",
        'ğ' => "g",
        'ý' => "y",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_address() {
        assert_eq!(slug_of("Zur Böhmischen Küche"), "zur-boehmischen-kueche");
        assert_eq!(slug_of("  L'Étoile & Fils! "), "letoile-and-fils");
        assert_eq!(slug_of("香港"), "");
        for name in ["Zur Böhmischen Küche", "A & B", "Café -- Nord", "x"] {
            assert!(is_slug(&slug_of(name).replace("--", "-")), "{name}");
        }
    }
}
