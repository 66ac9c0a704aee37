//! Webhook delivery and what groups tell the bot.

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::selftest::call;
use super::{BotApi, BotMessage, Button};

/// A bot's webhook that fails once, then keeps what it gets.
async fn hook() -> (String, Arc<Mutex<Vec<(String, Value)>>>) {
    let got: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
    let kept = got.clone();
    let take = async move |headers: HeaderMap, axum::Json(update): axum::Json<Value>| {
        let secret = headers.get("X-Telegram-Bot-Api-Secret-Token").map(|value| value.to_str());
        let mut got = kept.lock().unwrap();
        got.push((secret.unwrap_or(Ok("")).unwrap().to_owned(), update));
        if got.len() == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    };
    let app = axum::Router::new().route("/hook", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("its address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, got)
}

#[tokio::test]
async fn a_webhook_gets_each_update_with_the_secret_until_it_answers_2xx() {
    let api = BotApi::start().await;
    let ann = api.private("Ann");
    let (url, got) = hook().await;
    let params = json!({"url": url, "secret_token": "s3cret_A-z", "max_connections": 3});
    let (status, body) = call(&api, "setWebhook", params.clone()).await;
    assert_eq!(status, 400);
    assert!(body["description"].as_str().unwrap().contains("HTTPS URL must be provided"), "{body}");
    api.allow_local_webhook();
    assert_eq!(call(&api, "setWebhook", params).await.0, 200);
    let (first, second) = (ann.says("one"), ann.says("two"));
    api.wait_for("three posts", |_| (got.lock().unwrap().len() == 3).then_some(())).await;
    let posts = got.lock().unwrap().clone();
    assert!(posts.iter().all(|(secret, _)| secret == "s3cret_A-z"), "{posts:?}");
    let ids: Vec<i64> =
        posts.iter().filter_map(|post| post.1["message"]["message_id"].as_i64()).collect();
    assert_eq!(ids, [first, first, second], "refused once, sent again, in order");
    api.wait_for("an empty queue", |api| (api.waiting() == 0).then_some(())).await;
    let (status, _) = call(&api, "getUpdates", json!({})).await;
    assert_eq!(status, 409, "no polls while there is a webhook");
    let (_, info) = call(&api, "getWebhookInfo", json!({})).await;
    assert!(info["result"]["last_error_message"].as_str().unwrap().contains("500"), "{info}");
    assert_eq!(call(&api, "deleteWebhook", json!({})).await.0, 200);
    ann.says("three");
    let (_, body) = call(&api, "getUpdates", json!({"timeout": 5})).await;
    assert_eq!(body["result"][0]["message"]["text"], "three");
    assert_eq!(got.lock().unwrap().len(), 3);
    for bad in ["", "a b", "é", &"x".repeat(257)] {
        let params = json!({"url": "https://example.org/hook", "secret_token": bad});
        let expected = if bad.is_empty() { 200 } else { 400 };
        assert_eq!(call(&api, "setWebhook", params).await.0, expected, "{bad:?}");
    }
}

/// The texts of all updates waiting, which are then confirmed.
async fn heard(api: &BotApi) -> Vec<String> {
    let (_, body) = call(api, "getUpdates", json!({})).await;
    let updates = body["result"].as_array().expect("a list").clone();
    let last = updates.last().and_then(|update| update["update_id"].as_i64()).unwrap_or(0);
    call(api, "getUpdates", json!({"offset": last + 1})).await;
    let text = |update: &Value| {
        let post = update.as_object()?.iter().nth(1)?.1;
        Some(post["text"].as_str()?.to_owned())
    };
    updates.iter().filter_map(text).collect()
}

#[tokio::test]
async fn group_privacy_hides_what_is_not_for_the_bot() {
    let api = BotApi::start().await;
    let town = api.group("Town");
    let bob = town.by("Bob");
    let name = api.bot_name();
    let mention = format!("what about this, @{name}?");
    let rumour = bob.says("the moon is cheese");
    bob.says("/check@someone_else_bot");
    town.replies(rumour, "/check");
    bob.says(&mention);
    assert_eq!(heard(&api).await, ["/check", &mention]);
    let answered = town.replies(rumour, &mention);
    let thread = town.body(answered)["message_thread_id"].as_i64();
    assert_eq!((thread, town.body(answered)["is_topic_message"].as_bool()), (Some(rumour), None));
    let echo = json!({"chat_id": town.id, "text": "x", "message_thread_id": thread});
    let (_, body) = call(&api, "sendMessage", echo).await;
    assert_eq!(body["description"], "Bad Request: message thread not found");
    assert_eq!(heard(&api).await, [mention]);
    let topic = town.topic("Rumours");
    let asked = topic.says(&format!("/check@{name}"));
    let reply = json!({"chat_id": town.id, "text": "looking", "disable_notification": true,
        "reply_parameters": {"message_id": asked}});
    call(&api, "sendMessage", reply).await;
    let sent: BotMessage = town.messages().remove(0);
    assert_eq!(
        (sent.thread, sent.reply_to, sent.silent),
        (topic.body(asked)["message_thread_id"].as_i64(), Some(asked), true)
    );
    bob.replies(sent.id, "and?");
    assert_eq!(heard(&api).await, [format!("/check@{name}"), "and?".into()]);
    api.hears_everything();
    bob.says("cheese, I say");
    let news = api.channel("News");
    let post = news.says("a post");
    news.edits(post, "a better post");
    assert_eq!(heard(&api).await, ["cheese, I say", "a post", "a better post"]);
    assert_eq!(api.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn updates_can_come_twice_and_of_unknown_kinds() {
    let api = BotApi::start().await;
    let ann = api.private_in("Ann", "de");
    ann.says("once");
    assert_eq!(heard(&api).await, ["once"]);
    let id = api.update_ids()[0];
    api.redeliver(id);
    let raw = api.raw_update(json!({"from_the_future": {"text": "hm"}}));
    assert!(raw > id);
    let (_, body) = call(&api, "getUpdates", json!({"offset": -2})).await;
    assert_eq!(body["result"][0]["update_id"], id);
    assert_eq!(body["result"][1]["from_the_future"]["text"], "hm");
    call(&api, "getUpdates", json!({"offset": raw + 1})).await;
    let only = json!({"allowed_updates": ["callback_query"]});
    call(&api, "getUpdates", only).await;
    ann.says("not asked for");
    let buttons = json!({"inline_keyboard": [[{"text": "Why?", "callback_data": "w"},
        {"text": "Read", "url": "https://example.org/1"}]]});
    let link =
        json!([{"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/1"}]);
    let params = json!({"chat_id": ann.id, "text": "here", "entities": link, "reply_markup": buttons,
        "link_preview_options": {"is_disabled": true}});
    call(&api, "sendMessage", params).await;
    let sent = ann.messages().remove(0);
    let why = Button { text: "Why?".into(), data: Some("w".into()), url: None };
    assert_eq!(sent.buttons[0][0], why);
    assert_eq!(sent.labels(), ["Why?", "Read"]);
    assert_eq!(sent.links(), [("here".to_owned(), "https://example.org/1".to_owned())]);
    assert_eq!(sent.preview, json!({"is_disabled": true}));
    let press = ann.presses(sent.id, "Why?");
    let (_, body) = call(&api, "getUpdates", json!({})).await;
    assert_eq!(body["result"].as_array().map(Vec::len), Some(1), "{body}");
    call(&api, "answerCallbackQuery", json!({"callback_query_id": press, "text": "so"})).await;
    assert_eq!(api.press_answer(&press).expect("an answer")["text"], "so");
    let late = ann.presses(sent.id, "Why?");
    api.expires(&late);
    let params = json!({"callback_query_id": late});
    assert_eq!(call(&api, "answerCallbackQuery", params).await.0, 400);
    let params = json!({"chat_id": ann.id, "message_id": sent.id, "text": "there"});
    call(&api, "editMessageText", params).await;
    call(&api, "deleteMessage", json!({"chat_id": ann.id, "message_id": sent.id})).await;
    let gone = ann.messages().remove(0);
    assert_eq!((gone.deleted, gone.text, gone.edits), (true, "there".into(), vec!["here".into()]));
    let lost = ann.says("never mind");
    ann.deletes(lost);
    let params = json!({"chat_id": ann.id, "text": "x", "reply_parameters": {"message_id": lost}});
    assert_eq!(call(&api, "sendMessage", params).await.0, 400);
}
