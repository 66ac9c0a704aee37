//! Replies drawn as phone screens into `target/tmp/look/replies.html`, for people to look at.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use claimwatch::claim::alert::{Alert, Digest, Gap, Occasion, Seen, Severity, Spread};
use claimwatch::claim::answer::{
    Answer, Decision, Match, RatingGiven, SectionGiven, SourceGiven, Why,
};
use claimwatch::claim::post::{Audience, Command, Post};
use claimwatch::claim::rating::RatingClass;
use claimwatch::claim::reply::{self, Entity, EntityKind, Facts, Reply, Ruled};
use claimwatch::claim::review::SectionKind;
use claimwatch::claim::words::Words;

const STYLE: &str = "body{margin:0;padding:16px;background:#8fa88f;font:15px/1.35 'Noto Sans',sans-serif;\
    display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}\
    figure{margin:0;width:344px}figcaption{font-size:12px;margin-bottom:4px}\
    .text{background:#fff;border-radius:12px;padding:8px 10px;white-space:pre-wrap;overflow-wrap:anywhere}\
    .text p{margin:0;unicode-bidi:plaintext;min-height:1.35em}\
    .preview{border-left:3px solid #3a8;background:#eef7f2;margin-top:6px;padding:4px 8px;font-size:13px}\
    .row{display:flex;gap:4px;margin-top:4px}\
    .row span{flex:1;background:#0005;color:#fff;border-radius:8px;padding:8px 4px;text-align:center;\
    font-size:14px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One reply as a phone shows it.
fn to_html(title: &str, reply: &Reply) -> String {
    let mut body = String::new();
    let mut units = 0;
    let mut entities = reply.entities.iter().peekable();
    let mut open: Option<&Entity> = None;
    let close = |entity: &Entity| match entity.kind {
        EntityKind::Bold => "</b>",
        EntityKind::Italic => "</i>",
        EntityKind::Blockquote => "</q>",
        EntityKind::TextLink(_) => "</a>",
    };
    for c in reply.text.chars() {
        if let Some(entity) = open.take_if(|entity| entity.offset + entity.length <= units) {
            body.push_str(close(entity));
        }
        if let Some(entity) = entities.next_if(|entity| entity.offset == units) {
            body.push_str(match entity.kind {
                EntityKind::Bold => "<b>",
                EntityKind::Italic => "<i>",
                EntityKind::Blockquote => "<q>",
                EntityKind::TextLink(_) => "<a href='#'>",
            });
            open = Some(entity);
        }
        if c == '\n' {
            body.push_str("</p><p>");
        } else {
            body.push_str(&escaped(&c.to_string()));
        }
        units += c.len_utf16();
    }
    body.push_str(open.map_or("", close));
    let preview = reply.preview.as_deref().map(escaped);
    let preview = preview.map(|url| format!("<div class=preview>{url}</div>")).unwrap_or_default();
    let mut rows = String::new();
    for row in &reply.buttons {
        let labels = row.iter().map(|button| format!("<span>{}</span>", escaped(&button.label)));
        let _ = write!(rows, "<div class=row>{}</div>", labels.collect::<String>());
    }
    format!(
        "<figure><figcaption>{} · {units} units</figcaption><div class=text><p>{body}</p>{preview}</div>{rows}</figure>",
        escaped(title)
    )
}

fn insulin() -> Match {
    let source = |(n, name, url): (usize, &str, &str)| SourceGiven {
        n,
        name: Some(name.into()),
        url: Some(url.into()),
    };
    Match {
        id: "1".into(),
        url: Some("https://www.checks.example/2026/03/12/insulin-handed-out-everywhere/".into()),
        publisher: "Example Checks".into(),
        claim_reviewed: Some("The government has stopped handing out insulin.".into()),
        name: Some("No, insulin is still handed out everywhere".into()),
        rating: Some(RatingGiven { text: "False".into(), class: RatingClass::False }),
        date_published: Some("2026-03-12".into()),
        in_language: Some("en".into()),
        summary: Some(
            "Insulin is still handed out in all 27 states [1]. One delivery was late in January \
             because a contract changed, and the ministry said so on the same day [2]. Nobody had \
             to go without, according to the three patients' groups we asked [3]."
                .into(),
        ),
        sections: Vec::new(),
        sources: [
            (
                1,
                "Ministry of Health: deliveries by state, 2026",
                "https://health.example/deliveries",
            ),
            (2, "Press release on the late delivery", "https://news.health.example/late"),
            (3, "Patients' union", "https://patients.example/"),
        ]
        .map(source)
        .to_vec(),
        confidence: 0.97,
        why: Why::default(),
    }
}

