//! The account that is mentioned and answers, call by call, against the strict server.

use std::sync::Arc;

use claimwatch::chats::mastodon::{Mastodon as Account, Settings};
use claimwatch::chats::mentions::{Mention, Mentions};
use claimwatch::chats::{CallError, Sent};
use claimwatch::claim::post::{Audience, ReplyTo};
use claimwatch::claim::reply::Reply;
use claimwatch::doors::Secret;
use claimwatch::http::{self, Door, SystemResolver};
use claimwatch::store::{Outgoing, Sending};

use super::{Draft, Fault, Mastodon};

fn account(server: &Mastodon) -> Account {
    account_with(server, Settings::default())
}

fn account_with(server: &Mastodon, more: Settings) -> Account {
    drop(rustls::crypto::ring::default_provider().install_default());
    let resolver = Arc::new(SystemResolver::default());
    let door = Door::new(&http::Settings::default(), resolver).expect("a door");
    let settings = Settings { service: Some(server.url()), ..more };
    Account::new("main", &settings, &Secret::new(server.token()), door).expect("an account")
}

fn reply(text: &str) -> Reply {
    Reply { text: text.to_owned(), language: Some("de".to_owned()), ..Reply::default() }
}

fn row(id: &str, attempts: u32, to: &ReplyTo, reply: &Reply) -> Sending {
    Sending {
        id: id.to_owned(),
        chat: to.chat.clone(),
        conversation: to.conversation.clone(),
        lane: to.conversation.clone(),
        outgoing: Outgoing::Send { to: to.clone(), reply: reply.clone() },
        target_message: None,
        attempts,
        repeatable: true,
        planned_at: chrono::Utc::now(),
    }
}

/// Sends a reply as a row of this number and try.
async fn send(
    account: &Account,
    id: &str,
    attempts: u32,
    to: &ReplyTo,
    text: &str,
) -> Result<Sent, CallError> {
    let reply = reply(text);
    account.send(&row(id, attempts, to, &reply), to, &reply).await
}

fn place(status: u64, root: u64) -> ReplyTo {
    ReplyTo {
        chat: "mastodon.main".into(),
        conversation: "1".into(),
        message: Some(format!("{status} {root}")),
        thread: None,
        audience: Audience::Public,
    }
}

#[tokio::test]
async fn the_account_says_once_that_it_is_a_bots_and_is_who_was_named() {
    let server = Mastodon::start();
    let bot = account(&server);
    let me = bot.introduce().await.expect("who it is");
    assert_eq!((me.id, me.username), (server.bot().id.to_string(), "claimwatch".to_owned()));
    assert_eq!(me.uri, format!("{}/ap/users/{}", server.url(), server.bot().id));
    assert!(server.is_marked_as_bot());
    account(&server).introduce().await.expect("who it is");
    assert_eq!(server.calls("PATCH").len(), 1, "it is said already");
    for (name, fits) in [
        ("claimwatch", true),
        ("@Claimwatch@127.0.0.1", true),
        ("claimwatch@far.example", false),
        ("ana", false),
    ] {
        let named = Settings { identifier: Some(name.to_owned()), ..Settings::default() };
        let told = account_with(&server, named).introduce().await;
        assert_eq!(told.is_ok(), fits, "{name}: {told:?}");
    }
    server.revoke();
    let told = account(&server).introduce().await.expect_err("a refusal");
    assert!(matches!(told, CallError::Unknown(why) if why.contains("token_file")), "{told}");
    assert_eq!(server.violations(), Vec::<String>::new());
}

fn wanted(mention: &Mention) -> (&str, &str, &str) {
    let incoming = mention.incoming.as_ref().expect("a question");
    (&mention.id, &incoming.post.text, &mention.thread)
}

