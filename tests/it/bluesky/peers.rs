//! The network itself, in small: the reference server, directory and AppView. With `TEST_PEERS=1`
//! and `TEST_BLUESKY=DIR`, into which npm put them (CONTRIBUTING says how).

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::World;

const SHARK: &str =
    "look, “a shark swimming along a flooded highway” in Houston after the hurricane";
/// How long the network may take to show something. Its own processes are not ours to hurry.
const WAIT: Duration = Duration::from_secs(60);

struct Peers {
    child: Child,
    pipes: Mutex<(Option<ChildStdin>, BufReader<ChildStdout>)>,
    hello: Value,
}

impl Peers {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/bluesky.sh");
        let mut child = Command::new("bash")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let hello = line(&mut output);
        Self { child, pipes: Mutex::new((Some(input), output)), hello }
    }

    fn act(&self, act: &Value) -> Value {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut input = pipes.0.as_ref().expect("a pipe");
        writeln!(input, "{act}").expect("the network listens");
        line(&mut pipes.1)
    }

    fn told(&self, key: &str) -> &str {
        self.hello[key].as_str().expect("a text")
    }

    /// Waits until the account has so many posts, oldest first.
    fn answers(&self, count: usize, world: &World) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let records = self.act(&json!(["records"]))["records"].as_array().cloned();
            let records = records.unwrap_or_default();
            if records.len() >= count {
                return records;
            }
            assert!(began.elapsed() < WAIT, "no answer {count}; stderr:\n{}", world.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    serde_json::from_str(&line).expect("the network says JSON; see above why it does not")
}

impl Drop for Peers {
    fn drop(&mut self) {
        // The end of its input ends it, and what it started with it.
        let pipes = self.pipes.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(pipes.0.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn on_the_network_itself_a_mention_is_answered_once_with_the_right_link() {
    if std::env::var("TEST_PEERS").as_deref() != Ok("1")
        || std::env::var_os("TEST_BLUESKY").is_none()
    {
        println!("skipped: TEST_PEERS is not 1, or TEST_BLUESKY names no folder");
        return;
    }
    let peers = Peers::start();
    let dir = tempfile::tempdir().expect("a directory");
    let password = dir.path().join("password");
    std::fs::write(&password, peers.told("password")).expect("a file");
    let service = peers.told("pds");
    let stream = service.replace("http://", "ws://");
    let mut world = World::with(&format!(
        "[chat.bluesky.sky]\nservice = {service:?}\nidentifier = {:?}\npassword_file = {password:?}\n\
         [feed.bluesky.all]\nservice = {stream:?}\nmode = \"firehose\"\n",
        peers.told("identifier"),
    ))
    .await;
    world.start();
    world.hears("account is ready");
    world.until("a first look", |world| {
        world.count("SELECT count(*) FROM source WHERE name = 'bluesky.sky'") == 1
    });

    let began = Instant::now();
    let asked = peers.act(&json!(["mention", SHARK]));
    let answers = peers.answers(1, &world);
    println!("from mention to answer: {:.1} s", began.elapsed().as_secs_f64());
    check_answer(&answers[0], &asked);
    check_as_shown(&peers, &asked);

    let below = peers.act(&json!(["post", SHARK]));
    peers.act(&json!(["below", below["uri"], below["cid"], "is this so?"]));
    let answers = peers.answers(2, &world);
    assert_eq!(answers[1]["value"]["reply"]["root"]["uri"], below["uri"]);
    assert!(answers[1]["value"]["text"].as_str().is_some_and(|text| text.starts_with("Altered")));

    // Killed when the network has it and we have not noted that: it is there once all the same.
    world.killed_at("sent-before-receipt", |world| {
        world.hears("account is ready");
        peers.act(&json!(["mention", format!("again: {SHARK}")]));
    });
    world.until("an end of all", |world| world.outbox("sent") == 3);
    assert_eq!((peers.answers(3, &world).len(), world.outbox("uncertain")), (3, 0));

    // The firehose brought what people posted, not what we said ourselves.
    let watched = "SELECT count(*) FROM inbox WHERE source = 'feed.bluesky.all'";
    world.until("four posts", |world| world.count(watched) == 4);
    let malformed = "outcome=\"malformed\"";
    let metrics = format!("{}/metrics", world.base());
    let metrics = reqwest::get(metrics).await.expect("metrics").text().await.expect("a text");
    assert!(!metrics.contains(malformed), "{metrics}");
    world.end();
}

/// The record on the server: in the thread, its link where the text shows it.
fn check_answer(answer: &Value, asked: &Value) {
    let record = &answer["value"];
    let here = json!({"uri": asked["uri"], "cid": asked["cid"]});
    assert_eq!(record["reply"], json!({"root": here, "parent": here}));
    let text = record["text"].as_str().expect("a text");
    let index = &record["facets"][0]["index"];
    let at = |key: &str| index[key].as_u64().expect("a place") as usize;
    assert_eq!(&text[at("byteStart")..at("byteEnd")], "factcheck.afp.com");
    let link = "https://factcheck.afp.com/invented-shark-highway";
    assert_eq!(record["facets"][0]["features"][0]["uri"], link);
}

/// What people see: the answer below the question, the account marked as a bot.
fn check_as_shown(peers: &Peers, asked: &Value) {
    let thread = peers.act(&json!(["thread", asked["uri"]]));
    let reply = &thread["thread"]["replies"][0]["post"];
    assert_eq!(reply["author"]["did"], peers.hello["did"], "{thread}");
    let profile = peers.act(&json!(["profile"]));
    let labels = profile["labels"].as_array().cloned().unwrap_or_default();
    assert!(labels.iter().any(|label| label["val"] == "bot"), "{profile}");
}
