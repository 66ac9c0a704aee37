//! What people read, as snapshots: the words of every reply, its entities and its buttons. Here:
//! what the snapshots are made of.

use chrono::NaiveDate;
mod alerts;
mod answers;
mod digests;
mod doubts;
mod limits;
mod pages;
mod ruled;
mod short;

use super::*;
use crate::claim::answer::{Answer, Decision, Match, RatingGiven, SectionGiven, SourceGiven, Why};
use crate::claim::post::{Audience, Command, Post};
use crate::claim::rating::RatingClass;
use crate::claim::review::SectionKind;
use crate::claim::words::{Lang, Words};

fn words() -> Words {
    Words::shipped().expect("the embedded sentences")
}

fn lang(code: &str) -> Lang {
    words().choose(&[code])
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

fn rating(text: &str, class: RatingClass) -> Option<RatingGiven> {
    Some(RatingGiven { text: text.into(), class })
}

pub(super) fn rated() -> Match {
    Match {
        id: "insulin".into(),
        url: Some("https://www.checks.example/insulin-handed-out?utm_source=rss".into()),
        publisher: "Example Checks".into(),
        claim_reviewed: Some("“The government has stopped handing out insulin”".into()),
        name: Some("No, insulin is still handed out".into()),
        rating: rating("False", RatingClass::False),
        date_published: Some("2026-03-12".into()),
        in_language: Some("en".into()),
        summary: Some(
            "Insulin is still handed out in all 27 states [1]. One delivery was late in January \
             because a contract changed [3]."
                .into(),
        ),
        sections: Vec::new(),
        sources: (1..=7)
            .map(|n| SourceGiven {
                n,
                name: Some(format!("Ministry report {n}")),
                url: Some(format!("https://health.example/report/{n}")),
            })
            .collect(),
        confidence: 0.97,
        why: Why::default(),
    }
}

fn unrated() -> Match {
    let part = |kind, heading: &str, text: &str| SectionGiven {
        kind,
        heading: Some(heading.into()),
        text: text.into(),
    };
    Match {
        id: "bridge".into(),
        url: Some("https://answers.example/fact-checks/bridge-closed-5f2a".into()),
        publisher: "Answers".into(),
        claim_reviewed: None,
        name: Some("Was the old bridge closed because of a crack?".into()),
        rating: None,
        date_published: Some("2023-02-24".into()),
        in_language: Some("en".into()),
        summary: None,
        sections: vec![
            part(
                SectionKind::Summary,
                "Summary of the results",
                "The city closed the bridge for a planned inspection [1].\nNo crack was found [2].",
            ),
            part(
                SectionKind::Context,
                "Missing context",
                "Two things are left out:\n- The closing was announced in May [1]\n- It lasted one day [2]",
            ),
            part(
                SectionKind::Bias,
                "Potential misinformation/bias",
                "Several groups could benefit:\n- Those who want a new bridge\n- Ferry companies",
            ),
        ],
        sources: Vec::new(),
        confidence: 0.95,
        why: Why::default(),
    }
}

fn found(decision: Decision, matches: Vec<Match>) -> Answer {
    Answer { id: None, decision, matches, reply: None }
}

fn told(code: &str, given: &Answer) -> Reply {
    answer(&words(), lang(code), given, today(), Audience::Private, 120)
}

/// A reply as it can be read in a snapshot: entities in brackets behind their text.
fn drawn(reply: &Reply) -> String {
    let mut out = reply.plain();
    for entity in &reply.entities {
        let span = reply.span(entity);
        if entity.kind == EntityKind::Bold {
            out = out.replacen(span, &format!("*{span}*"), 1);
        }
    }
    if let Some(preview) = &reply.preview {
        out.push_str(&format!("\n(preview {preview})"));
    }
    for row in &reply.buttons {
        out.push('\n');
        for Button { label, action } in row {
            out.push_str(&format!("[{label}: {action:?}]"));
        }
    }
    out
}
