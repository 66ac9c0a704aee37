//! A status as an entry, and which are wanted.

use std::collections::HashSet;

use crate::claim::post::Post;
use crate::claim::review::hash_hex;
use crate::feeds::Entry;
use crate::feeds::settings::Mastodon as Settings;
use crate::mastodon::{Account, Status};

/// What a feed wants of a timeline.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    languages: HashSet<String>,
    keywords: Vec<String>,
    /// `name@host`, in lower case.
    accounts: HashSet<String>,
    /// Host of the server, which names of its own accounts leave out.
    host: String,
}

impl Filter {
    /// The filter of a feed on the server `host`.
    pub(super) fn of(settings: &Settings, host: &str) -> Self {
        let whole = |name: &String| whole(name, host);
        Self {
            languages: settings.languages.iter().map(|tag| primary(tag)).collect(),
            keywords: settings.keywords.iter().map(|word| word.to_lowercase()).collect(),
            accounts: settings.accounts.iter().map(whole).collect(),
            host: host.to_lowercase(),
        }
    }

    /// Whether a status is wanted. Never is what not everybody may read, nor what is of people
    /// whose profile asks bots to stay away.
    pub(super) fn wants(&self, status: &Status) -> bool {
        let booster = status.boost.as_ref().map(|(_, by)| by);
        let mut people = [Some(&status.account), booster].into_iter().flatten();
        if !status.is_open() || people.clone().any(|account| account.wants_no_bots) {
            return false;
        }
        let listed = |account: &Account| self.accounts.contains(&whole(&account.acct, &self.host));
        if !self.accounts.is_empty() && !people.any(listed) {
            return false;
        }
        // A post that names no language may be in any.
        let speaks = self.languages.is_empty()
            || status.language.as_ref().is_none_or(|tag| self.languages.contains(&primary(tag)));
        speaks && self.holds_keyword(status)
    }

    fn holds_keyword(&self, status: &Status) -> bool {
        if self.keywords.is_empty() {
            return true;
        }
        let said = status.said();
        let said: Vec<String> =
            [&said].into_iter().chain(&status.alt).map(|text| text.to_lowercase()).collect();
        self.keywords.iter().any(|word| said.iter().any(|text| text.contains(word)))
    }
}

/// A name with its host, in lower case.
fn whole(name: &str, host: &str) -> String {
    let name = name.trim_start_matches('@').to_lowercase();
    if name.contains('@') { name } else { format!("{name}@{}", host.to_lowercase()) }
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A status as an entry; `None` if it says nothing. One that was passed on is a post of whoever
/// passed it on, since a claim spreads by that, with the words and the address of the original.
pub(super) fn entry(status: Status) -> Option<Entry> {
    let said = status.said();
    if said.is_empty() && status.alt.is_empty() && status.links.is_empty() {
        return None;
    }
    let hash = hash_hex(&[&said, &status.alt.join("\n"), &status.links.join(" ")]);
    let name = Some(status.account.name).filter(|name| !name.is_empty());
    let post = Post {
        id: status.url.or_else(|| Some(status.id.clone())),
        text: said,
        lang: status.language,
        urls: status.links,
        alt: status.alt,
        author: name,
    };
    let (id, author) = match status.boost {
        Some((id, by)) => (id, by.uri),
        None => (status.id, status.account.uri),
    };
    let author = Some(author).filter(|author| !author.is_empty());
    Some(Entry { id, hash, post, author, published: status.created })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Status {
        Status {
            id: "7".into(),
            text: text.into(),
            visibility: "public".into(),
            account: Account { acct: "ana".into(), uri: "u/ana".into(), ..Account::default() },
            ..Status::default()
        }
    }

    fn filter(of: impl FnOnce(&mut Settings)) -> Filter {
        let mut settings = Settings::default();
        of(&mut settings);
        Filter::of(&settings, "Home.example")
    }

    #[test]
    fn only_what_is_wanted_and_open_is_read() {
        let all = filter(|_| ());
        assert!(all.wants(&status("x")));
        for visibility in ["private", "direct", ""] {
            let closed = Status { visibility: visibility.into(), ..status("x") };
            assert!(!all.wants(&closed), "{visibility}");
        }
        let mut shy = status("x");
        shy.account.wants_no_bots = true;
        assert!(!all.wants(&shy));
        let boost = Status { boost: Some(("8".into(), shy.account)), ..status("x") };
        assert!(!all.wants(&boost));

        let portuguese = filter(|settings| settings.languages = vec!["PT".into()]);
        let tagged = |tag: &str| Status { language: Some(tag.into()), ..status("x") };
        assert!(portuguese.wants(&tagged("pt-BR")) && portuguese.wants(&status("x")));
        assert!(!portuguese.wants(&tagged("en")));

        let word = filter(|settings| settings.keywords = vec!["Vaccin".into()]);
        assert!(word.wants(&status("about VACCINES")) && !word.wants(&status("about cats")));
        let pictured = Status { alt: vec!["A vaccine".into()], ..status("x") };
        let warned = Status { warning: "vaccination".into(), ..status("x") };
        assert!(word.wants(&pictured) && word.wants(&warned));

        let accounts = |names: &[&str]| {
            filter(|settings| settings.accounts = names.iter().map(|n| (*n).to_owned()).collect())
        };
        assert!(accounts(&["@Ana"]).wants(&status("x")));
        assert!(accounts(&["ana@home.example"]).wants(&status("x")));
        assert!(!accounts(&["ana@far.example"]).wants(&status("x")));
        let far = Account { acct: "Ana@far.example".into(), ..Account::default() };
        assert!(
            accounts(&["ana@far.example"]).wants(&Status { account: far.clone(), ..status("x") })
        );
        let boost = Status { boost: Some(("8".into(), far)), ..status("x") };
        assert!(accounts(&["ana@far.example"]).wants(&boost), "it is hers as well");
    }

    #[test]
    fn a_boost_is_a_post_of_whoever_passed_it_on() {
        let own = entry(status("so")).expect("an entry");
        assert_eq!((own.id.as_str(), own.author.as_deref()), ("7", Some("u/ana")));
        let by = Account { uri: "u/ben".into(), ..Account::default() };
        let boost = Status { boost: Some(("8".into(), by)), ..status("so") };
        let boost = entry(boost).expect("an entry");
        assert_eq!((boost.id.as_str(), boost.author.as_deref()), ("8", Some("u/ben")));
        assert_eq!((&boost.hash, &boost.post), (&own.hash, &own.post));
        let pictured = entry(Status { alt: vec!["a chart".into()], ..status("so") });
        assert_ne!(pictured.expect("an entry").hash, own.hash);
        assert_eq!(entry(status("")), None);
    }
}
