//! An independent client walks through the server, so that it is held to what that understands of
//! Mastodon and not to what this program does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Fault, Mastodon, Person};

#[tokio::test]
async fn mastodon_is_honest() {
    if std::env::var("TEST_PEERS").as_deref() != Ok("1") {
        println!("skipped: TEST_PEERS is not 1");
        return;
    }
    let server = Mastodon::start();
    let ana = server.person("ana");
    let list = server.list(&[&ana]);
    let python = std::env::var("TEST_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/mastodon_client.py"))
        .env("MASTODON_URL", server.url())
        .env("MASTODON_TOKEN", server.token())
        .env("MASTODON_LIST", list.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python with tests/peers/requirements.txt; TEST_PEERS_PYTHON names another");
    let mut answers = child.stdin.take().expect("a pipe");
    // The server has its own thread, so blocking this one holds up nothing.
    for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let line = line.expect("lines of UTF-8");
        let asked: Vec<Value> = serde_json::from_str(&line).expect("a JSON list");
        let done = act(&server, &ana, &asked);
        writeln!(answers, "{done}").expect("the client listens");
    }
    let status = child.wait().expect("the client ends");
    assert!(status.success(), "the client failed, see above\n{}", server.story());
}

fn act(server: &Mastodon, ana: &Person, asked: &[Value]) -> Value {
    let word = |at: usize| asked[at].as_str().expect("a word");
    let number = |at: usize| asked[at].as_u64().expect("a number");
    match word(0) {
        "posts" => ana.posts(word(1)).to_string().into(),
        "replies" => ana.replies(number(1), word(2)).to_string().into(),
        "edits" => {
            ana.edits(number(1), word(2));
            Value::Null
        }
        "deletes" => {
            ana.deletes(number(1));
            Value::Null
        }
        "boosts" => ana.boosts(number(1)).to_string().into(),
        "listening" => server.listening(word(1)).into(),
        "cut" => {
            server.cut_streams();
            Value::Null
        }
        "said" => server.said().len().into(),
        "limit" => {
            server.fail_next("GET /api/v1/notifications", Fault::TooManyRequests { seconds: 1 });
            Value::Null
        }
        "revoke" => {
            server.revoke();
            Value::Null
        }
        other => panic!("the client asks for {other:?}"),
    }
}
