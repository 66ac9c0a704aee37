//! Records, keys and notifications without a network.

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::mentions::{Cursor, mention};
use super::profile::labelled;
use super::record::{Place, Strong, key, post};
use super::*;
use crate::claim::post::Audience;
use crate::claim::reply::{Entity, EntityKind};

const US: &str = "did:plc:us";

fn me() -> Me {
    Me { did: US.to_owned(), handle: "us.test".to_owned() }
}

fn place() -> Place {
    let strong = |name: &str| Strong::of(&format!("at://did:plc:ann/{POSTS}/{name}"), "bafy");
    Place { parent: strong("3parent"), root: strong("3root") }
}

#[test]
fn a_key_is_the_same_for_a_row_and_sorts_by_time() {
    let at = DateTime::from_timestamp_millis(1_783_175_888_085).expect("a time");
    let first = key(at, "row-1");
    assert_eq!((first.len(), first.as_str()), (13, key(at, "row-1").as_str()));
    assert_ne!(first, key(at, "row-2"));
    assert!(first < key(at + TimeDelta::milliseconds(2), "row-1"));
    // The key that the network gave a record made within the same seconds begins alike.
    assert_eq!(first[..6], "3mptbyoeyc22k"[..6]);
    // Valid as the network has it, even for clocks that are far off.
    let odd = key(DateTime::from_timestamp_millis(-5).expect("a time"), "x");
    assert!(odd.starts_with("2222222"), "{odd}");
}

#[test]
fn a_record_says_where_it_stands_and_counts_links_in_bytes() {
    let text = "“Falsch”, sagt 𝕏 (12. März).\n\nZum Faktencheck: müller.example";
    let start = text.find("müller").expect("a link");
    let offset = text[..start].encode_utf16().count();
    let reply = Reply {
        text: text.to_owned(),
        entities: vec![
            Entity { kind: EntityKind::Bold, offset: 1, length: 6 },
            Entity {
                kind: EntityKind::TextLink("https://müller.example/1".into()),
                offset,
                length: 14,
            },
        ],
        language: Some("de".into()),
        ..Reply::default()
    };
    let at = DateTime::from_timestamp_millis(1_783_175_888_085).expect("a time");
    let record = post(&reply, &place(), at);
    assert_eq!(
        record,
        json!({
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": "2026-07-04T14:38:08.085Z",
            "reply": {
                "root": {"uri": "at://did:plc:ann/app.bsky.feed.post/3root", "cid": "bafy"},
                "parent": {"uri": "at://did:plc:ann/app.bsky.feed.post/3parent", "cid": "bafy"},
            },
            "facets": [{
                "index": {"byteStart": start, "byteEnd": text.len()},
                "features": [{"$type": "app.bsky.richtext.facet#link",
                    "uri": "https://müller.example/1"}],
            }],
            "langs": ["de"],
        })
    );
}

proptest! {
    #[test]
    fn records_keep_the_limits_and_their_links_are_parts_of_the_text(
        before in "\\PC{0,400}", linked in "\\PC{1,60}", after in "\\PC{0,80}",
    ) {
        let units = |text: &str| text.encode_utf16().count();
        let reply = Reply {
            text: format!("{before}{linked}{after}"),
            entities: vec![Entity {
                kind: EntityKind::TextLink("https://a.example/".into()),
                offset: units(&before),
                length: units(&linked),
            }],
            ..Reply::default()
        };
        let record = post(&reply, &place(), DateTime::default());
        let text = record["text"].as_str().expect("a text");
        prop_assert!(text.graphemes(true).count() <= GRAPHEMES_MAX && text.len() <= 3_000);
        match record.get("facets") {
            Some(facets) => {
                let at = |key| facets[0]["index"][key].as_u64().expect("a place") as usize;
                prop_assert_eq!(text.get(at("byteStart")..at("byteEnd")), Some(&linked[..]));
            }
            None => prop_assert!(text.len() < before.len() + linked.len() + '…'.len_utf8()),
        }
    }
}

#[test]
fn a_place_is_read_from_what_is_kept_and_from_nothing_else() {
    let to = |message: &str| ReplyTo {
        chat: "bluesky.x".into(),
        conversation: "did:plc:ann".into(),
        message: Some(message.to_owned()),
        thread: None,
        audience: Audience::Public,
    };
    assert_eq!(Place::of(&to(&place().to_message())), Some(place()));
    for none in ["", "17", "at://did:plc:ann/app.bsky.feed.post/3 bafy", "a b c d"] {
        assert_eq!(Place::of(&to(none)), None, "{none}");
    }
    assert_eq!(Place::of(&to(&format!("{} x", place().to_message()))), None);
}

