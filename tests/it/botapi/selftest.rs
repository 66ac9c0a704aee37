//! The server against its own promises, and against two independent clients.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{BotApi, Fault};

pub(super) async fn call(api: &BotApi, method: &str, params: Value) -> (u16, Value) {
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

/// Every wrong request is refused in Telegram's words and noted.
#[tokio::test]
async fn what_is_wrong_in_form_is_refused_and_noted() {
    let api = BotApi::start().await;
    let chat = api.private("Ann").id;
    let bold =
        |offset: i64, length: i64| json!([{"type": "bold", "offset": offset, "length": length}]);
    let keys = |button: Value| json!({"inline_keyboard": [[button]]});
    let cases = [
        (json!({"text": ""}), "message text is empty"),
        (json!({"text": " \n"}), "text must be non-empty"),
        (json!({"text": "x".repeat(4097)}), "message is too long"),
        (json!({"text": "🧪".repeat(2049)}), "message is too long"),
        (json!({"text": "<b>x</b>", "parse_mode": "HTML"}), "parse_mode"),
        (json!({"text": "ab🧪c", "entities": bold(0, 3)}), "splits a surrogate pair at 3"),
        (json!({"text": "ab🧪c", "entities": bold(3, 2)}), "splits a surrogate pair at 3"),
        (json!({"text": "ab", "entities": bold(1, 2)}), "ENTITY_BOUNDS_INVALID"),
        (json!({"text": "ab", "entities": bold(-1, 2)}), "ENTITY_BOUNDS_INVALID"),
        (json!({"text": "ab", "entities": bold(0, 0)}), "ENTITY_BOUNDS_INVALID"),
        (
            json!({"text": "ab", "entities": [{"type": "loud", "offset": 0, "length": 1}]}),
            "Unsupported",
        ),
        (
            json!({"text": "ab", "entities": [{"type": "text_link", "offset": 0, "length": 1,
                "url": "javascript:alert(1)"}]}),
            "text_link url is invalid",
        ),
        (
            json!({"text": "abcd", "entities": [{"type": "bold", "offset": 0, "length": 3},
                {"type": "italic", "offset": 2, "length": 2}]}),
            "entities clash",
        ),
        (json!({"text": "a", "reply_markup": keys(json!({"text": "b"}))}), "Text buttons"),
        (
            json!({"text": "a", "reply_markup": keys(json!({"text": "b", "callback_data": "é".repeat(33)}))}),
            "BUTTON_DATA_INVALID",
        ),
        (
            json!({"text": "a", "reply_markup": keys(json!({"text": "b", "url": "ftp://x.org"}))}),
            "Wrong HTTP URL",
        ),
        (
            json!({"text": "a", "link_preview_options": {"small": true}}),
            "link preview option small",
        ),
        (json!({"text": "a", "reply_parameters": {}}), "can't parse reply parameters"),
        (json!({"text": "a", "message_thread_id": "one"}), "message_thread_id must be an integer"),
    ];
    for (at, (mut params, words)) in cases.into_iter().enumerate() {
        params["chat_id"] = chat.into();
        let (status, body) = call(&api, "sendMessage", params.clone()).await;
        let description = body["description"].as_str().unwrap_or("");
        assert!(status == 400 && description.contains(words), "{params}: {body}");
        assert!(description.starts_with("Bad Request: "), "{description}");
        assert_eq!(api.violations().len(), at + 1, "{}", api.story());
    }
    let (status, body) =
        call(&api, "sendMessage", json!({"chat_id": chat, "text": "x", "txt": 1})).await;
    assert_eq!(status, 200, "Telegram ignores what it does not know: {body}");
    assert!(api.violations().last().unwrap().ends_with("unknown parameter txt"));
    assert_eq!(call(&api, "sendMassage", json!({})).await.0, 404);
}

/// What depends on the chat is refused too, but is no fault of the request.
#[tokio::test]
async fn what_the_chat_does_not_allow_is_no_violation() {
    let api = BotApi::start().await;
    let (ann, town) = (api.private("Ann"), api.group("Town"));
    let asked = ann.says("hm");
    let cases = [
        ("sendMessage", json!({"chat_id": 1, "text": "x"}), "chat not found"),
        (
            "sendMessage",
            json!({"chat_id": ann.id, "text": "x", "reply_parameters": {"message_id": 99}}),
            "message to be replied not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": ann.id, "text": "x",
                "reply_parameters": {"message_id": asked, "quote": "hmm"}}),
            "QUOTE_TEXT_INVALID",
        ),
        (
            "sendMessage",
            json!({"chat_id": town.id, "text": "x", "message_thread_id": 5}),
            "message thread not found",
        ),
        (
            "editMessageText",
            json!({"chat_id": ann.id, "message_id": asked, "text": "x"}),
            "can't be edited",
        ),
        (
            "deleteMessage",
            json!({"chat_id": town.id, "message_id": 9}),
            "message to delete not found",
        ),
        ("answerCallbackQuery", json!({"callback_query_id": "1"}), "query is too old"),
        ("getFile", json!({"file_id": "none"}), "wrong file_id"),
    ];
    for (method, params, words) in cases {
        let (status, body) = call(&api, method, params).await;
        assert!(status == 400 && body["description"].as_str().unwrap().contains(words), "{body}");
    }
    let lost = json!({"message_id": 99, "allow_sending_without_reply": true});
    let params = json!({"chat_id": ann.id, "text": " x\n", "reply_parameters": lost});
    assert_eq!(call(&api, "sendMessage", params).await.1["result"]["text"], "x");
    town.blocks();
    let (status, body) = call(&api, "sendMessage", json!({"chat_id": town.id, "text": "x"})).await;
    assert_eq!(status, 403);
    assert_eq!(body["description"], "Forbidden: bot was kicked from the supergroup chat");
    assert_eq!(api.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn every_form_of_body_is_read() {
    let api = BotApi::start().await;
    let ann = api.private("Ann");
    let client = super::client();
    let url = format!("{}/bot{}/SENDMESSAGE", api.url(), api.token());
    let entities = r#"[{"type":"bold","offset":0,"length":3}]"#;
    let query = format!("chat_id={}&text=by%20query", ann.id);
    let form = format!("chat_id={}&text=by+form&entities={entities}", ann.id);
    let fields = [
        ("chat_id", ann.id.to_string()),
        ("text", "by parts".into()),
        ("entities", entities.into()),
    ];
    let parts = fields.map(|(name, value)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let parts = parts.concat() + "--b--\r\n";
    let requests = [
        client.get(format!("{url}?{query}")),
        client.post(&url).header("Content-Type", "application/x-www-form-urlencoded").body(form),
        client.post(&url).header("Content-Type", "multipart/form-data; boundary=b").body(parts),
    ];
    for request in requests {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }
    let sent = ann.messages();
    let texts: Vec<&str> = sent.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["by query", "by form", "by parts"]);
    assert_eq!(sent[2].covered(&sent[2].entities[0]), "by ");
    let wrong = client.get(format!("{}/bot1:x/getMe", api.url())).send().await.expect("an answer");
    assert_eq!(wrong.status(), 401);
}

#[tokio::test]
async fn faults_strike_once_and_say_whether_the_call_was_carried_out() {
    let api = BotApi::start().await;
    let (ann, bob) = (api.private("Ann"), api.private("Bob"));
    let url = format!("{}/bot{}/sendMessage", api.url(), api.token());
    let client = super::client();
    let send = async |chat: i64| {
        let answer = client.post(&url).json(&json!({"chat_id": chat, "text": "x"})).send().await?;
        let status = answer.status().as_u16();
        answer.text().await.map(|text| (status, text))
    };
    ann.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 30 });
    let (status, body) = send(ann.id).await.expect("an answer");
    assert_eq!(status, 429);
    assert!(body.contains(r#""parameters":{"retry_after":30}"#), "{body}");
    assert_eq!(send(bob.id).await.expect("an answer").0, 200, "other chats go on");
    assert!(api.violations().is_empty());
    assert_eq!(send(ann.id).await.expect("an answer").0, 429, "flood control lasts");
    assert_eq!(api.violations(), ["sendMessage: called again before retry_after had passed"]);
    api.heal();
    let faults = [
        (Fault::DropBefore, false, None),
        (Fault::DropAfter, true, None),
        (Fault::Truncate, true, None),
        (Fault::Garbage, false, Some(200)),
        (Fault::ServerError(502), false, Some(502)),
        (Fault::Refuse(500, "Internal Server Error: restart"), false, Some(500)),
        (Fault::Delay(Duration::from_millis(50)), true, Some(200)),
    ];
    for (fault, carried_out, expected) in faults {
        let before = ann.messages().len();
        api.fail_next("*", fault.clone());
        let answer = send(ann.id).await.ok();
        assert_eq!(answer.as_ref().map(|answer| answer.0), expected, "{fault:?}: {answer:?}");
        assert_eq!(ann.messages().len() - before, usize::from(carried_out), "{fault:?}");
        assert_eq!(send(ann.id).await.expect("an answer").0, 200, "{fault:?} strikes once");
    }
    api.fail_times("sendmessage", 2, Fault::ServerError(500));
    for expected in [500, 500, 200] {
        assert_eq!(send(ann.id).await.expect("an answer").0, expected);
    }
}

#[tokio::test]
async fn it_comes_back_on_the_same_port_with_all_it_knew() {
    let mut api = BotApi::start().await;
    let (url, ann) = (api.url(), api.private("Ann"));
    let poll = super::client().get(format!("{url}/bot{}/getUpdates?timeout=30", api.token()));
    let poll = tokio::spawn(poll.send());
    api.wait_for("the poll", |api| api.calls("getUpdates").first().cloned()).await;
    api.pause();
    assert!(poll.await.expect("no panic").is_err(), "open connections are cut");
    assert!(super::client().get(&url).send().await.is_err(), "and new ones refused");
    ann.says("while you were out");
    api.resume();
    assert_eq!(api.url(), url);
    let (_, body) = call(&api, "getUpdates", json!({"timeout": 1})).await;
    assert_eq!(body["result"][0]["message"]["text"], "while you were out");
}
