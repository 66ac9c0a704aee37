//! `Publisher`: who stands behind a check, told by the host of its address and by nothing else.

use std::collections::HashMap;

use serde::Deserialize;

use super::review::ClaimReview;

/// A publisher we know (<https://schema.org/Organization>).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Name as readers know it.
    pub name: String,
    /// Hosts without `www.`; subdomains belong to them.
    pub hosts: Vec<String>,
    /// Written by a machine: never the only ground for stating a match unless the operator says so.
    #[serde(default)]
    pub machine_written: bool,
    /// 1 is preferred among checks that fit alike, 3 comes last.
    #[serde(default = "middle")]
    pub tier: u8,
}

/// The tier of publishers of whom nothing is said.
const TIER: u8 = 2;

fn middle() -> u8 {
    TIER
}

/// The publishers' table: the shipped one, extended by the operator's.
#[derive(Debug, Clone, Default)]
pub struct Publishers {
    known: Vec<Publisher>,
    by_host: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    publisher: Vec<Publisher>,
}

impl Publishers {
    /// The table that ships with the program.
    ///
    /// # Errors
    /// If the embedded file is not a publishers' table; a test keeps that from happening.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        let table: Table = toml::from_str(include_str!("../../config/publishers.toml"))?;
        let mut publishers = Self::default();
        for publisher in table.publisher {
            publishers.add(publisher);
        }
        Ok(publishers)
    }

    /// Adds a publisher; its hosts win over earlier ones.
    pub fn add(&mut self, publisher: Publisher) {
        for host in &publisher.hosts {
            self.by_host.insert(host.clone(), self.known.len());
        }
        self.known.push(publisher);
    }

    /// Puts the publisher to whom a host belongs into a tier; a host of nobody is its own.
    pub fn prefer(&mut self, host: &str, tier: u8) {
        match self.place_of(host) {
            Some(place) => self.known[place].tier = tier,
            None => self.add(Publisher {
                name: host.to_owned(),
                hosts: vec![host.to_owned()],
                machine_written: false,
                tier,
            }),
        }
    }

    /// The tier of whoever published a check.
    pub fn tier_of(&self, review: &ClaimReview) -> u8 {
        let host = review.host();
        host.and_then(|host| self.of_host(&host)).map_or(TIER, |publisher| publisher.tier)
    }

    /// The publisher to whom a host belongs: the host itself or the nearest parent domain.
    pub fn of_host(&self, host: &str) -> Option<&Publisher> {
        self.known.get(self.place_of(host)?)
    }

    fn place_of(&self, host: &str) -> Option<usize> {
        let mut rest = host;
        loop {
            if let Some(place) = self.by_host.get(rest) {
                return Some(*place);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The name to show for a review: ours by its host, else the host, else (no address at all) the
    /// author's name as the operator's own file gives it.
    pub fn name_of(&self, review: &ClaimReview) -> String {
        match review.host() {
            Some(host) => self.of_host(&host).map_or(host, |publisher| publisher.name.clone()),
            None => review
                .author
                .as_ref()
                .and_then(|author| author.name.clone())
                .unwrap_or_else(|| "unknown publisher".to_owned()),
        }
    }

    /// Whether two hosts belong to one publisher.
    pub fn same(&self, one: Option<&str>, other: Option<&str>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                match (self.of_host(one), self.of_host(other)) {
                    (Some(one), Some(other)) => std::ptr::eq(one, other),
                    _ => false,
                }
            }
            (one, other) => one == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdomain_belongs_to_its_publisher_and_a_look_alike_does_not() {
        let publishers = Publishers::shipped().expect("config/publishers.toml");
        let name = |host: &str| publishers.of_host(host).map(|known| known.name.as_str());
        assert_eq!(name("snopes.com"), Some("Snopes"));
        assert_eq!(name("fact.snopes.com"), Some("Snopes"));
        assert_eq!(name("snopes.com.example"), None);
        assert_eq!(name("notsnopes.com"), None);
        assert!(publishers.of_host("factually.co").expect("known").machine_written);
    }

    #[test]
    fn a_tier_is_the_publishers_whatever_the_subdomain() {
        let mut publishers = Publishers::shipped().expect("config/publishers.toml");
        let review = |url: &str| ClaimReview { url: Some(url.into()), ..ClaimReview::default() };
        publishers.prefer("rumours.example", 3);
        publishers.prefer("fact.snopes.com", 1);
        assert_eq!(publishers.tier_of(&review("https://www.snopes.com/a")), 1);
        assert_eq!(publishers.tier_of(&review("https://en.rumours.example/a")), 3);
        assert_eq!(publishers.tier_of(&review("https://fullfact.org/a")), TIER);
        assert_eq!(publishers.tier_of(&ClaimReview::default()), TIER);
        assert_eq!(publishers.of_host("snopes.com").map(|one| one.name.as_str()), Some("Snopes"));
    }

    #[test]
    fn a_name_in_the_data_is_not_believed_against_the_host() {
        let publishers = Publishers::shipped().expect("config/publishers.toml");
        let review = ClaimReview {
            url: Some("https://rumours.example/a".into()),
            author: Some(super::super::review::Party { name: Some("Snopes".into()), url: None }),
            ..ClaimReview::default()
        };
        assert_eq!(publishers.name_of(&review), "rumours.example");
    }
}
