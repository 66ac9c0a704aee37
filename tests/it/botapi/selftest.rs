//! The server against its own promises, and against two independent clients.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{BotApi, Fault};

async fn call(api: &BotApi, method: &str, params: Value) -> (u16, Value) {
    let url = format!("{}/bot{}/{method}", api.url(), api.token());
    let answer = super::client().post(url).json(&params).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_long_poll_wakes_up_and_an_offset_forgets() {
    let api = BotApi::start().await;
    let ann = api.private("Ann");
    let started = Instant::now();
    let poll = call(&api, "GetUpdates", json!({"timeout": 20}));
    let says = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        ann.says("is it true?")
    };
    let ((status, body), _) = tokio::join!(poll, says);
    assert_eq!(status, 200);
    let id = body["result"][0]["update_id"].as_i64().expect("an update");
    assert_eq!(body["result"][0]["message"]["text"], "is it true?");
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert!(started.elapsed() < Duration::from_secs(10));
    let (_, again) = call(&api, "getUpdates", json!({})).await;
    assert_eq!(again["result"][0]["update_id"], id, "unconfirmed updates come again");
    let (_, after) = call(&api, "getUpdates", json!({"offset": id + 1})).await;
    assert_eq!(after["result"], json!([]));
    assert_eq!(api.waiting(), 0);
}

#[tokio::test]
async fn the_older_of_two_polls_gets_a_conflict() {
    let api = BotApi::start().await;
    let older = call(&api, "getUpdates", json!({"timeout": 20}));
    let newer = async {
        api.wait_for("first poll", |api| (api.log().len() == 1).then_some(())).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        call(&api, "getUpdates", json!({"timeout": 1})).await
    };
    let ((status, body), (newer_status, _)) = tokio::join!(older, newer);
    assert_eq!((status, newer_status), (409, 200));
    assert!(body["description"].as_str().unwrap().starts_with("Conflict: terminated by other"));
}
