//! The server's answers against those of a real one: the same fields, of the same types.
//!
//! A selection of recorded exchanges lies in `tests/data/mastodon`. With
//! `TEST_MASTODON_RECORDED=FILE` (what `tests/peers/mastodon_recorded.py` writes) all that
//! Mastodon.py recorded are looked at too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::selftest::{call, call_as};
use super::{Draft, Mastodon};

/// What is known of a place in an object: the types seen there, how often, and of how many.
#[derive(Debug, Default, Clone)]
struct Seen {
    types: BTreeSet<&'static str>,
    times: usize,
}

/// The form of one kind of object: every path in it.
#[derive(Debug, Default, Clone)]
struct Form {
    objects: usize,
    paths: BTreeMap<String, Seen>,
}

impl Form {
    fn add(&mut self, value: &Value) {
        self.objects += 1;
        let mut paths = BTreeMap::new();
        walk(value, "", &mut paths);
        for (path, types) in paths {
            let seen = self.paths.entry(path).or_default();
            seen.types.extend(types);
            seen.times += 1;
        }
    }
}

fn walk(value: &Value, path: &str, into: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    into.entry(path.to_owned()).or_default().insert(kind);
    match value {
        Value::Array(all) => {
            for one in all {
                walk(one, &format!("{path}[]"), into);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                walk(value, &format!("{path}.{name}"), into);
            }
        }
        _ => {}
    }
}

/// What the answer has that was never recorded so, and what it lacks that always was.
fn faults(answer: &Value, recorded: &Form) -> Vec<String> {
    let mut ours = BTreeMap::new();
    walk(answer, "", &mut ours);
    let mut faults = Vec::new();
    let open = |path: &str| {
        // What stands in a list or object that was always empty where it was recorded is unknown.
        let parents = path.char_indices().filter(|(_, c)| ".[".contains(*c)).map(|(at, _)| at);
        let mut parents = parents.map(|at| &path[..at]);
        parents.any(|parent| {
            recorded.paths.get(parent).is_some_and(|seen| {
                seen.types.iter().all(|kind| ["null", "list"].contains(kind))
                    && !recorded.paths.keys().any(|known| known.starts_with(&format!("{parent}[")))
            })
        })
    };
    for (path, types) in &ours {
        match recorded.paths.get(path) {
            None if open(path) => {}
            None => faults.push(format!("{path} was never recorded")),
            Some(seen) => {
                let strange = types.iter().filter(|kind| !seen.types.contains(*kind));
                let known = seen.types.iter().any(|kind| *kind != "null");
                faults.extend(
                    strange
                        .filter(|kind| known && **kind != "null")
                        .map(|kind| format!("{path} is {kind}, recorded {:?}", seen.types)),
                );
            }
        }
    }
    for (path, seen) in &recorded.paths {
        let parent = path.rfind(['.', '[']).map_or("", |at| &path[..at]);
        let always = recorded.paths.get(parent).is_none_or(|above| above.times == seen.times);
        let expected = always && ours.get(parent).is_some_and(|types| types.contains("object"));
        if expected && !ours.contains_key(path) && seen.times == recorded.objects {
            faults.push(format!("{path} was always recorded"));
        }
    }
    faults
}

/// One exchange with a real server.
struct Exchange {
    kind: &'static str,
    bodies: Vec<Value>,
}

/// What kind of object an exchange tells of, by what was called.
fn exchange(line: &Value) -> Option<Exchange> {
    let word = |name: &str| line[name].as_str().unwrap_or_default();
    let uri = word("uri").split('?').next().unwrap_or_default().trim_end_matches('/').to_owned();
    let path = uri.strip_prefix("/api/")?;
    let parts: Vec<&str> = path.split('/').collect();
    if let ["v1", "streaming", ..] = parts.as_slice() {
        return Some(Exchange { kind: "streamed status", bodies: streamed(word("body")) });
    }
    let body: Value = serde_json::from_str(word("body")).ok()?;
    let whole = vec![body.clone()];
    let (kind, bodies) = match (word("method"), parts.as_slice(), line["status"].as_u64()?) {
        (_, _, 401) => ("error", whole),
        (_, ["v1", "statuses", ..], 400..) if body.get("details").is_none() => ("error", whole),
        (_, _, 400..) => return None,
        ("GET", ["v2", "instance"], _) => ("instance", whole),
        (_, ["v1", "accounts", "verify_credentials" | "update_credentials"], _) => {
            ("own account", whole)
        }
        ("GET", ["v1", "notifications"], _) => ("notification", of_mentions(&body)),
        ("POST", ["v1", "statuses"], _) if body.get("scheduled_at").is_some() => return None,
        ("POST", ["v1", "statuses"], _) | ("PUT", ["v1", "statuses", _], _) => {
            ("own status", whole)
        }
        ("GET", ["v1", "statuses", id], _) if id.parse::<u64>().is_ok() => ("status", whole),
        ("GET", ["v1", "timelines", ..], _) if line["auth"] != false => {
            ("status", body.as_array()?.clone())
        }
        ("DELETE", ["v1", "statuses", _], _) => ("deleted status", whole),
        ("POST", ["v1", "statuses", _, "reblog"], _) => ("boost", whole),
        _ => return None,
    };
    Some(Exchange { kind, bodies })
}

fn of_mentions(body: &Value) -> Vec<Value> {
    let all = body.as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|told| told["type"] == "mention").collect()
}

