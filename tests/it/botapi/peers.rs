//! Two independent clients walk through the server, so that it is held to what they understand of
//! Telegram and not to what this program does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{BotApi, Chat, Fault, Origin};

#[tokio::test]
async fn botapi_is_honest() {
    if std::env::var("TEST_PEERS").as_deref() != Ok("1") {
        println!("skipped: TEST_PEERS is not 1");
        return;
    }
    for client in ["python-telegram-bot", "aiogram"] {
        walk(client).await;
    }
}

/// Runs one client to its end, acting as its reader. `TEST_PEERS_PYTHON` names the interpreter.
async fn walk(client: &str) {
    let api = BotApi::start().await;
    let (ann, group) = (api.private("Ann"), api.group("Town"));
    let python = std::env::var("TEST_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/botapi_client.py"), client])
        .env("BOTAPI_URL", api.url())
        .env("BOTAPI_TOKEN", api.token())
        .env("BOTAPI_CHAT", ann.id.to_string())
        .env("BOTAPI_GROUP", group.id.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python with tests/peers/requirements.txt; TEST_PEERS_PYTHON names another");
    let mut answers = child.stdin.take().expect("a pipe");
    // The server has its own thread, so blocking this one holds up nothing.
    for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let line = line.expect("lines of UTF-8");
        let asked: Vec<Value> = serde_json::from_str(&line).expect("a JSON list");
        let done = act(&api, &ann, &asked);
        writeln!(answers, "{done}").expect("the client listens");
    }
    let status = child.wait().expect("the client ends");
    assert!(status.success(), "{client} failed, see above\n{}", api.story());
}

fn act(api: &BotApi, ann: &Chat, asked: &[Value]) -> Value {
    let word = |at: usize| asked[at].as_str().expect("a word");
    let number = |at: usize| asked[at].as_i64().expect("a number");
    match word(0) {
        "says" => ann.says(word(1)).into(),
        "says_later" => {
            let (ann, text) = (ann.clone(), word(2).to_owned());
            let pause = Duration::from_millis(number(1).unsigned_abs());
            std::thread::spawn(move || {
                std::thread::sleep(pause);
                ann.says(&text)
            });
            Value::Null
        }
        "photo" => ann.photo(b"picture", word(1)).into(),
        "forwards" => ann.forwards(&Origin::Channel("Rumours"), word(1)).into(),
        "edits" => {
            ann.edits(number(1), word(2));
            Value::Null
        }
        "presses" => ann.presses(number(1), word(2)).into(),
        "reactions" => ann.reactions(number(1)).into(),
        "owner" => ann.id.into(),
        "fail" => {
            let retry_after = number(2).unsigned_abs();
            ann.fail_next(word(1), Fault::TooManyRequests { retry_after });
            Value::Null
        }
        "blocks" => {
            ann.blocks();
            Value::Null
        }
        "unblocks" => {
            ann.unblocks();
            Value::Null
        }
        "migrates" => {
            let old = api.basic_group("Village");
            json!([old.id, old.migrates().id])
        }
        "local_webhook" => {
            api.allow_local_webhook();
            Value::Null
        }
        other => panic!("the client asks for {other:?}"),
    }
}
