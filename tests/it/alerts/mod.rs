//! Receivers of alerts, told over real sockets: webhooks and mail, what they get, and what becomes
//! of a row when they do not take it.

mod courier;
mod daemon;
mod mail;

mod peers;
mod receiver;
pub(crate) mod silence;
mod smtp;
mod webhook;

pub(crate) use mail::mail;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::claim::alert::{Alert, Digest, Gap, Occasion, Seen, Severity, Spread};
use claimwatch::claim::answer::{Decision, Match, RatingGiven, Why};
use claimwatch::claim::rating::RatingClass;
use claimwatch::claim::words::Words;
use claimwatch::doors::Clock;

/// What others write to be more than words.
const HOSTILE: &str = "@everyone <!channel> <@U1> **bold** [click](https://evil.example) <b>x</b> \
                       *b* _i_ ~s~ `c`\r\nBcc: all@example.org";

fn at() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().expect("a moment")
}

fn clock() -> Clock {
    Clock::new(at)
}

fn words() -> Arc<Words> {
    Arc::new(Words::shipped().expect("the sentences"))
}

pub(crate) fn alert() -> Alert {
    let spread = Spread {
        posts: 12,
        authors: 9,
        places: 2,
        languages: vec!["es".into()],
        last_hour: 3,
        since: at() - TimeDelta::days(2),
    };
    let why = Why { words: vec!["insulin".into()], url: false, guards: vec!["number".into()] };
    Alert {
        claim: "c1".into(),
        occasion: Occasion::Growth,
        severity: Severity::High,
        post: Seen {
            text: "They STOPPED handing out insulin!!!".into(),
            url: Some("https://forum.example/t/4711".into()),
            place: "rss.local-forum".into(),
            title: None,
            at: at(),
            answerable: true,
        },
        spread,
        asked: 0,
        readers: 0,
        decision: Decision::Possible,
        matched: Some(Match {
            id: "insulin".into(),
            url: Some("https://www.checks.example/insulin(1)".into()),
            publisher: "Example Checks".into(),
            claim_reviewed: Some("The government has stopped handing out insulin".into()),
            name: Some("No, insulin is still handed out".into()),
            rating: Some(RatingGiven { text: "False".into(), class: RatingClass::False }),
            date_published: Some("2026-03-12".into()),
            in_language: Some("en".into()),
            summary: None,
            sections: Vec::new(),
            sources: Vec::new(),
            confidence: 0.7,
            why,
        }),
        withdrawn: None,
        page: None,
        at: at(),
    }
}

/// The same, all words of others hostile.
fn hostile() -> Alert {
    let mut alert = alert();
    alert.post.text = HOSTILE.into();
    if let Some(matched) = &mut alert.matched {
        for text in [&mut matched.claim_reviewed, &mut matched.name] {
            *text = Some(HOSTILE.into());
        }
        matched.publisher = HOSTILE.into();
        matched.why.words = vec![HOSTILE.into()];
    }
    alert
}

fn digest(entries: usize) -> Digest {
    let gap = Gap {
        claim: "g".into(),
        text: Some("The old bridge will be sold to a foreign company".into()),
        language: Some("pt".into()),
        asked: 3,
        spread: alert().spread,
    };
    let (claims, gaps) = (vec![alert(); entries], vec![gap; entries]);
    Digest { from: at() - TimeDelta::days(1), to: at(), claims, gaps }
}
