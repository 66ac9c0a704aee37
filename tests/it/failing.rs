//! Sources and parts that fail: whoever looks after the program sees which, since when, and when it
//! is over.

use serde_json::Value;

use crate::botapi::Fault;
use crate::feeds::get;
use crate::unheard::{free_address, ready};
use crate::world::{CHECKS, World};

const DESK: &str = "publisher.jsonl.desk";
const TOWN: &str = "feed.rss.town";
const POSTS: &str = "<rss version=\"2.0\"><channel><title>T</title></channel></rss>";

/// The notices of `/readyz`, which is ready.
fn notices(world: &World) -> Vec<(String, String)> {
    let answer = get(&world.base(), "/readyz");
    let body = answer.split_once("\r\n\r\n").expect("an answer").1;
    let state: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(state["ready"], true, "{state}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let notices = state["notices"].as_array().cloned().unwrap_or_default();
    notices.iter().map(|notice| (text(&notice["part"]), text(&notice["error"]))).collect()
}

/// Lines of the log about a source that warn or say that it is well again.
fn told(world: &World, source: &str) -> usize {
    let said = world.said();
    let of = format!("source=\"{source}\"");
    said.lines().filter(|line| line.contains(&of)).count()
}

fn listed(world: &World) -> String {
    let listed = world.command(&["schedule", "list"]).output().expect("the program");
    String::from_utf8_lossy(&listed.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_source_is_seen_where_one_looks_and_told_once() {
    let mut world = World::new().await;
    let dir = world.data().parent().expect("a directory").display().to_string();
    let more = format!(
        "[publisher.jsonl.desk]\nurl = \"file://{dir}/desk.jsonl\"\n\
         [feed.rss.town]\nurl = \"file://{dir}/town.xml\"\n"
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    world.until("both are noticed", |world| notices(world).len() == 2);
    world.stop();
    world.execute("UPDATE source SET not_before = 0");
    world.start();
    world.until("both failed again", |world| {
        notices(world).iter().filter(|(_, error)| error.contains("the last 2 polls")).count() == 2
    });
    let [(town, why), (desk, other)] = &notices(&world)[..] else {
        panic!("{:?}", notices(&world))
    };
    assert_eq!((town.as_str(), desk.as_str()), (TOWN, DESK));
    assert!(why.contains("town.xml") && other.contains("desk.jsonl"), "{why}\n{other}");
    let wanted = "the last 2 polls failed, none was ever good, next 20";
    assert_eq!(listed(&world).matches(wanted).count(), 2, "{}", listed(&world));
    let metrics = get(&world.base(), "/metrics");
    for kind in ["publisher.jsonl", "rss"] {
        let line = format!("claimwatch_polls_total{{kind=\"{kind}\",result=\"bad\"}} 1");
        assert!(metrics.contains(&line), "{metrics}");
    }
    assert_eq!([told(&world, DESK), told(&world, TOWN)], [1, 1], "{}", world.said());

    world.stop();
    world.write("desk.jsonl", CHECKS);
    world.write("town.xml", POSTS);
    world.execute("UPDATE source SET not_before = 0");
    world.start();
    world.until("both are well", |world| notices(world).is_empty());
    assert_eq!(world.said().matches("its polls are good again").count(), 2, "{}", world.said());
    assert_eq!(listed(&world).matches("failed").count(), 0, "{}", listed(&world));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_says_which_part_is_not_ready_and_is_ready_once_it_has_searched() {
    let mut world = World::new().await;
    let address = free_address();
    world.again("", &address);
    world.start_with_fault("index-before-catch-up");
    world.hears("fault reached");
    world.until("it serves", |_| ready(&address) == 503);
    let done = world.command(&["healthcheck"]).output().expect("the program");
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("/readyz answers 503\n") && told.contains("\nindex: it is "), "{told}");
    world.kill();
    world.start();
    let said = world.said();
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("never said {what}:\n{said}"));
    assert!(at("searched for the first time") < at("listening on"), "{said}");
    world.until("ready", |_| ready(&address) == 200);
    let done = world.command(&["healthcheck"]).output().expect("the program");
    assert_eq!((done.status.code(), &*done.stdout), (Some(0), &b"ready\n"[..]));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_telegram_is_told_once_and_so_is_its_end() {
    let mut world = World::new().await;
    world.start();
    world.api.fail_times("getUpdates", 2, Fault::DropBefore);
    // A message ends the call that waits for one.
    world.api.private("Ana").says("Is rice made of plastic?");
    world.hears("updates come again");
    let said = world.said();
    assert_eq!(said.matches("no updates: ").count(), 1, "{said}");
    assert_eq!(said.matches("updates come again").count(), 1, "{said}");
    world.end();
}
