//! Search over names, cuisines and dishes: an inverted index in memory, changed restaurant by
//! restaurant. Accents and case do not matter, the beginning of a word is enough, and one slip of
//! the finger is forgiven.

mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::ids::{ItemId, RestaurantId};

use super::Restaurant;
pub use words::{fold, words};

/// More words than this are not a search but a letter.
const MOST_WORDS: usize = 8;

/// How well a word matched.
const EXACT: u32 = 6;
const BEGINNING: u32 = 4;
const SLIP: u32 = 1;

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// In the restaurant's name or cuisines.
    Head,
    /// In a dish's name, words or diets.
    Dish(ItemId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Posting {
    restaurant: RestaurantId,
    place: Place,
    /// A word of the name counts more than one of the description.
    weight: u32,
}

/// One restaurant that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub restaurant: RestaurantId,
    /// Whether its name or cuisine matches, not only its dishes.
    pub by_name: bool,
    /// The dishes that match, best first.
    pub dishes: Vec<ItemId>,
    /// Higher is better.
    pub score: u32,
}

/// The inverted index.
#[derive(Debug, Default)]
pub(super) struct Index {
    postings: BTreeMap<String, Vec<Posting>>,
    words_of: HashMap<RestaurantId, HashSet<String>>,
}

/// Where one word of the query matched, per restaurant.
#[derive(Debug, Default)]
struct Matched {
    head: u32,
    dishes: HashMap<ItemId, u32>,
}

impl Index {
    /// Indexes a restaurant anew, or forgets it when it is not listed.
    pub(super) fn put(&mut self, restaurant: &Restaurant) {
        let id = restaurant.id();
        for word in self.words_of.remove(&id).unwrap_or_default() {
            if let Some(list) = self.postings.get_mut(&word) {
                list.retain(|posting| posting.restaurant != id);
                if list.is_empty() {
                    self.postings.remove(&word);
                }
            }
        }
        if !restaurant.profile.listed {
            return;
        }
        let mut known: HashMap<(String, Place), u32> = HashMap::new();
        let mut note = |text: &str, place: Place, weight: u32| {
            for word in words(text) {
                let best = known.entry((word, place)).or_default();
                *best = (*best).max(weight);
            }
        };
        note(&restaurant.profile.name, Place::Head, 4);
        for cuisine in &restaurant.profile.cuisines {
            note(cuisine, Place::Head, 3);
        }
        for item in restaurant.menu.iter().flat_map(|menu| menu.items()) {
            note(&item.name, Place::Dish(item.id), 3);
            note(&item.description, Place::Dish(item.id), 1);
            for diet in &item.diets {
                note(diet.label(), Place::Dish(item.id), 1);
            }
        }
        let mut mine = HashSet::new();
        for ((word, place), weight) in known {
            let posting = Posting { restaurant: id, place, weight };
            self.postings.entry(word.clone()).or_default().push(posting);
            mine.insert(word);
        }
        self.words_of.insert(id, mine);
    }

    /// Restaurants in which each word of the query matches, best first; nothing for no words.
    pub(super) fn search(&self, query: &str) -> Vec<Hit> {
        let wanted = words(query);
        let mut matches: Vec<_> =
            wanted.iter().take(MOST_WORDS).map(|word| self.matches_of(word)).collect();
        let Some(last) = matches.pop() else { return Vec::new() };
        let mut hits: Vec<Hit> = last
            .iter()
            .filter_map(|(restaurant, matched)| {
                let mut all =
                    matches.iter().map(|word| word.get(restaurant)).collect::<Option<Vec<_>>>()?;
                all.push(matched);
                hit(*restaurant, &all)
            })
            .collect();
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.restaurant));
        hits
    }

    fn matches_of(&self, word: &str) -> HashMap<RestaurantId, Matched> {
        let mut matched: HashMap<RestaurantId, Matched> = HashMap::new();
        let mut note = |postings: &[Posting], quality: u32| {
            for posting in postings {
                let here = matched.entry(posting.restaurant).or_default();
                let score = quality * posting.weight;
                let best = match posting.place {
                    Place::Head => &mut here.head,
                    Place::Dish(item) => here.dishes.entry(item).or_default(),
                };
                *best = (*best).max(score);
            }
        };
        let beginning = self.postings.range(word.to_owned()..);
        let mut found = false;
        for (known, postings) in beginning.take_while(|(known, _)| known.starts_with(word)) {
            found |= known.len() == word.len() || word.len() >= 3;
            note(postings, if known.len() == word.len() { EXACT } else { BEGINNING });
        }
        // Forgiving what is already right would only add noise.
        if !found && word.chars().count() >= 4 {
            for (known, postings) in &self.postings {
                if words::is_one_slip_from(word, known) {
                    note(postings, SLIP);
                }
            }
        }
        matched
    }
}

fn hit(restaurant: RestaurantId, words: &[&Matched]) -> Option<Hit> {
    let by_name = words.iter().all(|word| word.head > 0);
    let head: u32 = words.iter().map(|word| word.head).sum();
    let candidates: HashSet<ItemId> =
        words.iter().flat_map(|word| word.dishes.keys().copied()).collect();
    let mut dishes: Vec<(u32, ItemId)> = candidates
        .into_iter()
        .filter_map(|item| {
            let scores = words.iter().map(|word| {
                let here = word.dishes.get(&item).copied().unwrap_or(0).max(word.head);
                (here > 0).then_some(here)
            });
            Some((scores.sum::<Option<u32>>()?, item))
        })
        .collect();
    dishes.sort_by_key(|(score, item)| (std::cmp::Reverse(*score), *item));
    let best = dishes.first().map_or(0, |(score, _)| *score);
    if !by_name && dishes.is_empty() {
        return None;
    }
    let score = if by_name { 1_000 + head } else { best * 10 + dishes.len().min(9) as u32 };
    Some(Hit {
        restaurant,
        by_name,
        dishes: dishes.into_iter().map(|(_, item)| item).collect(),
        score,
    })
}
