//! What holds for every reply, whatever publishers and senders wrote: lengths, entities, buttons.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::claim::alert::{Alert, Digest, Gap, Occasion, Seen, Severity, Spread};

/// What the line about a decision may take at most.
const DECISION_UNITS_MAX: usize = 200;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text as hostile publishers and senders may write it.
fn outside() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,40}",
        "[a-z .,]{0,200}",
        Just("👩\u{200d}👩\u{200d}👧\u{fe0f} 🏳️\u{200d}🌈".to_owned()),
        Just("עברית ثم عربي \u{202e}txt.exe".to_owned()),
        Just("\n\n\r\n\u{2028}\t\u{0}\u{7}".to_owned()),
        Just("\u{200b}\u{200d}\u{feff}\u{2066}\u{ad}".to_owned()),
        Just("\u{e000}\u{e001}\u{f8ff} { $date } {0}".to_owned()),
        Just("[1] [2] [99] @someone /forget #tag https://evil.example <b>*_`".to_owned()),
        Just("𝕏".repeat(10_000)),
        Just("word ".repeat(2_500)),
        Just("没有证据表明这是真的。".repeat(400)),
    ];
    proptest::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
}

fn several() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(outside(), 0..9)
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(outside())
}

fn url() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(prop_oneof![
        "https?://[a-z]{1,80}\\.[a-z]{2,60}/[a-z/%0-9?=]{0,300}",
        outside().prop_map(|text| format!("https://a.example/{text}")),
        outside().prop_map(|text| format!("https://{text}.example/")),
        outside(),
        Just("tg://user?id=1".to_owned()),
    ])
}

prop_compose! {
    fn section()(kind in 0..4_usize, heading in maybe(), text in outside()) -> SectionGiven {
        use SectionKind::{Bias, Context, Other, Summary};
        SectionGiven { kind: [Summary, Context, Bias, Other][kind], heading, text }
    }
}

prop_compose! {
    fn source()(n in any::<usize>(), name in maybe(), url in url()) -> SourceGiven {
        SourceGiven { n, name, url }
    }
}

prop_compose! {
    fn given()(
        texts in (outside(), maybe(), maybe(), maybe(), maybe(), maybe()),
        url in url(),
        date_published in proptest::option::of(prop_oneof!["[0-9]{4}-[01][0-9]-[0-3][0-9]", outside()]),
        class in 0..3_usize,
        sections in proptest::collection::vec(section(), 0..5),
        sources in proptest::collection::vec(source(), 0..9),
        confidence in 0.0..1.0_f64,
    ) -> Match {
        let (publisher, claim_reviewed, name, rated, in_language, summary) = texts;
        let class = [RatingClass::True, RatingClass::False, RatingClass::Other][class];
        Match {
            id: publisher.clone(), url, publisher, claim_reviewed, name,
            rating: rated.map(|text| RatingGiven { text, class }),
            date_published, in_language, summary, sections, sources, confidence,
            why: Why::default(),
        }
    }
}

prop_compose! {
    fn told()(
        matched in proptest::option::of(given()),
        texts in (outside(), outside(), url(), url()),
        counts in (0..99_u64, any::<u64>(), any::<u64>(), any::<u64>()),
        languages in several(),
        why in (several(), any::<bool>(), several()),
        which in (0..6_usize, 0..3_usize, 0..3_usize),
        second in 0..4_000_000_000_i64,
    ) -> Alert {
        use Occasion::{Answered, Changed, First, Growth, NotSame, Silent};
        let (text, place, url, page) = texts;
        let at = chrono::DateTime::from_timestamp(second, 0).unwrap_or_default();
        let (posts, authors, places, last_hour) = counts;
        let matched_by = format!("{text} {place}");
        let mut matched = matched;
        if let Some(matched) = &mut matched {
            matched.why = Why { words: why.0, url: why.1, guards: why.2 };
        }
        Alert {
            claim: "c".into(),
            occasion: [First, Growth, Answered, Changed, Silent, NotSame][which.0],
            severity: [Severity::Low, Severity::Normal, Severity::High][which.1],
            post: Seen { text, url, place, at, answerable: why.1, title: page.clone() },
            spread: Spread { posts, authors, places, languages, last_hour, since: at },
            asked: last_hour,
            readers: posts,
            decision: [Decision::None, Decision::Possible, Decision::Match][which.2],
            withdrawn: (which.0 == 3 && matched.is_none()).then(|| matched_by.clone()),
            matched, page, at,
        }
    }
}

