//! Statuses out of recorded answers, markup of all kinds, and lengths.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Status, length, read_markup};

fn said(html: &str) -> (String, Vec<String>) {
    let read = read_markup(html, 1_000);
    (read.text, read.links)
}

#[test]
fn markup_becomes_lines_and_links() {
    let cases: [(&str, &str, &[&str]); 12] = [
        (
            "<p>One &amp; <b>two</b></p><p>three<br>four<br />five</p>",
            "One & two\nthree\nfour\nfive",
            &[],
        ),
        (
            "<p><span class=\"h-card\" translate=\"no\"><a href=\"https://a.example/@bot\" \
             class=\"u-url mention\">@<span>bot</span></a></span> so?</p>",
            "@bot so?",
            &[],
        ),
        (
            "<p>see <a href=\"https://example.org/a/long/way?x=1&amp;y=2\" target=\"_blank\">\
             <span class=\"invisible\">https://</span><span class=\"ellipsis\">example.org/a/lo</span>\
             <span class=\"invisible\">ng/way?x=1&amp;y=2</span></a>.</p>",
            "see https://example.org/a/long/way?x=1&y=2.",
            &[],
        ),
        ("<a href='https://example.org/hidden'>here</a>", "here", &["https://example.org/hidden"]),
        ("<a class=hashtag href=https://x.example/tags/a>#<span>a</span></a>", "#a", &[]),
        ("<a href='javascript:alert(1)'>x</a><a href='/relative'>y</a>", "xy", &[]),
        (
            "<p class=\"quote-inline\">RE: <a href=\"https://x.example/1\">x</a></p><p>mine</p>",
            "mine",
            &[],
        ),
        ("<ul><li>one</li><li>two</li></ul><blockquote>three</blockquote>", "one\ntwo\nthree", &[]),
        ("a < b &lt;b> 5&#39;s &#x41; &bogus; &", "a < b <b> 5's A &bogus; &", &[]),
        (
            "x<script>if (a<b) alert('<p>')</script>y<!-- z > -->w<a title='1>2' b>v</a>",
            "xywv",
            &[],
        ),
        ("open <a href='x", "open", &[]),
        ("\u{a0} \n <p></p>", "", &[]),
    ];
    for (html, text, links) in cases {
        let links: Vec<String> = links.iter().map(|link| (*link).to_owned()).collect();
        assert_eq!(said(html), (text.to_owned(), links), "{html}");
    }
    assert_eq!(read_markup(&"<p>ab</p>".repeat(100_000), 10).text, "ab\nab\nab\na");
    let many: String = (0..50).map(|n| format!("<a href='https://e.example/{n}'>x</a>")).collect();
    assert_eq!(said(&many).1.len(), 8);
}

fn recorded() -> Vec<Value> {
    let lines = include_str!("../../tests/data/mastodon/recorded.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("JSON lines")).collect()
}

fn body(name: &str) -> Value {
    let found = recorded().into_iter().find(|line| line["name"] == name).expect("recorded");
    serde_json::from_str(found["body"].as_str().expect("a text")).expect("JSON")
}

#[test]
fn recorded_statuses_are_read() {
    let boost = Status::of(&body("boost")).expect("a status");
    assert_eq!(boost.text, "Toot!");
    assert_eq!(boost.id, "117440831307448422");
    assert_eq!(
        boost.url.as_deref(),
        Some("http://localhost:3000/@mastodonpy_test/117440831307448422")
    );
    let (id, by) = boost.boost.as_ref().expect("passed on");
    assert_eq!((id.as_str(), by.acct.as_str()), ("117440831312204861", "mastodonpy_test"));
    assert_eq!(by.uri, "http://localhost:3000/ap/users/117440810532227399");
    let warned = Status::of(&body("warned")).expect("a status");
    assert_eq!(warned.said(), "Content warning\nToot!");
    assert_eq!(warned.language.as_deref(), Some("ja"));
    assert!(warned.is_open() && warned.boost.is_none());
    let reply = Status::of(&body("reply")).expect("a status");
    assert_eq!(reply.text, "@mastodonpy_test_2 same!");
    assert_eq!(reply.in_reply_to.as_deref(), Some("117440826670289215"));
    let created = reply.created.map(|at| at.date_naive().to_string());
    assert_eq!(created.as_deref(), Some("2026-10-14"));
    let mention = Status::of(&body("mentions")[0]["status"]).expect("a status");
    assert_eq!(mention.account.acct, "admin");
    let us = ("117440810532227399".to_owned(), "mastodonpy_test".to_owned());
    assert!(mention.speaks_to(&us.0) && !mention.speaks_to("1"));
    assert_eq!(mention.mentions, [us]);
    for line in recorded() {
        let name = line["name"].as_str().expect("a name").to_owned();
        let read = serde_json::from_str(line["body"].as_str().expect("a text")).unwrap_or_default();
        let is_one =
            ["edited", "warned", "unlisted", "reply", "media", "boost", "hashtag", "status"];
        assert_eq!(Status::of(&read).is_some(), is_one.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn what_is_missing_or_odd_is_left_out() {
    let whole = json!({
        "id": "1", "content": "<p>so</p>", "visibility": "public", "url": "ftp://x",
        "account": {"id": "2", "acct": "ana@far.example", "note": "<p>I am <a>#<span>NoBot</span></a>!</p>"},
        "media_attachments": [{"description": null}, {"description": " "}, {"description": "a chart"}],
        "poll": {"options": [{"title": "yes"}, {"title": "no\n way"}, {}]},
        "card": {"url": "https://example.org/card"},
        "language": "", "spoiler_text": "a\nb",
    });
    let read = Status::of(&whole).expect("a status");
    assert_eq!(read.said(), "a b\nso\nyes\nno way");
    assert_eq!(read.alt, ["a chart"]);
    assert_eq!(read.links, ["https://example.org/card"]);
    assert_eq!((read.url, read.language), (None, None));
    assert!(read.account.wants_no_bots && !read.account.bot);
    assert_eq!(read.account.uri, "ana@far.example");
    for (name, odd) in [
        ("id", json!(7)),
        ("id", json!("../1")),
        ("id", json!("")),
        ("content", Value::Null),
        ("account", json!({"id": "a b"})),
        ("account", json!([])),
    ] {
        let mut status = whole.clone();
        status[name] = odd;
        assert_eq!(Status::of(&status), None, "{name}");
    }
    let private =
        json!({"id": "9", "visibility": "private", "reblog": whole, "account": {"id": "3"}});
    assert!(!Status::of(&private).expect("a status").is_open());
}

#[test]
fn lengths_are_counted_as_mastodon_does() {
    let cases = [
        ("", 0),
        ("héllo 👩‍👩‍👧", 7),
        ("https://a.example/", 23),
        ("see https://example.org/a/very/long/address/that/goes/on/and/on now", 31),
        // The dot may be the sentence's.
        ("https://example.org/a/very/long/address.", 24),
        ("@ana@far.example yes", 8),
        ("@ana yes, mail me@far.example", 29),
        ("(@ana@far.example)", 6),
        ("@@ana", 5),
        ("xhttps://example.org/", 21),
    ];
    for (text, want) in cases {
        assert_eq!(length(text), want, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(html in ".{0,200}", tags in "[<>/a-z!&;#='\" -]{0,200}") {
        for text in [&html, &tags] {
            let read = read_markup(text, 50);
            prop_assert!(read.text.chars().count() <= 51);
            prop_assert!(!read.text.starts_with(char::is_whitespace));
            length(text);
        }
    }
}
