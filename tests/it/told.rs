//! Who is told what: posts that answer themselves, posts that say too little, checks that may not
//! stand alone, several checks of one claim.

use std::path::Path;
use std::sync::Arc;

use claimwatch::answer::{Finder, Models, ask};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::answer::{Answer, Decision};
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::review::ClaimReview;
use claimwatch::claim::words::Words;
use claimwatch::doors::Clock;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::index::Index;
use claimwatch::store::{Store, Trust};
use serde_json::json;
use tempfile::TempDir;

const CLAIM: &str = "A shark swam past stranded cars on a flooded highway in Houston.";
const POST: &str = "unbelievable picture, a shark swam past the stranded cars on the flooded \
                    highway in Houston, look at its fin";

struct Told {
    _dir: TempDir,
    finder: Finder,
}

/// Checks of one claim: host, rating, day.
type Given<'a> = &'a [(&'a str, &'a str, &'a str)];

fn told(given: Given<'_>, trust: Trust, settings: MatchSettings) -> Told {
    let dir = TempDir::new().unwrap();
    let finder = finder(dir.path(), given, trust, settings);
    Told { _dir: dir, finder }
}

fn finder(dir: &Path, given: Given<'_>, trust: Trust, settings: MatchSettings) -> Finder {
    let store = Arc::new(Store::open(dir).unwrap());
    let publishers = Arc::new(Publishers::shipped().unwrap());
    let now = chrono::DateTime::UNIX_EPOCH;
    let others = include_str!("../data/labelled/checks.jsonl").lines();
    let others: Vec<ClaimReview> = others.map(read).collect();
    store.put_reviews(&others, Trust::Imported, &publishers, now).unwrap();
    let checks: Vec<ClaimReview> = given
        .iter()
        .map(|(host, rating, day)| {
            let check = json!({
                "url": format!("https://{host}/checks/shark"),
                "name": format!("Shark on a highway? ({host})"),
                "claimReviewed": CLAIM,
                "abstract": "The fish was put into the picture.",
                "datePublished": day,
                "inLanguage": "en",
                "reviewRating": {"alternateName": rating},
            });
            serde_json::from_value(check).unwrap()
        })
        .collect();
    store.put_reviews(&checks, trust, &publishers, now).unwrap();
    let index = Arc::new(Index::open(&dir.join("search")).unwrap());
    catch_up(&store, &index, &Analyzers::new(), Effort::SPARING).unwrap();
    let clock = Clock::new(|| "2024-05-01T12:00:00Z".parse().unwrap());
    Finder::new(store, index, publishers, settings, Models::shipped().unwrap())
        .unwrap()
        .at_the_time_of(clock)
}

/// A check as it is kept, of one as it is published.
pub(crate) fn read(line: &str) -> ClaimReview {
    let mut check: serde_json::Value = serde_json::from_str(line).unwrap();
    let fields = check.as_object_mut().unwrap();
    for kept_elsewhere in ["@context", "@type"] {
        fields.remove(kept_elsewhere);
    }
    for field in ["author", "reviewRating"] {
        if let Some(part) = fields.get_mut(field).and_then(serde_json::Value::as_object_mut) {
            part.remove("@type");
        }
    }
    serde_json::from_value(check).unwrap()
}

impl Told {
    fn answer(&self, post: &Post, audience: Audience) -> Answer {
        self.finder.answer(post, audience).unwrap()
    }

    /// Decision and guards of the first match for who asks, and for who did not.
    fn both(&self, post: &Post) -> [(Decision, Vec<String>); 2] {
        [Audience::Private, Audience::Moderators].map(|audience| {
            let answer = self.answer(post, audience);
            let first = answer.matches.into_iter().next();
            (answer.decision, first.map(|first| first.why.guards).unwrap_or_default())
        })
    }

    fn hosts(&self, post: &Post) -> Vec<String> {
        let answer = self.answer(post, Audience::Private);
        let host = |url: String| url.split('/').nth(2).unwrap().to_owned();
        answer.matches.into_iter().filter_map(|one| one.url).map(host).collect()
    }
}

const SNOPES: Given<'_> = &[("www.snopes.com", "Fake", "2024-04-20")];

fn held(decision: Decision, guards: &[&str]) -> (Decision, Vec<String>) {
    (decision, guards.iter().map(|guard| (*guard).to_owned()).collect())
}

#[test]
fn a_post_that_answers_itself_is_told_to_nobody_unasked() {
    let told = told(SNOPES, Trust::Imported, MatchSettings::default());
    let stated = held(Decision::Match, &[]);
    assert_eq!(told.both(&Post::of(POST)), [stated.clone(), stated.clone()]);
    let none = held(Decision::None, &[]);

    let debunk = Post::of(format!("Fact check: {POST}"));
    assert_eq!(told.both(&debunk), [held(Decision::Possible, &["debunk"]), none.clone()]);
    let link = "https://www.snopes.com/checks/shark?utm_source=x";
    for post in [Post::of(format!("{POST} {link}")), Post::of(link)] {
        assert_eq!(told.both(&post), [stated.clone(), none.clone()], "{post:?}");
    }
    let beside = Post { urls: vec![link.to_owned()], ..Post::of(POST) };
    assert_eq!(told.both(&beside), [stated, none]);
}

#[test]
fn a_post_that_says_too_little_is_not_stated() {
    let told = told(SNOPES, Trust::Imported, MatchSettings::default());
    let few = held(Decision::Possible, &["few-words"]);
    let short = Post::of("shark on stranded cars, flooded highway?");
    assert_eq!(told.both(&short), [few.clone(), few]);
    let stated = held(Decision::Match, &[]);
    let claim = Post::of("shark swam past cars on flooded highway, Houston");
    assert_eq!(told.both(&claim), [stated.clone(), stated], "but it may say just the claim");
}

#[test]
fn what_only_pictures_say_is_not_stated() {
    let told = told(SNOPES, Trust::Imported, MatchSettings::default());
    let pictured = |text: &str| Post { alt: vec![POST.to_owned()], ..Post::of(text) };
    let only = held(Decision::Possible, &["picture-only"]);
    assert_eq!(told.both(&pictured("omg look at this")), [only.clone(), only.clone()]);
    assert_eq!(told.both(&pictured("")), [only.clone(), only]);
    let said = held(Decision::Match, &[]);
    assert_eq!(told.both(&pictured("a shark on the highway in Houston")), [said.clone(), said]);
}

#[test]
fn an_old_check_of_a_dated_claim_is_not_stated() {
    let told = told(
        &[("www.snopes.com", "Fake", "2017-08-28")],
        Trust::Imported,
        MatchSettings::default(),
    );
    let older = held(Decision::Possible, &["older-check"]);
    for dated in ["This happened today: ", "Storm of 2023: "] {
        let post = Post::of(format!("{dated}{POST}"));
        assert_eq!(told.both(&post), [older.clone(), older.clone()], "{post:?}");
    }
    let stated = held(Decision::Match, &[]);
    assert_eq!(told.both(&Post::of(POST)), [stated.clone(), stated]);
}

#[test]
fn a_machine_is_not_believed_alone_unless_the_operator_allows_it() {
    let machine = ("factually.co", "False", "2024-04-20");
    let alone = told(&[machine], Trust::Imported, MatchSettings::default());
    let held_down = held(Decision::Possible, &["machine-written"]);
    assert_eq!(alone.both(&Post::of(POST)), [held_down.clone(), held_down]);

    let allowed = MatchSettings { machine_written_alone: true, ..MatchSettings::default() };
    let allowed = told(&[machine], Trust::Imported, allowed);
    assert_eq!(allowed.both(&Post::of(POST))[0], held(Decision::Match, &[]));

    let both = told(&[machine, SNOPES[0]], Trust::Imported, MatchSettings::default());
    assert_eq!(both.both(&Post::of(POST))[0], held(Decision::Match, &[]));
    assert_eq!(both.hosts(&Post::of(POST)), ["www.snopes.com", "factually.co"]);
}

#[test]
fn gathered_from_whom_nobody_listed_is_only_offered() {
    let told = told(SNOPES, Trust::Gathered, MatchSettings::default());
    let unlisted = held(Decision::Possible, &["unlisted-publisher"]);
    assert_eq!(told.both(&Post::of(POST)), [unlisted.clone(), unlisted]);
}

#[test]
fn several_publishers_of_one_claim_are_told_together_and_their_disagreement_is() {
    let given: Given<'_> = &[
        ("www.snopes.com", "False", "2024-04-20"),
        ("fullfact.org", "True", "2024-04-21"),
        ("www.politifact.com", "False", "2024-04-22"),
    ];
    let told = told(given, Trust::Imported, MatchSettings::default());
    let mut hosts = told.hosts(&Post::of(POST));
    hosts.sort();
    assert_eq!(hosts, ["fullfact.org", "www.politifact.com", "www.snopes.com"]);
    let today = "2024-05-01".parse().unwrap();
    let words = Words::shipped().unwrap();
    let answer = ask(&told.finder, &words, &Post::of(POST), Some("en"), today).unwrap();
    assert_eq!(answer.decision, Decision::Match, "three checks of one claim are no rivals");
    let reply = answer.reply.unwrap();
    assert!(reply.contains("Publishers do not agree on this one."), "{reply}");
    assert!(reply.contains("Also checked by:"), "{reply}");
    for host in ["snopes.com", "fullfact.org", "politifact.com"] {
        assert!(reply.contains(host), "{host}: {reply}");
    }
}

#[test]
fn the_same_check_again_is_told_once() {
    let given: Given<'_> =
        &[("www.snopes.com", "False", "2024-04-20"), ("snopes.com", "False", "2024-04-20")];
    let told = told(given, Trust::Imported, MatchSettings::default());
    assert_eq!(told.hosts(&Post::of(POST)).len(), 1);
    assert_eq!(told.answer(&Post::of(POST), Audience::Private).decision, Decision::Match);
}

#[test]
fn what_decided_is_explained_in_words() {
    let told = told(SNOPES, Trust::Imported, MatchSettings::default());
    let first = |post: &str| told.finder.explain(&Post::of(post), 3).unwrap().remove(0);
    let stated = first(POST);
    assert!(stated.because.starts_with("stated as the check of this claim: "), "{stated:?}");
    assert!(stated.reasons[0].what.starts_with("words in common"), "{stated:?}");
    let other = first(&POST.replace("Houston", "Chicago"));
    assert_eq!(other.guards, ["place"]);
    let because = "would do, but post and check name different places";
    assert!(other.because.ends_with(because), "{other:?}");
}