fn streamed(body: &str) -> Vec<Value> {
    let events = body.split("event: ").skip(1);
    let statuses =
        events.filter(|event| event.starts_with("update") || event.starts_with("status"));
    let data = statuses.filter_map(|event| event.split_once("data: "));
    data.filter_map(|(_, data)| serde_json::from_str(data.lines().next()?).ok()).collect()
}

/// The forms of what was recorded, by kind.
fn forms() -> BTreeMap<&'static str, Form> {
    let mut lines = include_str!("../../data/mastodon/recorded.jsonl").to_owned();
    if let Some(more) = std::env::var_os("TEST_MASTODON_RECORDED") {
        lines.push_str(&std::fs::read_to_string(more).expect("all that was recorded"));
    } else {
        println!("the selection only: TEST_MASTODON_RECORDED names no file");
    }
    let mut forms: BTreeMap<&'static str, Form> = BTreeMap::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON lines");
        let Some(Exchange { kind, bodies }) = exchange(&line) else { continue };
        let form = forms.entry(kind).or_default();
        bodies.iter().for_each(|body| form.add(body));
    }
    forms
}

#[tokio::test]
async fn its_answers_are_of_the_form_of_a_real_servers() {
    let server = Mastodon::start();
    let forms = forms();
    let ana = server.person("ana");
    let hers = ana.drafts(&Draft {
        warning: "health".into(),
        pictures: vec![Some("a chart".into()), None],
        ..Draft::of(
            "@claimwatch is it true? #vaccines https://example.org/a/very/long/address/it/is",
        )
    });
    let list = server.list(&[&ana]);
    let ours = server.bot().posts("about ourselves");
    let mut answers: Vec<(&str, Value)> = Vec::new();
    let get = async |path: String| call(&server, "GET", &path, "").await.1;
    answers.push(("instance", get("/api/v2/instance".into()).await));
    answers.push(("own account", get("/api/v1/accounts/verify_credentials".into()).await));
    let bot = call(&server, "PATCH", "/api/v1/accounts/update_credentials", "bot=true").await;
    answers.push(("own account", bot.1));
    let told = get("/api/v1/notifications?types[]=mention".into()).await;
    answers.push(("notification", told[0].clone()));
    answers.push(("status", get(format!("/api/v1/statuses/{hers}")).await));
    for timeline in ["public", "tag/vaccines", &format!("list/{list}")] {
        let shown = get(format!("/api/v1/timelines/{timeline}")).await;
        let hers = shown.as_array().expect("a list").last().cloned();
        answers.push(("status", hers.unwrap_or_else(|| panic!("nothing in {timeline}"))));
    }
    let form =
        format!("status=%40ana+so&in_reply_to_id={hers}&visibility=unlisted&spoiler_text=health");
    let (_, own) = call(&server, "POST", "/api/v1/statuses", &form).await;
    let path = format!("/api/v1/statuses/{}", own["id"].as_str().expect("an id"));
    answers.push(("own status", own));
    answers.push(("own status", call(&server, "PUT", &path, "status=other").await.1));
    answers.push(("deleted status", call(&server, "DELETE", &path, "").await.1));
    answers.push(("error", call(&server, "GET", &path, "").await.1));
    answers.push(("error", call(&server, "POST", "/api/v1/statuses", "status=").await.1));
    answers.push(("error", call_as(&server, "wrong", "GET", "/api/v1/timelines/home", "").await.1));
    let boost = call(&server, "POST", &format!("/api/v1/statuses/{ours}/reblog"), "").await;
    answers.push(("boost", boost.1));
    ana.edits(hers, "changed");
    let events = server.shared.lock().events.clone();
    let told = events.iter().filter(|event| event.name != "delete" && event.name != "notification");
    let told: Vec<Value> =
        told.map(|event| serde_json::from_str(&event.data).expect("JSON")).collect();
    assert!(told.len() >= 4, "{}", told.len());
    answers.extend(told.into_iter().map(|one| ("streamed status", one)));
    for (kind, answer) in answers {
        let recorded = forms.get(kind).unwrap_or_else(|| panic!("no {kind} was recorded"));
        assert_eq!(faults(&answer, recorded), Vec::<String>::new(), "{kind}: {answer:#}");
    }
    let odd = serde_json::json!({"error": 7, "more": ""});
    assert_eq!(
        faults(&odd, &forms["error"]),
        [".error is number, recorded {\"text\"}", ".more was never recorded"]
    );
    assert_eq!(faults(&serde_json::json!({}), &forms["error"]), [".error was always recorded"]);
}

#[test]
fn recorded_statuses_are_read_with_nothing_dropped() {
    let Some(dir) = std::env::var_os("TEST_CORPORA") else {
        println!("skipped: TEST_CORPORA names no folder of real input");
        return;
    };
    let path = std::path::PathBuf::from(dir).join("wire/mastodon-statuses.jsonl");
    let recording = std::fs::read_to_string(path).expect("the recording");
    let (mut boosts, mut said) = (0, 0);
    for line in recording.lines() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let read = claimwatch::mastodon::Status::of(&value);
        let read = read.unwrap_or_else(|| panic!("not read: {line}"));
        let boosted = &value["reblog"];
        let original = if boosted.is_object() { boosted } else { &value };
        assert_eq!(original["id"], read.id.as_str());
        let content = original["content"].as_str().expect("a text");
        assert_eq!(content.is_empty(), read.text.is_empty(), "{line}");
        boosts += usize::from(boosted.is_object());
        said += usize::from(!read.text.is_empty());
    }
    println!("{} statuses, {boosts} boosts, {said} with a text", recording.lines().count());
    assert!(said > 200);
}
