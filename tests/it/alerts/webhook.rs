//! Webhooks: what is signed, what each form looks like, what becomes of what is not taken.

use std::time::Duration;

use claimwatch::alerts::settings::{Form, Webhook as Settings};
use claimwatch::alerts::{DELIVERY, SIGNATURE, STAMPED_SIGNATURE, TIMESTAMP};
use claimwatch::alerts::{TellError, Told, Webhook};
use claimwatch::claim::alert::{Alert, Occasion};
use claimwatch::doors::{Clock, Secret};
use claimwatch::http::{Door, SystemResolver};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::receiver::{Receiver, Request};
use super::{alert, clock, digest, hostile, words};

pub(super) const SECRET: &str = "a secret of the receiver's";

fn webhook(url: &str, form: Form) -> Webhook {
    webhook_at(url, form, clock())
}

pub(super) fn webhook_at(url: &str, form: Form, clock: Clock) -> Webhook {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = Settings {
        url: Some(Secret::new(url)),
        secret: Some(Secret::new(SECRET)),
        form,
        ..Settings::default()
    };
    let http = claimwatch::http::Settings { deadline_ms: 5_000, ..Default::default() };
    let door = Door::new(&http, std::sync::Arc::new(SystemResolver::default())).expect("a door");
    Webhook::new("webhook.desk".into(), &settings, door, words(), clock).expect("a webhook")
}

async fn told(form: Form, what: Told<'_>) -> Request {
    let receiver = Receiver::start(&[]).await;
    webhook(&receiver.url(), form).tell("row1", what).await.expect("taken");
    receiver.requests().pop().expect("a request")
}

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).expect("JSON")
}

/// As a receiver makes it, with what it knows.
fn signed(text: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[tokio::test]
async fn a_request_is_signed_over_the_bytes_that_are_sent() {
    let request = told(Form::Json, Told::Alert(&hostile())).await;
    assert!(request.head.starts_with("POST /hook/T0KEN HTTP/1.1"), "{}", request.head);
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header(DELIVERY), "row1");
    assert_eq!(request.header(TIMESTAMP), "1795514400");
    assert_eq!(request.header(SIGNATURE), signed(&request.body));
    let stamped = signed(&format!("1795514400.row1.{}", request.body));
    assert_eq!(request.header(STAMPED_SIGNATURE), stamped);
}

#[tokio::test]
async fn our_own_form_is_the_alert_as_it_is_with_an_id_and_a_version() {
    let sent = body(&told(Form::Json, Told::Alert(&alert())).await);
    let keys: Vec<&String> = sent.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["version", "id", "kind", "text", "alert"]);
    assert_eq!(
        (&sent["version"], &sent["id"], &sent["kind"]),
        (&1.into(), &"row1".into(), &"alert".into())
    );
    let back: claimwatch::claim::alert::Alert =
        serde_json::from_value(sent["alert"].clone()).expect("an alert");
    assert_eq!(back, alert());
    assert_eq!(sent["alert"]["spread"]["lastHour"], 3);
    assert_eq!(
        sent["alert"]["matched"]["claimReviewed"],
        alert().matched.and_then(|m| m.claim_reviewed).expect("a claim")
    );
    let sent = body(&told(Form::Json, Told::Digest(&digest(150))).await);
    assert_eq!(sent["kind"], "digest");
    assert_eq!(sent["digest"]["claims"].as_array().map(Vec::len), Some(100));
    assert_eq!(sent["digest"]["gaps"].as_array().map(Vec::len), Some(100));
}

