//! The ways through the program, each killed at a place and looked at after the next start.

use std::io::{BufRead, Read, Write};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{OUT, SHARK, amid_a_send};
use crate::botapi::Chat;
use crate::flow::{Items, site};
use crate::world::World;

const UNKNOWN: &str = "The mayor of Atlantis will hand out free submarines to everybody on Friday";
const MOON: &str = "Who has the secret moon landing tapes?";
pub(super) const RICE: &str = "Shock: rice exported from China is made of plastic pellets";

/// Waits for something the chat shows.
pub(super) fn shown<T>(world: &World, what: &str, find: impl Fn() -> Option<T>) -> T {
    world.until(what, |_| find().is_some());
    find().expect("it was there a moment ago")
}

/// What a chat was told, and what became of it, where `before` messages had been said already: all
/// of it once, or, killed amid a send, at most once and named as uncertain.
pub(super) fn said_once(world: &World, place: &str, chats: &[&Chat], before: [usize; 2]) {
    let [messages, sent] = before;
    let said = chats.iter().map(|chat| chat.messages().len()).sum::<usize>() - messages;
    let sent = usize::try_from(world.outbox("sent")).expect("a number") - sent;
    let uncertain = usize::try_from(world.outbox("uncertain")).expect("a number");
    assert_eq!(sent + uncertain, chats.len(), "{place}: every plan has an end");
    for chat in chats {
        assert!(chat.messages().len() <= 1 + messages, "{place}: said twice");
    }
    if amid_a_send(place, chats.len()) {
        // With several lanes under way all of them may have had their receipts.
        assert!(uncertain > 0 || place == OUT[2], "{place}");
        assert!(sent <= said, "{place}: {sent} rows sent, but {said} messages");
    } else {
        assert_eq!((said, uncertain), (chats.len(), 0), "{place}");
    }
    if chats.len() == 1 && place == OUT[0] {
        assert_eq!(said, 0, "marked and killed before the call");
    }
    if chats.len() == 1 && place == OUT[1] {
        assert_eq!(said, 1, "said and killed before the receipt");
    }
}

/// The line goes on: somebody else is answered.
pub(super) fn goes_on(world: &World) {
    let ben = world.api.private("Ben");
    ben.says(SHARK);
    shown(world, "the next answer", || ben.messages().into_iter().next());
}

pub(super) fn question(place: &'static str, mut world: World) {
    let ana = world.api.private("Ana");
    world.killed_at(place, |_| {
        ana.says(SHARK);
    });
    world.settled(1);
    said_once(&world, place, &[&ana], [0, 0]);
    goes_on(&world);
    assert_eq!(world.inbox("answered"), 2, "{place}");
    world.end();
}

pub(super) fn webhook(place: &'static str, mut world: World) {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = probe.local_addr().expect("an address").to_string();
    drop(probe);
    let secret = "a-secret_of-32-letters_0123456789";
    let more = "mode = \"webhook\"\nwebhook_url = \"https://bot.example/telegram/main\"\n\
                webhook_secret_file = \"secret\"\n";
    world.again(more, &at);
    world.write("secret", secret);
    let ana = world.api.private("Ana");
    let id = ana.says(SHARK);
    let update = json!({"update_id": 9, "message": ana.body(id)}).to_string();
    // Telegram's own deliveries go to an https address; these are what it would send there.
    let deliver = |at: &str| {
        let url = format!("http://{at}/telegram/main");
        let (update, secret) = (update.clone(), secret.to_owned());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let client = crate::telegram::claimwatch_client();
                let post = client.post(url).header("X-Telegram-Bot-Api-Secret-Token", secret);
                let post = post.header("Content-Type", "application/json").body(update);
                post.send().await.map(|answer| answer.status().as_u16()).ok()
            })
        })
    };
    let mut cut = None;
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        cut = Some(deliver(&at));
    });
    let cut = cut.expect("a delivery").join().expect("a thread");
    assert_eq!(cut, None, "not acknowledged, so it is sent again");
    for _ in 0..2 {
        assert_eq!(deliver(&at).join().expect("a thread"), Some(200));
    }
    world.settled(1);
    said_once(&world, place, &[&ana], [0, 0]);
    world.end();
}

