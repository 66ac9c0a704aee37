//! Events of both kinds of server become posts, and what is wrong with them harms nothing.

use serde_json::json;

use super::*;
use crate::feeds::Entry;

fn jet(message: &serde_json::Value) -> Batch {
    let mut batch = Batch::default();
    match jetstream::read(&message.to_string()) {
        Ok(told) => happened(told, &Filter::default(), &mut batch).expect("no end"),
        Err(_) => batch.counts.malformed += 1,
    }
    batch
}

fn posted(record: &serde_json::Value) -> serde_json::Value {
    json!({"did": "did:plc:abc", "time_us": 1_783_175_888_085_434_i64, "kind": "commit",
        "commit": {"rev": "1", "operation": "create", "collection": "app.bsky.feed.post",
            "rkey": "3mp", "cid": "bafyone", "record": record}})
}

fn only(batch: Batch) -> Entry {
    assert_eq!((batch.entries.len(), batch.counts.malformed), (1, 0));
    batch.entries.into_iter().next().expect("an entry")
}

#[test]
fn a_post_is_read_with_its_links_its_pictures_and_its_date() {
    let entry = only(jet(&posted(&json!({
        "$type": "app.bsky.feed.post", "createdAt": "2026-07-04T14:38:06.240Z", "langs": ["pt-BR"],
        "text": "Look a.example/x…",
        "facets": [{"index": {"byteStart": 5, "byteEnd": 16}, "features": [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/xyz"},
            {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:other"}]}],
        "embed": {"$type": "app.bsky.embed.recordWithMedia", "record": {"uri": "at://q"},
            "media": {"$type": "app.bsky.embed.images", "images": [{"alt": " A chart "}, {"alt": ""}]}}
    }))));
    assert_eq!(entry.id, "at://did:plc:abc/app.bsky.feed.post/3mp");
    assert_eq!(entry.hash, "bafyone");
    assert_eq!(entry.author.as_deref(), Some("did:plc:abc"));
    assert_eq!(entry.post.text, "Look a.example/x…");
    assert_eq!(entry.post.alt, ["A chart"]);
    assert_eq!(entry.post.lang.as_deref(), Some("pt-BR"));
    assert_eq!(entry.post.urls, ["https://a.example/xyz"]);
    assert_eq!(entry.post.id.as_deref(), Some("https://bsky.app/profile/did:plc:abc/post/3mp"));
    assert_eq!(entry.published.expect("a date").to_rfc3339(), "2026-07-04T14:38:06.240+00:00");

    let card = only(jet(&posted(&json!({"text": "", "createdAt": "1970-01-01T00:00:00Z",
        "embed": {"external": {"uri": "https://b.example/", "title": "T", "description": "D"}}}))));
    assert_eq!(card.post.alt, ["T", "D"]);
    assert_eq!(card.post.urls, ["https://b.example/"]);
    // A date that cannot be true is not believed.
    assert_eq!(card.published.expect("a date").to_rfc3339(), "2026-07-04T14:38:08.085434+00:00");
    assert_eq!(jet(&posted(&json!({"text": " ", "createdAt": ""}))), Batch::default());
}

#[test]
fn what_was_taken_back_is_told_and_other_events_are_passed_over() {
    let base = json!({"did": "did:plc:abc", "time_us": 5});
    let with = |more: serde_json::Value| {
        let mut all = base.clone();
        all.as_object_mut().expect("a map").extend(more.as_object().expect("a map").clone());
        jet(&all)
    };
    let commit = |operation: &str, collection: &str| {
        json!({"kind": "commit", "commit":
            {"operation": operation, "collection": collection, "rkey": "3mp"}})
    };
    let gone = with(commit("delete", "app.bsky.feed.post")).gone;
    assert_eq!(gone, ["at://did:plc:abc/app.bsky.feed.post/3mp "]);
    let account = |active| json!({"kind": "account", "account": {"active": active}});
    assert_eq!(with(account(false)).gone, ["at://did:plc:abc/"]);
    for passed in [
        account(true),
        commit("delete", "app.bsky.feed.like"),
        commit("create", "fm.teal.alpha.actor.status"),
        json!({"kind": "identity", "identity": {}}),
        json!({"kind": "tomorrow"}),
        json!({}),
    ] {
        assert_eq!(with(passed), Batch::default());
    }
    for broken in [
        commit("create", "app.bsky.feed.post"),
        json!({"kind": "commit"}),
        json!({"kind": "account"}),
        json!({"kind": "commit", "time_us": "x"}),
        json!({"did": "did:plc:a b", "kind": "commit", "commit":
            {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": "3mp"}}),
    ] {
        assert_eq!(with(broken.clone()).counts.malformed, 1, "{broken}");
    }
}

#[test]
fn filters_leave_out_and_count() {
    let wants = |filter: &Filter, langs: serde_json::Value| {
        let told = jetstream::read(
            &posted(&json!({"text": "Chemtrails ÜBERALL", "langs": langs})).to_string(),
        );
        let mut batch = Batch::default();
        happened(told.expect("a message"), filter, &mut batch).expect("no end");
        assert_eq!(batch.entries.len() as u64 + batch.counts.filtered, 1);
        batch.entries.len() == 1
    };
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<HashSet<_>>();
    let german = Filter { languages: set(&["de"]), ..Filter::default() };
    assert!(wants(&german, json!(["en", "de-AT"])) && wants(&german, json!([])));
    assert!(!wants(&german, json!(["en"])));
    let word = |word: &str| Filter { keywords: vec![word.into()], ..Filter::default() };
    assert!(wants(&word("überall"), json!([])) && !wants(&word("vaccine"), json!([])));
    let by = |did: &str| Filter { accounts: set(&[did]), ..Filter::default() };
    assert!(wants(&by("did:plc:abc"), json!([])) && !wants(&by("did:plc:xyz"), json!([])));
}

/// Writes DAG-CBOR, as far as the tests need it.
fn cbor(value: &serde_json::Value, out: &mut Vec<u8>) {
    let head = |major: u8, number: usize, out: &mut Vec<u8>| {
        out.push((major << 5) | 26);
        out.extend(u32::try_from(number).expect("short").to_be_bytes());
    };
    match value {
        serde_json::Value::Null => out.push(0xf6),
        serde_json::Value::Bool(is) => out.push(if *is { 0xf5 } else { 0xf4 }),
        serde_json::Value::Number(number) => match number.as_i64().expect("whole") {
            negative @ ..0 => head(1, usize::try_from(-1 - negative).expect("short"), out),
            number => head(0, usize::try_from(number).expect("short"), out),
        },
        serde_json::Value::String(text) => {
            head(3, text.len(), out);
            out.extend(text.bytes());
        }
        serde_json::Value::Array(all) if all.first() == Some(&json!("bytes")) => {
            let bytes = all[1].as_array().expect("bytes");
            head(2, bytes.len(), out);
            out.extend(bytes.iter().map(|byte| byte.as_u64().expect("a byte") as u8));
        }
        serde_json::Value::Array(all) if all.first() == Some(&json!("link")) => {
            out.extend([0xd8, 42]);
            let mut link = vec![json!(0)];
            link.extend(all[1].as_array().expect("bytes").iter().cloned());
            cbor(&json!(["bytes", link]), out);
        }
        serde_json::Value::Array(all) => {
            head(4, all.len(), out);
            all.iter().for_each(|one| cbor(one, out));
        }
        serde_json::Value::Object(all) => {
            head(5, all.len(), out);
            for (key, value) in all {
                head(3, key.len(), out);
                out.extend(key.bytes());
                cbor(value, out);
            }
        }
    }
}

fn frame(header: &serde_json::Value, body: &serde_json::Value) -> Vec<u8> {
    let mut out = Vec::new();
    cbor(header, &mut out);
    cbor(body, &mut out);
    out
}

/// A commit of one post, its block named by `named`, or by its own hash.
fn commit(record: &serde_json::Value, named: Option<u8>) -> Vec<u8> {
    commit_of(record, named, &["3mp"])
}

/// The same of several posts that share their record.
fn commit_of(record: &serde_json::Value, named: Option<u8>, keys: &[&str]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut block = Vec::new();
    cbor(record, &mut block);
    let mut link = vec![0x01, 0x71, 0x12, 0x20];
    link.extend(Sha256::digest(&block));
    if let Some(byte) = named {
        link[20] ^= byte;
    }
    let mut car = Vec::new();
    let mut head = Vec::new();
    cbor(&json!({"version": 1, "roots": []}), &mut head);
    let piece = |bytes: &[u8], car: &mut Vec<u8>| {
        let mut length = bytes.len();
        while length >= 0x80 {
            car.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        car.push(length as u8);
        car.extend(bytes);
    };
    piece(&head, &mut car);
    piece(&[&link[..], &block[..]].concat(), &mut car);
    let mut changes =
        vec![json!({"action": "create", "path": "app.bsky.feed.like/1", "cid": null})];
    changes.extend(keys.iter().map(|key| {
        json!({"action": "create", "path": format!("app.bsky.feed.post/{key}"),
            "cid": ["link", link]})
    }));
    let gone = json!({"action": "delete", "path": "app.bsky.feed.post/3old", "cid": null});
    changes.push(gone);
    frame(
        &json!({"op": 1, "t": "#commit"}),
        &json!({"seq": 77, "repo": "did:plc:abc", "time": "2026-07-04T14:38:08.085Z",
            "blocks": ["bytes", car], "ops": changes}),
    )
}

fn fire(frame: &[u8]) -> Result<(Batch, Option<i64>), &'static str> {
    let told = firehose::read(frame)?;
    let place = told.place;
    let mut batch = Batch::default();
    happened(told, &Filter::default(), &mut batch).map_err(|_| "the end")?;
    Ok((batch, place))
}

#[test]
fn a_commit_of_the_firehose_gives_the_same_post_as_jetstream() {
    let record =
        json!({"text": "Chemtrails", "langs": ["en"], "createdAt": "2026-07-04T14:38:06Z"});
    let (batch, place) = fire(&commit(&record, None)).expect("a commit");
    assert_eq!(place, Some(77));
    assert_eq!(batch.gone, ["at://did:plc:abc/app.bsky.feed.post/3old "]);
    let (fire_entry, jet_entry) = (only(batch), only(jet(&posted(&record))));
    assert!(fire_entry.hash.starts_with("bafyrei"), "{}", fire_entry.hash);
    assert_eq!(Entry { hash: jet_entry.hash.clone(), ..fire_entry }, jet_entry);

    assert_eq!(fire(&commit(&record, Some(1))), Err("a forged block"));
    let whole = commit(&record, None);
    for cut in 0..whole.len() {
        assert!(firehose::read(&whole[..cut]).is_err(), "{cut}");
    }
    for at in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0x40;
        drop(fire(&spoilt));
    }
}

#[test]
fn one_long_record_is_not_that_of_many_posts() {
    let record = json!({"text": "Chemtrails ".repeat(100), "createdAt": "2026-07-04T14:38:06Z"});
    assert!(fire(&commit_of(&record, None, &["3a"])).is_ok());
    let many = fire(&commit_of(&record, None, &["3a", "3b", "3c"]));
    assert_eq!(many, Err("one record for too many posts"));
}

#[test]
fn the_server_can_take_accounts_back_give_notices_and_end_it() {
    let of = |kind: &str, body| fire(&frame(&json!({"op": 1, "t": kind}), &body));
    let (batch, _) =
        of("#account", json!({"seq": 8, "did": "did:plc:abc", "active": false})).expect("read");
    assert_eq!(batch.gone, ["at://did:plc:abc/"]);
    let (batch, place) = of("#info", json!({"name": "OutdatedCursor"})).expect("read");
    assert_eq!((batch.notices.len(), place), (1, None));
    for passed in ["#identity", "#sync", "#tomorrow"] {
        assert_eq!(of(passed, json!({"seq": 9})), Ok((Batch::default(), Some(9))));
    }
    let end = |name: &str| {
        let told = firehose::read(&frame(&json!({"op": -1}), &json!({"error": name})));
        happened(told.expect("read"), &Filter::default(), &mut Batch::default())
    };
    assert!(matches!(end("FutureCursor"), Err(StreamError::Lost(_))));
    assert!(matches!(end("ConsumerTooSlow"), Err(StreamError::Ended(_))));
    assert!(matches!(end("Anything"), Err(StreamError::Ended(_))));
}

#[test]
fn a_cursor_is_only_good_for_servers_that_count_the_same() {
    let count = |mode, url: &str| count_of(mode, &url.parse().expect("an address"));
    let relay = count(Mode::Firehose, "wss://relay.example/xrpc");
    let cursor = cursor_of(&relay, 77);
    assert_eq!(cursor, "firehose@relay.example:443 77");
    assert_eq!(place_in(&relay, &cursor), Some(77));
    assert_eq!(place_in(&count(Mode::Firehose, "wss://other.example/"), &cursor), None);
    assert_eq!(place_in(&count(Mode::Jetstream, "wss://relay.example/"), &cursor), None);
    let jetstream = count(Mode::Jetstream, "wss://one.example/");
    assert_eq!(jetstream, count(Mode::Jetstream, "wss://other.example/"));
    assert_eq!(place_in(&jetstream, "nonsense"), None);
}

#[test]
fn the_address_tells_the_kind_of_server() {
    let at = |service: &str, mode| {
        let settings = Settings { service: service.into(), mode, ..Settings::default() };
        settings.address().map(|(url, mode)| format!("{mode:?} {url}"))
    };
    let jetstream = "Jetstream wss://jet.example/subscribe";
    assert_eq!(at("wss://jet.example", None).as_deref(), Ok(jetstream));
    assert_eq!(at("https://jet.example/subscribe", None).as_deref(), Ok(jetstream));
    let firehose = "Firehose ws://127.0.0.1:2583/xrpc/com.atproto.sync.subscribeRepos";
    assert_eq!(at("ws://127.0.0.1:2583", Some(Mode::Firehose)).as_deref(), Ok(firehose));
    assert_eq!(at(&firehose[9..], None).as_deref(), Ok(firehose));
    assert!(at("jet.example", None).is_err() && at("http://jet.example", None).is_err());
    assert!(at("ws://u:p@jet.example", None).is_err());
}

proptest::proptest! {
    #[test]
    fn no_bytes_harm_anything(bytes: Vec<u8>, at: usize, with: Vec<u8>, text in "\\PC{0,200}") {
        drop(firehose::read(&bytes));
        drop(jetstream::read(&text));
        // Something else in the middle of what is right gets further.
        let mut right = commit(&json!({"text": "Chemtrails", "langs": ["en"]}), None);
        let at = at % right.len();
        right.splice(at..(at + with.len()).min(right.len()), with);
        drop(fire(&right));
        let json = posted(&json!({"text": text, "embed": {"images": [{"alt": text}]}})).to_string();
        let cut: String = json.chars().take(at).collect();
        proptest::prop_assert!(jetstream::read(&cut).is_err() || at >= json.chars().count());
        proptest::prop_assert!(jetstream::read(&json).is_ok());
    }
}