#[test]
fn a_profile_keeps_what_it_says_and_gets_the_label_once() {
    let profile = json!({"$type": "app.bsky.actor.profile", "displayName": "We",
        "labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "x"}]}});
    let labelled_once = labelled(Some(&profile)).expect("a change");
    assert_eq!(labelled_once["displayName"], "We");
    assert_eq!(labelled_once["labels"]["values"], json!([{"val": "x"}, {"val": "bot"}]));
    assert_eq!(labelled(Some(&labelled_once)), None);
    let fresh = labelled(None).expect("a change");
    assert_eq!(fresh["labels"]["values"], json!([{"val": "bot"}]));
}

fn note(reason: &str, text: &str, parent: Option<&str>, author: Value) -> Value {
    let mut note = json!({
        "uri": "at://did:plc:ann/app.bsky.feed.post/3m", "cid": "bafym", "reason": reason,
        "author": {"did": "did:plc:ann", "handle": "ann.test"},
        "indexedAt": "2026-11-22T10:00:00.000Z",
        "record": {"$type": POSTS, "text": text, "langs": ["es"], "facets": [
            {"index": {"byteStart": 0, "byteEnd": 8},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": US}]}]},
    });
    for (key, value) in author.as_object().expect("a map") {
        note["author"][key] = value.clone();
    }
    if let Some(parent) = parent {
        note["record"]["reply"] = json!({
            "parent": {"uri": parent, "cid": "bafyp"},
            "root": {"uri": "at://did:plc:cy/app.bsky.feed.post/3r", "cid": "bafyr"}});
    }
    note
}

#[test]
fn a_mention_asks_about_itself_or_about_the_post_it_stands_below() {
    let nobody = HashMap::new();
    let read = |note: &Value, asked: &HashMap<_, _>| mention(note, "bluesky.x", &me(), asked);
    let asked = |found: &super::super::mentions::Mention| {
        found.incoming.clone().map(|incoming| incoming.post.text)
    };
    let own = read(&note("mention", "@us.test the moon is cheese", None, json!({})), &nobody);
    let own = own.expect("a mention");
    assert_eq!(asked(&own), Ok("the moon is cheese".to_owned()));
    assert_eq!((own.author.as_str(), own.thread.as_str()), ("did:plc:ann", own.id.as_str()));
    let incoming = own.incoming.expect("a question");
    assert_eq!(incoming.client_language.as_deref(), Some("es"));
    let to = incoming.reply_to.expect("a place");
    let uri = "at://did:plc:ann/app.bsky.feed.post/3m";
    assert_eq!(to.message, Some(format!("{uri} bafym {uri} bafym")));
    assert_eq!(to.audience, Audience::Public);

    let parent = "at://did:plc:bob/app.bsky.feed.post/3p";
    let below = note("mention", "@us.test is this so?", Some(parent), json!({}));
    let known = |asked| HashMap::from([(parent.to_owned(), asked)]);
    let claim = Some(Asked::of("bob's claim"));
    let found = read(&below, &known(claim)).expect("a mention");
    assert_eq!(asked(&found), Ok("bob's claim".to_owned()));
    assert_eq!(found.thread, "at://did:plc:cy/app.bsky.feed.post/3r");
    let gone = read(&below, &known(None)).expect("a mention");
    assert_eq!(asked(&gone), Ok("is this so?".to_owned()));

    let ours = format!("at://{US}/app.bsky.feed.post/3p");
    let reply = |text| read(&note("reply", text, Some(&ours), json!({})), &nobody);
    let talk = reply("thanks!").expect("a reply");
    assert_eq!(asked(&talk), Err("too short for a claim"));
    let said = reply("........ and the sun is cold too").expect("a reply");
    assert_eq!(asked(&said), Ok("and the sun is cold too".to_owned()));
}

#[test]
fn nobody_is_answered_who_should_not_be() {
    let nobody = HashMap::new();
    let why = |author: Value| {
        let note = note("mention", "@us.test the moon is cheese", None, author);
        mention(&note, "bluesky.x", &me(), &nobody).expect("a mention").incoming.err()
    };
    assert_eq!(why(json!({})), None);
    assert_eq!(why(json!({"viewer": {"muted": false}, "labels": [{"val": "porn"}]})), None);
    assert_eq!(why(json!({"labels": [{"val": "bot"}]})), Some("from a bot"));
    assert_eq!(why(json!({"viewer": {"blockedBy": true}})), Some("blocked or muted"));
    assert_eq!(why(json!({"viewer": {"blocking": "at://x"}})), Some("blocked or muted"));
    let mut own = note("mention", "@us.test the moon is cheese", None, json!({}));
    own["uri"] = json!(format!("at://{US}/app.bsky.feed.post/3m"));
    let own = mention(&own, "bluesky.x", &me(), &nobody).expect("a mention");
    assert_eq!(own.incoming, Err("from ourselves"));
    for passed in ["like", "quote", "follow"] {
        let note = note(passed, "x", None, json!({}));
        assert_eq!(mention(&note, "bluesky.x", &me(), &nobody), None);
    }
}

#[test]
fn a_cursor_looks_back_a_while_but_never_behind_where_it_began() {
    let cursor = Cursor::read("2026-11-22T10:00:00.000Z 2026-11-22T09:55:00.000Z");
    let wants =
        |text: &str| cursor.is_some_and(|cursor| cursor.wants(text.parse().expect("a time")));
    assert!(wants("2026-11-22T10:00:01Z") && wants("2026-11-22T09:55:01Z"));
    assert!(!wants("2026-11-22T09:55:00Z") && !wants("2026-11-22T09:49:00Z"));
    assert_eq!(Cursor::read("17"), None);
}