/// Everything Telegram and a reader rely on.
fn holds(reply: &Reply) -> Result<(), TestCaseError> {
    let all = units(&reply.text);
    prop_assert!(all <= TEXT_UNITS_MAX, "{all} units");
    prop_assert_eq!(reply.text.trim(), &reply.text);
    let wide: Vec<u16> = reply.text.encode_utf16().collect();
    let mut end = 0;
    for entity in &reply.entities {
        prop_assert!(entity.length > 0);
        prop_assert!(entity.offset >= end, "entities overlap");
        end = entity.offset + entity.length;
        prop_assert!(end <= all);
        let span = String::from_utf16(&wide[entity.offset..end]);
        prop_assert!(span.is_ok(), "an entity splits a surrogate pair");
        let span = span.unwrap_or_default();
        prop_assert_eq!(&span, reply.span(entity));
        prop_assert_eq!(span.trim(), &span);
        if let EntityKind::TextLink(address) = &entity.kind {
            opens(address, &span)?;
        }
    }
    for c in reply.text.chars() {
        let ours = matches!(c, '\n' | '\u{2068}' | '\u{2069}' | '\u{200c}' | '\u{200d}');
        let seen = !c.is_control() && !crate::claim::text::is_invisible(c);
        prop_assert!(ours || seen, "{:?}", c);
    }
    let opened = reply.text.matches('\u{2068}').count();
    prop_assert_eq!(opened, reply.text.matches('\u{2069}').count());
    for button in reply.buttons.iter().flatten() {
        prop_assert!(!button.label.trim().is_empty() && units(&button.label) <= 40);
        if let Action::Open(address) = &button.action {
            opens(address, &button.label)?;
        }
    }
    prop_assert!(reply.preview.as_ref().is_none_or(|address| address.starts_with("http")));
    Ok(())
}