/// Every text element of a Slack message, with what it is.
fn elements(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| elements(one, found)),
        Value::Object(fields) => {
            if let (Some(kind), Some(text)) = (fields["type"].as_str(), fields.get("text")) {
                found.push((kind.to_owned(), text.as_str().expect("a text").to_owned()));
            }
            if let Some(inner) = fields.get("elements") {
                elements(inner, found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn slack_gets_rich_text_within_its_limits_and_nothing_of_it_is_parsed() {
    for alert in [alert(), hostile()] {
        let sent = body(&told(Form::Slack, Told::Alert(&alert)).await);
        assert_eq!(sent["text"], "Urgent. Growing: 12 posts so far", "our own words only");
        let blocks = sent["blocks"].as_array().expect("blocks");
        assert!(blocks.iter().all(|block| block["type"] == "rich_text"));
        let mut found = Vec::new();
        elements(&sent["blocks"], &mut found);
        assert!(
            found
                .iter()
                .all(|(kind, text)| ["text", "link"].contains(&kind.as_str()) && !text.is_empty())
        );
        let all: String = found.iter().map(|(_, text)| text.as_str()).collect();
        let post = claimwatch::claim::reply::clean(&alert.post.text);
        assert!(all.contains(&post), "{all}");
        assert!(
            sent["blocks"]
                .to_string()
                .contains("\"url\":\"https://www.checks.example/insulin(1)\"")
        );
        let quoted = &blocks[0]["elements"][1];
        assert_eq!(quoted["type"], "rich_text_quote");
        assert_eq!(quoted["elements"][0]["text"], post.as_str());
    }
    let sent = body(&told(Form::Slack, Told::Digest(&digest(60))).await);
    let blocks = sent["blocks"].as_array().expect("blocks");
    let chars = |value: &Value| {
        let mut found = Vec::new();
        elements(value, &mut found);
        found.iter().map(|(_, text)| text.chars().count()).sum::<usize>()
    };
    assert!(blocks.len() > 1 && blocks.len() <= 50);
    assert!(blocks.iter().all(|block| chars(&block["elements"]) <= 3_010));
    assert!(chars(&sent["blocks"]) <= 12_010);
}

#[tokio::test]
async fn what_slack_shows_in_a_notification_is_why_the_alert_comes() {
    let mut told = std::collections::BTreeSet::new();
    for occasion in [
        Occasion::First,
        Occasion::Growth,
        Occasion::Answered,
        Occasion::NotSame,
        Occasion::Changed,
        Occasion::Silent,
    ] {
        let alert = Alert { occasion, ..alert() };
        let sent = body(&told_in_slack(&alert).await);
        let text = sent["text"].as_str().expect("a text").to_owned();
        let mut found = Vec::new();
        elements(&sent["blocks"], &mut found);
        assert_eq!(found[0].1, text, "{occasion:?}");
        told.insert(text);
    }
    assert_eq!(told.len(), 6, "{told:?}");
}

async fn told_in_slack(alert: &Alert) -> Request {
    self::told(Form::Slack, Told::Alert(alert)).await
}

#[tokio::test]
async fn discord_gets_one_embed_within_its_limits_that_mentions_nobody() {
    let sent = body(&told(Form::Discord, Told::Alert(&alert())).await);
    assert_eq!(sent["allowed_mentions"], serde_json::json!({"parse": []}));
    let embed = &sent["embeds"][0];
    assert_eq!(embed["title"], "Urgent. Growing\\: 12 posts so far");
    insta::assert_snapshot!(embed["description"].as_str().expect("a text"), @r#"
    > They STOPPED handing out insulin!!!
    Seen in rss.local\-forum\: [forum.example](https://forum.example/t/4711)

    12 posts, 9 accounts, 2 places, 3 in the last hour, since 22 November 2026.
    Language\: Spanish

    The claim they checked\: “The government has stopped handing out insulin”

    **False**, says Example Checks \(12 March 2026\).
    Read the check\: [No, insulin is still handed out \(checks.example\)](https://www.checks.example/insulin%281%29)

    In common\: insulin
    May be another claim\: another number
    "#);
    let sent = body(&told(Form::Discord, Told::Alert(&hostile())).await);
    let text = sent["embeds"][0]["description"].as_str().expect("a text");
    let mut escaped = false;
    let mut bare = String::new();
    for c in text.chars() {
        if !escaped && c != '\\' {
            bare.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    for markup in ["@", "<", "`", "~", "_", "[click", "evil.example)"] {
        assert!(!bare.contains(markup), "{markup} in {bare}");
    }
    let sent = body(&told(Form::Discord, Told::Digest(&digest(60))).await);
    let text = sent["embeds"][0]["description"].as_str().expect("a text");
    assert!(text.chars().count() <= 4_096 && text.ends_with(" …"), "{text}");
}

#[tokio::test]
async fn what_a_receiver_answers_decides_what_becomes_of_the_row() {
    let busy = |seconds| Err(TellError::Later(Duration::from_secs(seconds)));
    let refused = |why: &str| Err(TellError::Refused(why.to_owned()));
    let failed = Err(TellError::Broken("the receiver failed"));
    for (answer, wanted) in [
        ("200 OK", Ok(())),
        ("204 No Content", Ok(())),
        ("429 Too Many Requests\r\nretry-after: 7", busy(7)),
        ("503 Service Unavailable\r\nretry-after: 99999999", busy(24 * 60 * 60)),
        ("503 Service Unavailable", busy(60)),
        ("400 Bad Request", refused("status 400")),
        ("404 Not Found", refused("status 404")),
        (
            "302 Found\r\nlocation: http://127.0.0.1:1/",
            refused("it redirects; write the address it leads to"),
        ),
        ("500 Internal Server Error", failed.clone()),
        ("502 Bad Gateway", failed),
        ("", Err(TellError::Broken("no whole answer"))),
    ] {
        let receiver = Receiver::start(&[answer]).await;
        let ended = webhook(&receiver.url(), Form::Json).tell("row1", Told::Alert(&alert())).await;
        assert_eq!(ended, wanted, "{answer}");
        assert_eq!(receiver.requests().len(), 1, "asked once, whatever it answers");
        let told = ended.map_or_else(|error| error.to_string(), |()| String::new());
        assert!(!told.contains("T0KEN") && !told.contains("127.0.0.1"), "{told}");
    }
    let nobody = webhook("http://127.0.0.1:1/hook/T0KEN", Form::Json);
    let ended = nobody.tell("row1", Told::Alert(&alert())).await;
    assert_eq!(ended, Err(TellError::Unreachable));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_called_no_more() {
    let receiver = Receiver::start(&["410 Gone"]).await;
    let webhook = webhook(&receiver.url(), Form::Json);
    for _ in 0..3 {
        let ended = webhook.tell("row1", Told::Alert(&alert())).await;
        assert!(matches!(ended, Err(TellError::Refused(_))), "{ended:?}");
    }
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn of_nothing_nobody_is_told() {
    let receiver = Receiver::start(&[]).await;
    let webhook = webhook(&receiver.url(), Form::Slack);
    webhook.tell("row1", Told::Digest(&digest(0))).await.expect("nothing to do");
    assert_eq!(receiver.requests().len(), 0);
}