pub(super) fn edit(place: &'static str, mut world: World) {
    let ana = world.api.private("Ana");
    world.start();
    let id = ana.says(UNKNOWN);
    world.until("the first answer", |world| world.outbox("sent") == 1);
    world.killed_at(place, |_| ana.edits(id, SHARK));
    world.settled(2);
    let answers = ana.messages();
    assert_eq!((answers.len(), answers[0].edits.len()), (1, 1), "{place}: edited once");
    assert!(answers[0].text.contains("AFP"), "{place}: {}", answers[0].text);
    assert_eq!(world.outbox("sent"), 2, "{place}: an edit may be repeated until it is surely done");
    assert_eq!((world.inbox("no_match"), world.inbox("answered")), (1, 1), "{place}");
    goes_on(&world);
    world.end();
}

/// Asks about the moon, presses the button that `pick` finds, and is killed at `place`.
fn pressed(place: &'static str, world: &mut World, pick: fn(&str) -> bool) -> (Chat, String) {
    let ana = world.api.private("Ana");
    world.start();
    ana.says(MOON);
    world.until("the first answer", |world| world.outbox("sent") == 1);
    let answer = ana.messages().into_iter().next().expect("an answer");
    let label = answer.labels().into_iter().find(|label| pick(label)).expect("a button");
    let mut press = String::new();
    world.killed_at(place, |_| press = ana.presses(answer.id, &label));
    world.settled(2);
    let answers = ana.messages();
    assert_eq!((answers.len(), answers[0].edits.len()), (1, 1), "{place}: edited once");
    assert!(world.api.press_answer(&press).is_some(), "{place}: the press was felt");
    let calls = world.api.calls("answerCallbackQuery");
    let taken = calls.iter().filter(|call| call.status == 200).count();
    assert!(taken <= 1, "{place}: {calls:?}");
    // The edit is surely done. A press takes one answer; whether it was ours can be uncertain.
    assert_eq!(world.outbox("sent") + world.outbox("uncertain"), 3, "{place}");
    let open = u64::from(amid_a_send(place, 2));
    assert!(world.outbox("uncertain") <= open, "{place}");
    goes_on(world);
    (ana, press)
}

pub(super) fn button(place: &'static str, mut world: World) {
    let (ana, _) = pressed(place, &mut world, |label| label.contains("missing"));
    assert!(ana.messages()[0].text.contains("benefit"), "{}", ana.messages()[0].text);
    world.end();
}

pub(super) fn not_same(place: &'static str, mut world: World) {
    world.again("[moderation]\nnot_same_min = 1\n", "127.0.0.1:0");
    let (_, press) = pressed(place, &mut world, |label| label.contains("Not the same"));
    let toast = world.api.press_answer(&press).expect("a toast");
    assert_eq!(toast["text"], "Thank you, noted.", "{place}");
    assert_eq!(world.count("SELECT count(*) FROM feedback"), 1, "{place}: noted once");
    assert_eq!(world.count("SELECT count(*) FROM queue"), 1, "{place}: asked once");
    world.end();
}

pub(super) fn report(place: &'static str, mut world: World) {
    let room = world.api.group("Moderators");
    world.again(&format!("moderators = {}\n", room.id), "127.0.0.1:0");
    let ana = world.api.private("Ana");
    world.killed_at(place, |_| {
        ana.says("/report the check about rice is out of date");
    });
    world.settled(1);
    said_once(&world, place, &[&ana, &room], [0, 0]);
    assert_eq!(world.count("SELECT count(*) FROM feedback"), 1, "{place}: noted once");
    goes_on(&world);
    world.end();
}

pub(super) fn forget(place: &'static str, mut world: World) {
    let ana = world.api.private("Ana");
    world.start();
    ana.says("Zanzibar garlic: drinking boiled garlic water cures influenza overnight");
    ana.says("/report Quetzalcoatl is missing");
    world.until("two answers", |world| world.outbox("sent") == 2);
    world.killed_at(place, |_| {
        ana.says("/forget");
    });
    world.settled(3);
    // Both earlier rows are gone, so what is left is what was said last.
    said_once(&world, place, &[&ana], [2, 0]);
    if place != OUT[0] {
        assert!(ana.messages()[2].text.contains("deleted"), "{place}");
    }
    world.stop();
    for trace in ["Zanzibar", "Quetzalcoatl", &ana.id.to_string()] {
        assert_eq!(world.holds(trace), None, "{place}: {trace} is still there");
    }
    world.end();
}