/// An address opens over http(s), and what leads to it shows the end of its host.
fn opens(address: &str, shown: &str) -> Result<(), TestCaseError> {
    let url = url::Url::parse(address);
    prop_assert!(url.is_ok(), "{}", address);
    let host = url.ok().and_then(|url| crate::claim::review::host_of(&url)).unwrap_or_default();
    let tail: String = host.chars().skip(host.chars().count().saturating_sub(12)).collect();
    prop_assert!(!host.is_empty() && shown.contains(&tail), "{} does not show {}", shown, host);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_short_answer_fits_and_keeps_its_link(
        matches in proptest::collection::vec(given(), 0..4),
        decision in 0..3_usize,
        language in 0..5_usize,
        publishers in any::<usize>(),
        max in prop_oneof![Just(300_usize), 300..600_usize],
    ) {
        use unicode_segmentation::UnicodeSegmentation;
        let words = words();
        let lang = words.langs().nth(language).unwrap_or_default();
        let decision = [Decision::Match, Decision::Possible, Decision::None][decision];
        let given = Answer { id: None, decision, matches, reply: None };
        let reply = short(&words, lang, &given, today(), publishers, max);
        holds(&reply)?;
        let graphemes = reply.text.graphemes(true).count();
        prop_assert!(graphemes <= max, "{} graphemes: {}", graphemes, reply.text);
        let links = reply.entities.iter();
        let links = links.filter(|entity| matches!(entity.kind, EntityKind::TextLink(_))).count();
        prop_assert_eq!(links, usize::from(reply.preview.is_some()));
    }

    #[test]
    fn every_answer_holds(
        matches in proptest::collection::vec(given(), 0..5),
        decision in 0..3_usize,
        language in 0..5_usize,
        group in any::<bool>(),
        publishers in any::<usize>(),
    ) {
        let words = words();
        let lang = words.langs().nth(language).unwrap_or_default();
        let decision = [Decision::Match, Decision::Possible, Decision::None][decision];
        let given = Answer { id: None, decision, matches, reply: None };
        let audience = if group { Audience::Group } else { Audience::Private };
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        let told = answer(&words, lang, &given, today, audience, publishers);
        holds(&told)?;
        holds(&unasked(&words, lang, &told))?;
        holds(&with_context(&words, lang, &given, today, audience))?;
        let mut changes: Vec<Change> = shown(&given)
            .iter()
            .flat_map(|one| {
                let was = one.rating.as_ref().map(|rating| rating.text.clone());
                let publisher = one.publisher.clone();
                [Change::Verdict(publisher.clone(), was), Change::Withdrawn(publisher)]
            })
            .collect();
        changes.truncate(4);
        holds(&corrected(&words, lang, &given, today, audience, &changes))?;
        if let Some(first) = given.matches.first().filter(|_| given.decision != Decision::None) {
            let small = {
                let was = first.rating.as_ref().map(|rating| rating.text.as_str());
                corrected_short(&words, lang, first, was, today)
            };
            holds(&small)?;
            prop_assert!(small.text.chars().count() <= 300, "{}", small.text);
        }
        holds(&follow_up(&words, lang, &given, (today, today), audience))?;
        holds(&awaited(&words, lang, &given, (today, today), audience, publishers))?;
        if let Some(first) = given.matches.first() {
            holds(&withdrawn(&words, lang, first, today, audience))?;
        }
    }

    #[test]
    fn every_alert_holds_and_is_one_line(
        matched in given(), text in outside(), id in url(), language in 0..5_usize,
    ) {
        let words = words();
        let lang = words.langs().nth(language).unwrap_or_default();
        let post = Post { id, text, ..Post::default() };
        let reply = alert(&words, lang, &post, &matched);
        holds(&reply)?;
        prop_assert!(!reply.text.contains('\n'));
    }

    #[test]
    fn every_alert_to_moderators_holds_before_and_after_a_decision(
        told in told(), ask in any::<bool>(), language in 0..5_usize,
    ) {
        let words = words();
        let lang = words.langs().nth(language).unwrap_or_default();
        let reply = moderated(&words, lang, &told, ask.then_some("q"));
        holds(&reply)?;
        let room = TEXT_UNITS_MAX - units(&reply.text);
        prop_assert!(room >= DECISION_UNITS_MAX, "{room}: no room for a decision");
        let muted = Some(NaiveDate::MAX);
        let all = Ruled { right: Some(ask), answered: true, waits: ask, muted };
        holds(&ruled(&words, lang, &reply, &HashMap::new(), all))?;
        for line in [headline(&words, lang, &told), subject(&words, lang, &told)] {
            prop_assert!(!line.contains(char::is_control) && line.chars().count() < 250);
        }
        let gap = Gap {
            claim: told.claim.clone(),
            text: Some(told.post.text.clone()).filter(|_| ask),
            language: told.spread.languages.first().cloned(),
            asked: told.spread.posts,
            spread: told.spread.clone(),
        };
        let full = Digest { from: told.at, to: told.at, claims: vec![told; 4], gaps: vec![gap; 4] };
        for page in digest(&words, lang, &full) {
            holds(&page)?;
        }
    }

    #[test]
    fn every_page_holds(operator in maybe(), bot_username in "[A-Za-z0-9_]{5,32}", hours in any::<usize>()) {
        let words = words();
        let facts = Facts {
            publishers: hours, checks: hours, operator: operator.as_deref(),
            retention_hours: hours, kept: Kept { questions_days: hours, ..Kept::default() },
            bot_username: &bot_username,
        };
        for lang in words.langs() {
            for which in Command::ALL {
                holds(&command(&words, lang, which, &facts))?;
            }
            holds(&not_same(&words, lang))?;
            holds(&unasked_changed(&words, lang))?;
            for heard in Heard::ALL {
                holds(&listening(&words, lang, heard, hours))?;
            }
        }
    }
}

#[test]
fn what_telegram_limits_is_within_its_limits_in_every_language() {
    let words = words();
    for lang in words.langs() {
        for (command, text) in menu(&words, lang) {
            assert!((3..=256).contains(&units(&text)) && !text.starts_with("menu-"), "{command:?}");
        }
        for which in Toast::ALL {
            let text = toast(&words, lang, which);
            assert!(units(&text) <= 200 && !text.starts_with("toast-"), "{text}");
        }
        // Whole, not cut: a cut one ends with an ellipsis.
        let texts = [(description(&words, lang), 512), (short_description(&words, lang), 120)];
        for (text, max) in texts {
            assert!(units(&text) <= max && text.ends_with('.'), "{}: {text}", lang.code());
        }
    }
}
