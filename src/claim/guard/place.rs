//! Places: which a text names, and whether two texts speak of places that lie in one another.

use std::sync::LazyLock;

use super::forms::{Forms, Found};
use super::words::Text;

/// Steps from a place to the world, at most.
const DEPTH_MAX: usize = 6;
/// The id of names that hold a place's name and mean none.
const NO_PLACE: u16 = 0;

#[derive(Debug, Default)]
struct Gazetteer {
    forms: Forms,
    /// The place each lies in, by id; `NO_PLACE` is above all.
    above: Vec<u16>,
    united_states: u16,
}

static GAZETTEER: LazyLock<Gazetteer> =
    LazyLock::new(|| Gazetteer::of(include_str!("../../../index/analyzers/places.txt")));

impl Gazetteer {
    fn of(list: &'static str) -> Self {
        let mut places = Self { above: vec![NO_PLACE], ..Self::default() };
        let mut ids: std::collections::HashMap<&str, u16> = std::collections::HashMap::new();
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let Some((above, rest)) = line.split_once(" > ") else { continue };
            if above == "-" {
                rest.split(',').for_each(|form| places.forms.add(NO_PLACE, form));
                continue;
            }
            let (own, inner) = rest.split_once(" + ").unwrap_or((rest, ""));
            let above = ids.get(above).copied().unwrap_or(NO_PLACE);
            let id = places.put(above);
            for (place, form) in own.split(',').enumerate() {
                if place == 0 {
                    ids.insert(form.trim().trim_start_matches(['^', '=']), id);
                }
                places.forms.add(id, form);
            }
            for form in inner.split(',').filter(|form| !form.trim().is_empty()) {
                let inner = places.put(id);
                form.split('/').for_each(|form| places.forms.add(inner, form));
            }
        }
        places.united_states = ids.get("united states").copied().unwrap_or(NO_PLACE);
        places
    }

    fn put(&mut self, above: u16) -> u16 {
        self.above.push(above);
        u16::try_from(self.above.len() - 1).unwrap_or(NO_PLACE)
    }

    fn path(&self, id: u16) -> impl Iterator<Item = u16> {
        let up = |id: &u16| self.above.get(usize::from(*id)).copied();
        std::iter::successors(Some(id), up).take_while(|id| *id != NO_PLACE).take(DEPTH_MAX)
    }

    fn one_in_the_other(&self, one: u16, other: u16) -> bool {
        self.path(one).any(|id| id == other) || self.path(other).any(|id| id == one)
    }

    /// 1 for continents, 2 for countries, more for what lies in them.
    fn depth(&self, id: u16) -> usize {
        self.path(id).count()
    }
}

/// The places a text names.
#[derive(Debug, Default)]
pub(super) struct Places {
    ids: Vec<u16>,
    /// Where they stand, names that mean no place included.
    pub(super) found: Vec<Found>,
}

impl Places {
    pub(super) fn of(text: &Text) -> Self {
        let found = GAZETTEER.forms.find(text);
        let mut ids: Vec<u16> = found.iter().map(|found| found.id).collect();
        ids.retain(|id| *id != NO_PLACE);
        ids.sort_unstable();
        ids.dedup();
        let found = found.into_iter().filter(|found| found.id != NO_PLACE).collect();
        Self { ids, found }
    }

    /// Whether a word is part of a place.
    pub(super) fn covers(&self, at: usize) -> bool {
        self.found.iter().any(|one| (one.start..one.end).contains(&at))
    }