#[tokio::test]
async fn mentions_ask_about_what_they_stand_below() {
    let server = Mastodon::start();
    let bot = account(&server);
    let (ana, ben, far) =
        (server.person("ana"), server.person("ben"), server.person("cy@far.example"));
    ana.posts("@claimwatch long ago");
    let Mentions { mentions, cursor } = bot.mentions(None).await.expect("how far it is");
    assert!(mentions.is_empty() && cursor.is_some());
    let quiet = bot.mentions(cursor.as_deref()).await.expect("nothing");
    assert_eq!((quiet.mentions.len(), &quiet.cursor), (0, &cursor));

    let rumour = far.drafts(&Draft {
        warning: "health".into(),
        language: Some("es"),
        pictures: vec![Some("a chart".into())],
        ..Draft::of("Lemons cure all")
    });
    let doubt = ben.replies(rumour, "really?");
    let below_doubt = ana.replies(doubt, "@claimwatch");
    let asked = ana.replies(rumour, "@cy@far.example @claimwatch is it so?");
    let direct = ana
        .drafts(&Draft { visibility: "direct", ..Draft::of("@claimwatch psst, is tea poison?") });
    let found = bot.mentions(cursor.as_deref()).await.expect("mentions");
    let [first, second, third] = found.mentions.as_slice() else { panic!("{found:?}") };
    let root = rumour.to_string();
    assert_eq!(wanted(first), (below_doubt.to_string().as_str(), "really?", root.as_str()));
    assert_eq!(
        wanted(second),
        (asked.to_string().as_str(), "health\nLemons cure all", root.as_str())
    );
    let question = second.incoming.as_ref().expect("a question");
    assert_eq!(question.post.alt, ["a chart"]);
    assert_eq!(question.post.id, Some(format!("{}/@cy@far.example/{rumour}", server.url())));
    assert_eq!(
        (question.post.lang.as_deref(), question.client_language.as_deref()),
        (Some("es"), Some("en"))
    );
    let to = question.reply_to.clone().expect("a place");
    assert_eq!(to, ReplyTo { conversation: ana.id.to_string(), ..place(asked, rumour) });
    assert_eq!(wanted(third).1, "psst, is tea poison?");
    let to = third.incoming.as_ref().expect("a question").reply_to.clone().expect("a place");
    assert_eq!((to.audience, to.message), (Audience::Private, Some(format!("{direct} {direct}"))));
    let again = bot.mentions(cursor.as_deref()).await.expect("mentions");
    assert_eq!(again, found, "nothing is forgotten by having been told");
    assert!(bot.mentions(found.cursor.as_deref()).await.expect("none").mentions.is_empty());
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn who_is_not_answered_is_set_aside_and_says_why() {
    let server = Mastodon::start();
    let bot = account(&server);
    let cursor = bot.mentions(None).await.expect("how far it is").cursor;
    let (ana, ben, robot) = (server.person("ana"), server.person("ben"), server.person("robot"));
    robot.is_a_bot();
    robot.posts("@claimwatch beep");
    let asked = ana.posts("@claimwatch is rice made of plastic?");
    // Clients write everybody who was spoken to into the next reply.
    ben.replies(asked, "@ana @claimwatch I wonder too");
    let answer = send(&bot, "r1", 1, &place(asked, asked), "False").await.expect("sent");
    let answer: u64 = answer.message.expect("an id").parse().expect("a number");
    ana.replies(answer, "@claimwatch thanks");
    ana.replies(answer, "@claimwatch and what about all the wheat?");
    server.bot().posts("@claimwatch to myself");
    let shy = server.person("shy");
    shy.describes_as("Please no automated replies. #NoBot");
    shy.posts("@claimwatch is it?");
    let gone = ana.posts("@claimwatch taken back");
    ana.deletes(gone);
    let found = bot.mentions(cursor.as_deref()).await.expect("mentions").mentions;
    let told: Vec<Result<&str, &str>> = found
        .iter()
        .map(|one| one.incoming.as_ref().map(|in_| in_.post.text.as_str()).map_err(|why| *why))
        .collect();
    let want = [
        Err("from a bot"),
        Ok("is rice made of plastic?"),
        Err("the mention was carried over from above"),
        Err("a reply to us of few words"),
        Ok("and what about all the wheat?"),
        Err("its author's profile asks bots to stay away"),
    ];
    assert_eq!(told, want);
    assert_eq!(found[4].thread, asked.to_string(), "the thread is what it began with");
}

#[tokio::test]
async fn many_mentions_come_in_pages_and_a_thread_that_breaks_holds_up_nobody() {
    let server = Mastodon::start();
    let bot = account(&server);
    let cursor = bot.mentions(None).await.expect("how far it is").cursor;
    let ana = server.person("ana");
    for n in 0..95 {
        ana.posts(&format!("@claimwatch question number {n} of many"));
    }
    let found = bot.mentions(cursor.as_deref()).await.expect("mentions");
    assert_eq!(found.mentions.len(), 95);
    assert_eq!(server.calls("GET /api/v1/notifications").len(), 1 + 3);
    let rumour = server.person("ben").posts("a rumour");
    let asked = ana.replies(rumour, "@claimwatch?");
    let next = ana.posts("@claimwatch is tea poison?");
    let path = format!("GET /api/v1/statuses/{asked}/context");
    server.fail_times(&path, 3, Fault::ServerError(500));
    for _ in 0..2 {
        let broken = bot.mentions(found.cursor.as_deref()).await.expect_err("broken");
        assert_eq!(broken, CallError::Broken("the server failed"));
    }
    let third = bot.mentions(found.cursor.as_deref()).await.expect("mentions").mentions;
    assert_eq!(third[0].incoming, Err("the thread it stands in can't be read"));
    assert_eq!(wanted(&third[1]).0, next.to_string());
    server.fail_next("GET /api/v1/notifications", Fault::TooManyRequests { seconds: 1 });
    let limited = bot.mentions(found.cursor.as_deref()).await.expect_err("a limit");
    assert!(matches!(limited, CallError::Later(wait) if wait.as_secs() <= 3), "{limited}");
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_stands_unlisted_in_the_thread_behind_the_same_warning() {
    let server = Mastodon::start();
    let bot = account(&server);
    let far = server.person("cy@far.example");
    for (visibility, heard) in [
        ("public", "unlisted"),
        ("unlisted", "unlisted"),
        ("private", "direct"),
        ("direct", "direct"),
    ] {
        let asked = far.drafts(&Draft {
            warning: "health, covid".into(),
            visibility,
            ..Draft::of("@claimwatch is it so?")
        });
        let sent =
            send(&bot, visibility, 1, &place(asked, asked), "False, says\n\nsomebody #x").await;
        let said = server.said().pop().expect("an answer");
        assert_eq!(sent, Ok(Sent { message: Some(said.id.to_string()) }));
        assert_eq!((said.visibility.as_str(), said.to), (heard, Some(asked)));
        assert_eq!(said.warning, "health, covid");
        assert_eq!(said.text, "@cy@far.example False, says\n\nsomebody #\u{2060}x");
        assert_eq!((said.language.as_deref(), said.key.as_deref()), (Some("de"), Some(visibility)));
    }
    let asked = far.posts("@claimwatch and so?");
    far.deletes(asked);
    let gone = send(&bot, "gone", 1, &place(asked, asked), "False").await;
    assert_eq!(gone, Err(CallError::Refused("what it answers was deleted".into())));
    assert_eq!(server.said().len(), 4);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_repetition_says_nothing_twice_even_when_its_key_is_forgotten() {
    let server = Mastodon::start();
    let bot = account(&server);
    let ana = server.person("ana");
    for fault in [Fault::DropAfter, Fault::Truncate, Fault::DropBefore, Fault::ServerError(502)] {
        let asked = ana.posts("@claimwatch is it so?");
        let (to, id) = (place(asked, asked), format!("{fault:?}"));
        server.fail_next("POST /api/v1/statuses", fault.clone());
        let broken = send(&bot, &id, 1, &to, "False, says https://a.example").await;
        assert!(matches!(broken, Err(CallError::Broken(_))), "{fault:?}: {broken:?}");
        // As after more than an hour.
        server.forget_keys();
        let sent = send(&bot, &id, 2, &to, "False, says https://a.example").await.expect("sent");
        let said: Vec<_> = server.said().into_iter().filter(|one| one.to == Some(asked)).collect();
        assert_eq!(said.len(), 1, "{fault:?}");
        assert_eq!(sent.message, Some(said[0].id.to_string()));
        // Something else below the same question is no repetition.
        send(&bot, &format!("{id} more"), 2, &to, "There is a newer check").await.expect("sent");
    }
    assert_eq!(server.said().len(), 8);
    server.fail_next("POST /api/v1/statuses", Fault::TooManyRequests { seconds: 5 });
    let asked = ana.posts("@claimwatch is it so?");
    let limited = send(&bot, "limit", 1, &place(asked, asked), "False").await;
    assert!(matches!(limited, Err(CallError::Later(wait)) if wait.as_secs() >= 4), "{limited:?}");
    server.revoke();
    let unknown = send(&bot, "revoked", 1, &place(asked, asked), "False").await;
    assert!(matches!(unknown, Err(CallError::Unknown(_))), "{unknown:?}");
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_is_changed_in_place() {
    let server = Mastodon::start();
    let bot = account(&server);
    let ana = server.person("ana");
    let asked = ana.drafts(&Draft { warning: "health".into(), ..Draft::of("@claimwatch so?") });
    let sent = send(&bot, "a", 1, &place(asked, asked), "False").await.expect("sent");
    let id = sent.message.clone().expect("an id");
    ana.deletes(asked);
    for _ in 0..2 {
        assert_eq!(bot.edit(&id, &reply("True, by now")).await, Ok(sent.clone()));
    }
    let [said] = server.said().try_into().expect("one status");
    assert_eq!((said.text.as_str(), said.warning.as_str()), ("@ana True, by now", "health"));
    assert_eq!(
        (said.edits.as_slice(), said.visibility.as_str()),
        (&["@ana False".to_owned()][..], "unlisted")
    );
    server.bot().deletes(said.id);
    let gone = bot.edit(&id, &reply("True")).await;
    assert_eq!(gone, Err(CallError::Refused("the answer it changes was deleted".into())));
    assert_eq!(server.violations(), Vec::<String>::new());
}
