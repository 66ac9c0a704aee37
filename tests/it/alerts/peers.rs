//! Receivers that others wrote: Python's HTTP server with the function the README prints, Slack's
//! library, and aiosmtpd with Python's reader of mail.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use chrono::Utc;
use claimwatch::alerts::Told;
use claimwatch::alerts::settings::Form;
use claimwatch::doors::Clock;
use serde_json::Value;

use super::{HOSTILE, alert, hostile};

/// A program of tests/peers that runs until it is dropped.
struct Peer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Peer {
    /// Starts one; `None` where no peers are asked for.
    fn start(file: &str, args: &[&str]) -> Option<Self> {
        if std::env::var("TEST_PEERS").as_deref() != Ok("1") {
            println!("skipped: TEST_PEERS is not 1");
            return None;
        }
        let python = std::env::var("TEST_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let path = format!("{}/tests/peers/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut child =
            Command::new(python).arg(path).args(args).stdout(Stdio::piped()).spawn().expect(
                "python with tests/peers/requirements.txt; TEST_PEERS_PYTHON names another",
            );
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let port = lines.next().expect("a port").expect("a line").parse().expect("a number");
        Some(Self { child, lines, port })
    }

    fn said(&mut self) -> Value {
        let line = self.lines.next().expect("a line").expect("UTF-8");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn a_receiver_that_knows_the_readme_believes_us_and_nobody_else() {
    let Some(mut peer) = Peer::start("alerts_receiver.py", &[super::webhook::SECRET]) else {
        return;
    };
    let url = format!("http://127.0.0.1:{}/hook", peer.port);
    let ours = super::webhook::webhook_at(&url, Form::Json, Clock::new(Utc::now));
    ours.tell("row1", Told::Alert(&alert())).await.expect("taken");
    let said = peer.said();
    assert_eq!(
        (&said["believed"], &said["forged"], &said["stranger"]),
        (&true.into(), &false.into(), &false.into())
    );
    assert_eq!((&said["id"], &said["delivery"]), (&"row1".into(), &"row1".into()));
    // Kept back and sent again much later by somebody else.
    let old = super::webhook::webhook_at(&url, Form::Json, super::clock());
    old.tell("row2", Told::Alert(&alert())).await.expect("taken");
    assert_eq!(peer.said()["believed"], false);
}

#[tokio::test]
async fn slacks_own_library_knows_all_that_slack_is_sent() {
    let Some(mut peer) = Peer::start("alerts_slack.py", &[]) else { return };
    let url = format!("http://127.0.0.1:{}/services/T0/B0/x", peer.port);
    let slack = super::webhook::webhook_at(&url, Form::Slack, super::clock());
    let (plain, hostile, digest) = (alert(), hostile(), super::digest(60));
    let clean = claimwatch::claim::reply::clean(HOSTILE);
    for (told, words) in [
        (Told::Alert(&plain), plain.post.text.as_str()),
        (Told::Alert(&hostile), clean.as_str()),
        (Told::Digest(&digest), "The old bridge will be sold"),
    ] {
        slack.tell("row1", told).await.expect("taken");
        let said = peer.said();
        assert_eq!(said["wrong"], serde_json::json!([]));
        assert!(said["text"].as_str().expect("a text").contains(words), "{said}");
        assert!(!said["notice"].as_str().expect("a text").contains(['<', '>']), "{said}");
    }
}

#[tokio::test]
async fn a_mailbox_that_others_wrote_reads_what_we_send() {
    let Some(mut peer) = Peer::start("alerts_mailbox.py", &[]) else { return };
    let url = format!("smtp://127.0.0.1:{}?tls=none", peer.port);
    let mail = super::mail::mail(&url, &["desk@news.example", "Ann <ann@news.example>"]);
    mail.tell("0123abcd", Told::Alert(&hostile())).await.expect("taken");
    let said = peer.said();
    assert_eq!(said["defects"], serde_json::json!([]));
    assert_eq!(said["to"], serde_json::json!(["desk@news.example", "ann@news.example"]));
    let header = |name: &str| said["headers"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(header("Message-ID"), "<0123abcd@claims.example>");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("List-Id"), "<desk.claimwatch.claims.example>");
    let clean = claimwatch::claim::reply::clean(HOSTILE);
    assert!(header("Subject").starts_with("Urgent. Growing: 12 posts so far: “@everyone"));
    assert!(said["headers"].get("Bcc").is_none());
    assert!(said["text"].as_str().expect("a text").contains(&clean));
    let html = said["html"].as_str().expect("a page");
    assert!(html.contains("&lt;b&gt;x&lt;/b&gt;") && !html.contains("<b>x"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_others_wrote_is_told_over_tls_after_a_login() {
    let (certificate, key) =
        ["good.pem", "server.key"].map(|file| format!("{}/{file}", crate::door::MADE)).into();
    let Some(mut peer) = Peer::start("alerts_mailbox.py", &[&certificate, &key]) else { return };
    let url = format!("smtp://me:word@localhost:{}", peer.port);
    let (mut world, town) = super::daemon::mailing(&url).await;
    super::daemon::told_once_trusted(&mut world, &town);
    let said = peer.said();
    assert_eq!(said["defects"], serde_json::json!([]));
    assert_eq!(said["login"], "me");
    assert_eq!(said["tls"], true);
    assert!(said["text"].as_str().expect("a text").contains("plastic"), "{said}");
    world.end();
}
