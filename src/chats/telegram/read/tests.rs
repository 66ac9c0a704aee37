//! Updates as Telegram sends them, and what is read from them.

use super::*;
use serde_json::json;

fn me() -> Me {
    Me {
        id: 42,
        username: "checkbot".into(),
        watch: ["-100".into()].into(),
        listen: Listening::Watched,
        hears_groups: true,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is told")]
fn told(kind: &str, message: Value) -> Read {
    let raw = json!({"update_id": 1, kind: message});
    read(&raw, "telegram.main", &me(), &Groups::default(), DateTime::default())
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is put together")]
fn message(chat: Value, more: Value) -> Value {
    let mut message = json!({
        "message_id": 7, "date": 1_700_000_000, "chat": chat,
        "from": {"id": 5, "is_bot": false, "first_name": "Ana", "language_code": "pt-br"},
    });
    for (key, value) in more.as_object().expect("object") {
        message[key] = value.clone();
    }
    message
}

fn private() -> Value {
    json!({"id": 5, "type": "private", "first_name": "Ana"})
}

fn group() -> Value {
    json!({"id": -9, "type": "supergroup", "title": "Family"})
}

#[test]
fn anything_in_private_is_a_question() {
    let read = told("message", message(private(), json!({"text": "Garlic cures flu"})));
    let incoming = read.incoming.expect("question");
    assert_eq!(incoming.intent, Intent::Question);
    assert_eq!(incoming.post.text, "Garlic cures flu");
    assert_eq!(incoming.client_language.as_deref(), Some("pt-br"));
    let to = incoming.reply_to.expect("place");
    assert_eq!((to.conversation.as_str(), to.message), ("5", Some("7".to_owned())));
}

#[test]
fn a_group_is_only_heard_when_it_speaks_to_us() {
    let heard = |more| told("message", message(group(), more));
    let silent = heard(json!({"text": "Garlic cures flu"}));
    assert_eq!(silent.incoming, Err("not addressed to the bot"));
    assert!(!silent.keep_raw);
    assert_eq!(silent.conversation, "");
    let asked = heard(json!({"text": "@CheckBot garlic cures flu"})).incoming.expect("question");
    assert_eq!(asked.post.text, "garlic cures flu");
    assert!(heard(json!({"text": "@checkbot2 garlic"})).incoming.is_err());
    let replied = message(group(), json!({"text": "Lemon cures flu", "message_id": 3}));
    let by_command = heard(json!({"text": "/check@checkbot", "reply_to_message": replied}));
    let asked = by_command.incoming.expect("question");
    assert_eq!((asked.intent, asked.post.text.as_str()), (Intent::Question, "Lemon cures flu"));
    assert!(heard(json!({"text": "/check@otherbot x"})).incoming.is_err());
}

#[test]
fn commands_and_captions_and_edits_are_told_apart() {
    let intent = |kind, more| told(kind, message(private(), more)).incoming.map(|i| i.intent);
    assert_eq!(
        intent("message", json!({"text": "/report wrong link"})),
        Ok(Intent::Command(Command::Report, "wrong link".into()))
    );
    assert_eq!(
        intent("message", json!({"text": "/nonsense"})),
        Ok(Intent::Command(Command::Help, String::new()))
    );
    assert_eq!(intent("message", json!({"text": "/check it is flat"})), Ok(Intent::Question));
    assert_eq!(intent("edited_message", json!({"text": "it is flat"})), Ok(Intent::Edited));
    let late = json!({"text": "it is flat", "edit_date": 1_800_000_000});
    let edited = told("edited_message", message(private(), late)).incoming.expect("edit");
    assert_eq!(edited.sent_at.timestamp(), 1_800_000_000);
    let photo = json!({"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1});
    let photo = json!([photo]);
    assert_eq!(
        intent("message", json!({"photo": photo, "caption": "a shark"})),
        Ok(Intent::Question)
    );
}

#[test]
fn what_is_not_understood_is_set_aside() {
    let unknown = json!({"update_id": 3, "guest_message": {}});
    for raw in [unknown, json!({"update_id": 3}), json!(7)] {
        assert!(
            read(&raw, "telegram.main", &me(), &Groups::default(), DateTime::default())
                .incoming
                .is_err()
        );
    }
    // A message of a kind the library can't read yet.
    let odd = |chat| json!({"update_id": 3, "message": {"chat": chat, "text": "x", "date": []}});
    for (chat, kept) in [(private(), true), (group(), false)] {
        let read =
            read(&odd(chat), "telegram.main", &me(), &Groups::default(), DateTime::default());
        assert_eq!((read.incoming.is_err(), read.keep_raw), (true, kept));
    }
}

#[test]
fn what_is_said_in_a_group_is_overheard_only_where_somebody_wants_that() {
    let heard = |listen, listened: &[&str], chat: i64, more: Value| {
        let me = Me { listen, ..me() };
        let listened = listened.iter().map(|id| (*id).to_owned()).collect();
        let groups = Groups { listened, moved: [("-7".to_owned(), "-100".to_owned())].into() };
        let group = json!({"id": chat, "type": "supergroup", "title": "Family"});
        let raw = json!({"update_id": 1, "message": message(group, more)});
        read(&raw, "telegram.main", &me, &groups, DateTime::default())
    };
    let said =
        || json!({"text": "Garlic cures flu", "is_topic_message": true, "message_thread_id": 3});
    let intent = |read: Read| read.incoming.map(|incoming| incoming.intent);
    let watched = Ok(Intent::Overheard { watched: true, indirect: false });
    assert_eq!(intent(heard(Listening::Never, &[], -100, said())), watched);
    assert_eq!(intent(heard(Listening::Never, &[], -7, said())), watched, "it was -100");
    assert!(heard(Listening::Watched, &["-9"], -9, said()).incoming.is_err());
    assert!(heard(Listening::Anywhere, &[], -9, said()).incoming.is_err(), "nobody wants that");
    assert!(heard(Listening::Watched, &["-8"], -9, said()).incoming.is_err());
    let elsewhere = heard(Listening::Anywhere, &["-9"], -9, said()).incoming.expect("overheard");
    assert_eq!(elsewhere.seen_at.expect("a place").thread, Some(3));
    // Moderators are told which group it was, if it is theirs to watch.
    assert_eq!(elsewhere.title, None);
    let title = heard(Listening::Never, &[], -100, said()).incoming.map(|incoming| incoming.title);
    assert_eq!(title, Ok(Some("Family".into())));
    // Bots are not answered, nor what one helped to write.
    let bot = json!({"id": 6, "is_bot": true, "first_name": "B", "username": "b_bot"});
    let from = json!({"text": "Garlic cures flu", "from": bot});
    assert_eq!(heard(Listening::Watched, &[], -100, from).incoming, Err("from a bot"));
    let [passed_on, _, of_us] = forwards();
    for more in [json!({"via_bot": bot}), linked_channel(), passed_on] {
        let mut said = json!({"text": "Garlic cures flu"});
        said.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        let indirect = Ok(Intent::Overheard { watched: true, indirect: true });
        assert_eq!(intent(heard(Listening::Watched, &[], -100, said.clone())), indirect);
        let me = Me { listen: Listening::Anywhere, watch: HashSet::new(), ..me() };
        let group = json!({"id": -100, "type": "supergroup", "title": "Family"});
        let raw = json!({"update_id": 1, "message": message(group, said)});
        let groups = Groups { listened: ["-100".to_owned()].into(), ..Groups::default() };
        let aside = read(&raw, "telegram.main", &me, &groups, DateTime::default());
        assert_eq!(aside.incoming, Err("by way of a bot or a channel"));
    }
    let mut ours = of_us;
    ours["text"] = "False, says Snopes".into();
    assert_eq!(heard(Listening::Watched, &[], -100, ours).incoming, Err("our own words"));
}

/// What the network adds to the post of a channel that stands in the channel's group as well.
fn linked_channel() -> Value {
    let channel = json!({"id": -77, "type": "channel", "title": "News"});
    json!({
        "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
        "sender_chat": channel, "is_automatic_forward": true,
        "forward_origin": {"type": "channel", "date": 1, "message_id": 3, "chat": channel},
    })
}

/// Messages that another bot, a person and we said first.
fn forwards() -> [Value; 3] {
    [(6, true), (8, false), (42, true)].map(|(id, is_bot)| {
        let user = json!({"id": id, "is_bot": is_bot, "first_name": "B"});
        json!({"forward_origin": {"type": "user", "date": 1, "sender_user": user}})
    })
}

#[test]
fn the_words_of_others_switch_nothing_on() {
    let group = json!({"id": -100, "type": "supergroup", "title": "Family"});
    let other = json!({"id": -77, "type": "channel", "title": "News"});
    let bot = json!({"id": 6, "is_bot": true, "first_name": "B", "username": "b_bot"});
    let as_channel = json!({"sender_chat": other,
        "from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel"}});
    let no_user = json!({"sender_chat": other, "from": null});
    let mut anonymous = forwards()[1].clone();
    anonymous["sender_chat"] = group.clone();
    let all = [linked_channel(), as_channel, no_user, json!({"via_bot": bot}), anonymous];
    for more in all.into_iter().chain(forwards()) {
        let mut said = json!({"text": "/listen on"});
        said.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        let read = told("message", message(group.clone(), said.clone()));
        assert!(read.incoming.is_err() && read.asks.is_none(), "{said}: {read:?}");
    }
    let said = json!({"text": "/listen on", "edit_date": 1_700_000_001});
    let edited = told("edited_message", message(group, said));
    assert_eq!(edited.incoming, Err("an edited command"));
}

#[test]
fn who_wants_us_to_listen_is_looked_up_unless_the_group_itself_says_so() {
    let on = |more| {
        let mut said = json!({"text": "/listen@checkbot ON"});
        said.as_object_mut().expect("object").extend(more);
        let group = json!({"id": -100, "type": "supergroup", "title": "Family"});
        told("message", message(group, said))
    };
    let wish = |by_admin| {
        Ok(Intent::Listen(Listen { on: Some(true), permitted: true, by_admin, hears: Some(true) }))
    };
    let asked = on(serde_json::Map::new());
    assert_eq!((asked.asks, asked.incoming.map(|one| one.intent)), (Some(5), wish(None)));
    let group = json!({"id": -100, "type": "supergroup", "title": "Family"});
    let bot = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
    let anonymous =
        on([("sender_chat".to_owned(), group), ("from".to_owned(), bot)].into_iter().collect());
    assert_eq!(
        (anonymous.asks, anonymous.incoming.map(|one| one.intent)),
        (None, wish(Some(true)))
    );
    let private = told("message", message(private(), json!({"text": "/listen on"})));
    let command = Intent::Command(Command::Listen, "on".into());
    assert_eq!(private.incoming.map(|one| one.intent), Ok(command));
}