pub(super) fn moved(place: &'static str, mut world: World) {
    let family = world.api.basic_group("Family");
    let bot = world.api.bot_name();
    world.start();
    family.says(&format!("@{bot} {MOON}"));
    world.until("the first answer", |world| world.outbox("sent") == 1);
    let answer = family.messages().into_iter().next().expect("an answer");
    let mut there = family.clone();
    world.killed_at(place, |_| {
        there = family.migrates();
        // Asked in the new place; the old one's rows follow.
        there.says(&format!("@{bot} {SHARK}"));
    });
    world.until("everything ended", |world| {
        world.inbox("new") + world.outbox("planned") + world.outbox("sending") == 0
            && world.outbox("sent") + world.outbox("uncertain") == 2
    });
    let old = family.id;
    let left = format!("SELECT count(*) FROM button WHERE conversation = '{old}'");
    assert_eq!(world.count(&left), 0, "{place}: buttons of {} moved along", answer.id);
    assert_eq!(family.messages().len(), 1, "{place}");
    said_once(&world, place, &[&there], [0, 1]);
    goes_on(&world);
    world.end();
}

pub(super) fn watched(place: &'static str, mut world: World) {
    let posts: Items = Arc::new(Mutex::new(vec![("/posts/1", "Good morning everybody")]));
    let handle = tokio::runtime::Handle::current();
    let at = tokio::task::block_in_place(|| handle.block_on(site(Arc::clone(&posts))));
    let room = world.api.group("Moderators");
    let more = format!(
        "moderators = {}\n[http]\nallow = [\"{at}\"]\n\
         [feed.rss.town]\nurl = \"http://{at}/posts.xml\"\nschedule = \"* * * * * *\"\n",
        room.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    world.until("the first look", |world| world.count("SELECT count(*) FROM seen") == 1);
    world.killed_at(place, |_| {
        let again = "Rice exported from China is made of plastic pellets, they say";
        posts.lock().expect("posts").extend([
            ("/posts/2", RICE),
            ("/posts/3", again),
            ("/posts/4", "Lovely weather at the lake today"),
        ]);
    });
    world.settled(3);
    assert_eq!((world.inbox("answered"), world.inbox("no_match")), (2, 1), "{place}: none is lost");
    said_once(&world, place, &[&room], [0, 0]);
    // Another check is another line, by the same feed.
    posts.lock().expect("posts").push(("/posts/5", SHARK));
    let told = room.messages().len();
    shown(&world, "the next line", || room.messages().into_iter().nth(told));
    world.end();
}

pub(super) fn pushed(place: &'static str, mut world: World) {
    let room = world.api.group("Moderators");
    let token = "0123456789abcdef0123";
    world.write("push.token", token);
    let more = format!("moderators = {}\n[feed.push.town]\ntoken_file = \"push.token\"\n", room.id);
    world.again(&more, "127.0.0.1:0");
    let post = format!("[{{\"id\":\"1\",\"text\":\"{RICE}\"}},{{\"text\":\"Good morning\"}}]");
    let push = |base: String| {
        let post = post.clone();
        std::thread::spawn(move || {
            let told = crate::feeds::try_push(&base, token, "application/json", &post);
            told.map(|told| (told.status, told.body))
        })
    };
    let mut cut = None;
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        cut = Some(push(world.base()));
    });
    let cut = cut.expect("a request").join().expect("a thread");
    assert_eq!(cut, None, "{place}: not acknowledged, so it is sent again");
    let (status, body) = push(world.base()).join().expect("a thread").expect("an answer");
    assert_eq!(status, 202, "{place}: {body}");
    world.settled(2);
    assert_eq!((world.inbox("answered"), world.inbox("no_match")), (1, 1), "{place}: none is lost");
    said_once(&world, place, &[&room], [0, 0]);
    world.end();
}

/// A moderator decides about an alert.
pub(super) fn decided(place: &'static str, mut world: World) {
    let room = world.api.group("Moderators");
    let town = world.api.group("Town");
    world.api.hears_everything();
    let more = format!("moderators = {}\nwatch = [{}]\n", room.id, town.id);
    world.again(&more, "127.0.0.1:0");
    world.start();
    town.says(RICE);
    let alert = shown(&world, "an alert", || room.messages().into_iter().next());
    world.settled(1);
    world.killed_at(place, |_| {
        room.presses(alert.id, "Wrong match");
    });
    world.settled(2);
    let count = |sql: &str| world.count(sql);
    assert_eq!(count("SELECT count(*) FROM pair WHERE verdict = 'wrong'"), 1, "{place}");
    assert_eq!(count("SELECT count(*) FROM pair"), 1, "{place}");
    assert_eq!(count("SELECT count(*) FROM audit"), 1, "{place}: a press is kept once");
    let text = &room.messages()[0].text;
    assert_eq!(text.matches("Decided: wrong match.").count(), 1, "{place}: {text}");
    world.end();
}