fn bridge() -> Match {
    let part = |kind, text: &str| SectionGiven { kind, heading: None, text: text.into() };
    Match {
        id: "2".into(),
        publisher: "Answers".into(),
        url: Some("https://answers.example/fact-checks/bridge-closed-crack-5f2a1c".into()),
        claim_reviewed: None,
        name: Some("Fact check: Was the old bridge closed because of a crack?".into()),
        rating: None,
        date_published: Some("2024-02-24".into()),
        summary: None,
        sections: vec![
            part(
                SectionKind::Summary,
                "The city closed the bridge for an inspection that had been planned since the year \
                 before [1]. No crack was found [2].",
            ),
            part(
                SectionKind::Context,
                "Several things are left out:\n- The closing was announced in May [1]\n- It lasted \
                 one day [2]\n- Other bridges were closed in the same month",
            ),
            part(
                SectionKind::Bias,
                "Several groups could benefit from this story:\n- Those who want a new bridge\n- \
                 Ferry companies",
            ),
        ],
        sources: Vec::new(),
        ..insulin()
    }
}

fn hostile() -> Match {
    Match {
        publisher: "خبرگزاری نمونه".into(),
        claim_reviewed: Some("الحكومة أوقفت توزيع الأنسولين في كل البلاد".into()),
        rating: Some(RatingGiven { text: "زائف".into(), class: RatingClass::False }),
        in_language: Some("ar".into()),
        summary: Some("لا يزال الأنسولين يوزع في جميع الولايات السبع والعشرين. ".repeat(20)),
        url: Some(format!("https://{}.checks.example/{}", "sub".repeat(15), "path/".repeat(30))),
        ..insulin()
    }
}

fn alert(occasion: Occasion, posts: u64, mut matched: Match) -> Alert {
    let at = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day").and_time(NaiveTime::MIN);
    matched.why.words = ["insulin", "stopped", "handing"].map(str::to_owned).to_vec();
    if posts > 1 {
        matched.why.guards = ["number", "few-shared"].map(str::to_owned).to_vec();
    }
    let languages = ["es", "en", "ar"].map(str::to_owned);
    Alert {
        claim: "c".into(),
        occasion,
        severity: Severity::Normal,
        post: Seen {
            text: "They STOPPED handing out insulin!!! Share before it is deleted".into(),
            url: Some("https://forum.example/t/4711".into()),
            place: "telegram.main".into(),
            title: Some("Neighbours of ward 5".into()),
            at: at(21).and_utc(),
            answerable: true,
        },
        spread: Spread {
            posts,
            authors: posts / 2,
            places: 4,
            languages: languages.into_iter().take(posts as usize).collect(),
            last_hour: posts / 20,
            since: at(20).and_utc(),
        },
        asked: posts / 3,
        readers: 3,
        decision: Decision::Match,
        matched: Some(matched),
        withdrawn: None,
        page: None,
        at: at(22).and_utc(),
    }
}

/// What moderators may have made of an alert.
fn ruled(day: NaiveDate) -> [Ruled; 2] {
    let muted = Some(day + TimeDelta::days(7));
    [
        Ruled { right: Some(true), ..Ruled::default() },
        Ruled { answered: true, waits: true, muted, ..Ruled::default() },
    ]
}

fn digest(claims: Vec<Alert>) -> Digest {
    let gap = |text: Option<&str>, asked| Gap {
        claim: "g".into(),
        text: text.map(str::to_owned),
        language: Some("pt".into()),
        asked,
        spread: Spread { posts: 12 * (asked - 1), ..claims[0].spread.clone() },
    };
    let gaps = vec![gap(Some("The old bridge will be sold to a foreign company"), 3), gap(None, 1)];
    let (to, day) = (claims[0].at, TimeDelta::days(1));
    Digest { from: to - day, to, claims, gaps }
}