    fn at<'a>(&'a self, at: usize) -> impl Iterator<Item = u16> + 'a {
        let here = self.found.iter().filter(move |one| (one.start..one.end).contains(&at));
        here.map(|one| one.id)
    }

    /// Whether one of these is what another text names at a word, or lies in it.
    pub(super) fn lie_in(&self, other: &Self, at: usize) -> bool {
        other
            .at(at)
            .any(|above| self.ids.iter().any(|id| GAZETTEER.path(*id).any(|up| up == above)))
    }

    /// Whether one of these is what another text names at a word, lies in it, or is the country
    /// or less that it lies in. The United States are named of anything there.
    pub(super) fn tell_of(&self, other: &Self, at: usize) -> bool {
        let above = |id: &u16| GAZETTEER.depth(*id) > 1 && *id != GAZETTEER.united_states;
        self.lie_in(other, at)
            || other.at(at).any(|one| {
                let own = self.ids.iter().filter(|id| !other.ids.contains(id));
                own.filter(|id| above(id)).any(|id| GAZETTEER.path(one).any(|up| up == *id))
            })
    }

    /// Whether post and claim name places that agree: `None` if one of them names none.
    ///
    /// A place that only the post names against one of the same rank that only the claim names is
    /// a place exchanged, even where others agree.
    pub(super) fn agree(&self, claim: &Self) -> Option<bool> {
        if self.ids.is_empty() || claim.ids.is_empty() {
            return None;
        }
        let (added, missing) = (alone(&self.ids, &claim.ids), alone(&claim.ids, &self.ids));
        if !self.ids.iter().any(|id| near(*id, &claim.ids)) {
            let country = |ids: &[u16]| ids.contains(&GAZETTEER.united_states);
            // Posts say "America" of anything.
            let vague = country(&self.ids) && added.is_empty()
                || country(&claim.ids) && missing.is_empty() && added.len() != 1;
            return if vague { None } else { Some(false) };
        }
        Some(!are_exchanged(&added, &missing))
    }

    /// Whether one of these places stands for one of a claim that also has others of them, and is
    /// none of those that the check names besides.
    pub(super) fn exchanges(&self, claim: &Self, besides: &[&Self]) -> bool {
        let mut added = alone(&self.ids, &claim.ids);
        added.retain(|id| !besides.iter().any(|other| near(*id, &other.ids)));
        self.ids.iter().any(|id| near(*id, &claim.ids))
            && are_exchanged(&added, &alone(&claim.ids, &self.ids))
    }
}

fn near(one: u16, others: &[u16]) -> bool {
    others.iter().any(|other| GAZETTEER.one_in_the_other(one, *other))
}

/// Places of which nothing is among the others. Of two towns of a country that both have, each is
/// another one.
fn alone(ids: &[u16], others: &[u16]) -> Vec<u16> {
    let theirs: Vec<u16> = others.iter().copied().filter(|id| !ids.contains(id)).collect();
    let own = ids.iter().copied().filter(|id| !others.contains(id));
    let own = own.filter(|id| !near(*id, &theirs));
    own.filter(|id| *id != GAZETTEER.united_states).collect()
}

fn are_exchanged(added: &[u16], missing: &[u16]) -> bool {
    added.iter().any(|one| {
        let depth = GAZETTEER.depth(*one);
        depth > 1 && missing.iter().any(|other| GAZETTEER.depth(*other) == depth)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(post: &str, claim: &str) -> Option<bool> {
        Places::of(&Text::of(post)).agree(&Places::of(&Text::of(claim)))
    }

    #[test]
    fn every_line_names_a_known_place_above() {
        let list = include_str!("../../../index/analyzers/places.txt");
        let mut known = vec!["world", "-"];
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (above, rest) = line.split_once(" > ").expect("two sides");
            assert!(known.contains(&above), "{line}");
            known.push(rest.split([',', '+']).next().expect("a name").trim());
        }
    }

    #[test]
    fn what_lies_in_it_agrees() {
        assert_eq!(agree("in Detroit", "in Michigan"), Some(true));
        assert_eq!(agree("the US", "Houston, Texas"), Some(true));
        assert_eq!(agree("Italian doctors", "doctors in Rome"), Some(true));
        assert_eq!(agree("in Philly", "in Philadelphia"), Some(true));
        assert_eq!(agree("en Allemagne", "in Germany"), Some(true));
    }

    #[test]
    fn another_place_contradicts() {
        assert_eq!(agree("in Miami", "in Houston"), Some(false));
        assert_eq!(agree("Pakistani troops in Ladakh", "China's troops in Ladakh"), Some(false));
        assert_eq!(agree("#Miami", "in Houston"), Some(false));
    }

    #[test]
    fn words_that_only_look_like_places_say_nothing() {
        assert_eq!(agree("turkey for dinner, nice", "in Houston"), None);
        assert_eq!(agree("the New York Times says", "in Houston"), None);
        assert_eq!(agree("tell us more", "in Germany"), None);
    }
}