pub(super) fn gathered(place: &'static str, mut world: World) {
    let handle = tokio::runtime::Handle::current();
    let at = tokio::task::block_in_place(|| handle.block_on(site(Items::default())));
    let more = format!(
        "[http]\nallow = [\"{at}\"]\n[publisher.rss.site]\nurl = \"http://{at}/checks.xml\"\n\
         schedule = \"* * * * * *\"\n"
    );
    world.again(&more, "127.0.0.1:0");
    world.killed_at(place, |_| ());
    world.hears("polled");
    assert_eq!(world.count("SELECT count(*) FROM review WHERE version = 1"), 6, "{place}");
    asked_about(&world, "They say Himalayan salt lamps clean the air by catching viruses", "lamps");
    world.end();
}

pub(super) fn imported(place: &'static str, mut world: World) {
    world.write(
        "more.jsonl",
        r#"{"@type":"ClaimReview","claimReviewed":"Tomato leaves in the car repel every mosquito in town.","url":"https://www.snopes.com/fact-check/invented-tomato/","reviewRating":{"alternateName":"False"}}"#,
    );
    let mut import = world.command(&["import", "more.jsonl"]);
    import.env("CLAIMWATCH_FAULT", place);
    let mut child = import.stderr(Stdio::piped()).spawn().expect("import");
    let stderr = std::io::BufReader::new(child.stderr.take().expect("stderr"));
    let reached = format!("fault reached: {place}");
    let mut lines = stderr.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains(&reached)), "import ended by itself");
    child.kill().expect("kill -9");
    child.wait().expect("an end");
    world.start();
    asked_about(&world, "Is it true that tomato leaves repel every mosquito in town?", "Snopes");
    world.end();
}

/// Alive, but not ready while the index is made anew; killed at that, it is made at the next start.
pub(super) fn made_anew(place: &'static str, mut world: World) {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = probe.local_addr().expect("an address").to_string();
    drop(probe);
    world.again("", &at);
    std::fs::remove_dir_all(world.data().join("search")).expect("an index");
    let ask = |method: &str, path: &str, body: &str| {
        let mut stream = std::net::TcpStream::connect(&at).expect("a connection");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).expect("a status").to_owned();
        (status, answer.split_once("\r\n\r\n").expect("a body").1.to_owned())
    };
    let question = json!({"text": RICE}).to_string();
    world.start_with_fault(place);
    world.hears(&format!("fault reached: {place}"));
    assert_eq!(ask("GET", "/livez", ""), ("200".into(), "ok\n".into()));
    let (status, body) = ask("GET", "/readyz", "");
    let told: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status.as_str(), &told["ready"]), ("503", &json!(false)));
    let anew = json!({"part": "index", "error": "it is being made anew"});
    assert_eq!(told["failing"].as_array().expect("parts")[0], anew, "{body}");
    let (status, body) = ask("POST", "/api/v1/ask", &question);
    assert_eq!(status, "503", "{body}");
    assert!(body.contains("is starting"), "{body}");
    assert_eq!(ask("GET", "/?q=rice", "").0, "503");
    world.kill();
    // Who asks it to end does not wait for the index either.
    world.start_with_fault(place);
    world.hears(&format!("fault reached: {place}"));
    world.stop();
    world.start();
    world.until("readiness", |_| ask("GET", "/readyz", "").0 == "200");
    let (status, body) = ask("POST", "/api/v1/ask", &question);
    assert_eq!(status, "200");
    assert!(body.contains("\"decision\":\"match\""), "{body}");
    world.end();
}

fn asked_about(world: &World, text: &str, told: &str) {
    let ana = world.api.private("Ana");
    ana.says(text);
    let reply = shown(world, "an answer", || ana.messages().into_iter().next());
    assert!(reply.text.contains(told), "{}", reply.text);
}