fn screens(words: &Words) -> Vec<(String, Reply)> {
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    let found = |decision, matches| Answer { id: None, decision, matches, reply: None };
    let mut also = insulin();
    also.publisher = "Newsroom".into();
    also.url = Some("https://newsroom.example/a".into());
    also.rating = Some(RatingGiven { text: "Half true".into(), class: RatingClass::Mixed });
    let answers = [
        ("match", found(Decision::Match, vec![insulin()])),
        ("disagreement", found(Decision::Match, vec![insulin(), also])),
        ("possible", found(Decision::Possible, vec![insulin()])),
        ("unrated", found(Decision::Match, vec![bridge()])),
        ("right to left", found(Decision::Match, vec![hostile()])),
        ("none", found(Decision::None, Vec::new())),
    ];
    let facts = Facts {
        publishers: 120,
        checks: 88_895,
        operator: Some("Example Newsroom, help@example.org"),
        retention_hours: 24,
        kept: reply::Kept {
            questions_days: 7,
            follow_up_days: 30,
            answers_days: 365,
            people_days: 30,
            posts_days: 30,
        },
        bot_username: "example_bot",
    };
    let mut screens = Vec::new();
    for lang in words.langs() {
        let mut add =
            |title: &str, reply| screens.push((format!("{} {title}", lang.code()), reply));
        for (title, given) in &answers {
            add(title, reply::answer(words, lang, given, day, Audience::Private, 120));
        }
        let given = &answers[3].1;
        add("with context", reply::with_context(words, lang, given, day, Audience::Private));
        add("not the same", reply::not_same(words, lang));
        let asked = reply::answer(words, lang, given, day, Audience::Group, 120);
        add("unasked", reply::unasked(words, lang, &asked));
        add("unasked, then changed", reply::unasked_changed(words, lang));
        for heard in reply::Heard::ALL {
            add("listening", reply::listening(words, lang, heard, 6));
        }
        for command in Command::ALL {
            add(command.name(), reply::command(words, lang, command, &facts));
        }
        let post = Post::of("They STOPPED handing out insulin!!! Share before it is deleted");
        add("alert", reply::alert(words, lang, &post, &insulin()));
        let first = alert(Occasion::First, 1, insulin());
        let told = reply::moderated(words, lang, &first, Some("q"));
        add("moderators: first", told.clone());
        for by_now in ruled(day) {
            let ruled = reply::ruled(words, lang, &told, &HashMap::new(), by_now);
            add("moderators: ruled", ruled);
        }
        let mut grown = alert(Occasion::Growth, 1_312, hostile());
        grown.decision = Decision::Possible;
        grown.severity = Severity::High;
        grown.page = Some("https://claims.example.org/claims/1".into());
        add("moderators: growth", reply::moderated(words, lang, &grown, Some("q")));
        let silent = alert(Occasion::Silent, 1, insulin());
        add("moderators: silent", reply::moderated(words, lang, &silent, None));
        for page in reply::digest(words, lang, &digest(vec![grown, first])) {
            add("moderators: digest", page);
        }
    }
    screens
}

#[test]
fn every_reply_can_be_looked_at() {
    let words = Words::shipped().expect("the embedded sentences");
    let screens = screens(&words);
    let drawn: String = screens.iter().map(|(title, reply)| to_html(title, reply)).collect();
    assert_eq!(drawn.matches("<figure>").count(), screens.len());
    assert_eq!(drawn.matches("<b>").count(), drawn.matches("</b>").count());
    assert_eq!(drawn.matches("<a ").count(), drawn.matches("</a>").count());
    let page = format!("<!doctype html><meta charset=utf-8><style>{STYLE}</style>{drawn}");
    let room = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("look");
    std::fs::create_dir_all(&room).expect("a place below target/");
    std::fs::write(room.join("replies.html"), page).expect("the page is written");
}
