//! What is not kept: who wrote something, once it is decided, and what was taken back. The bytes on
//! the disk are searched.

use crate::bluesky::Jetstream;
use crate::feeds::try_push;
use crate::world::World;

/// Shares its telling words with a check, and has one that stands in no check.
const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me, zyzzyvas";
/// May be about the same check, and has words that stand in none.
const GRAIN: &str = "Customs in Lagos seized sacks of fake grain moulded from polythene, rice made of \
                     plastic, they say";
const TOKEN: &str = "a token of thirty-two signs or so";

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_a_post_is_counted_and_then_no_name_is_left() {
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    let town = world.api.group("Town");
    world.api.hears_everything();
    world.write("push.token", TOKEN);
    world.again(
        &format!(
            "moderators = {}\nwatch = [{}]\n[feed.push.desk]\ntoken_file = \"push.token\"\n",
            room.id, town.id
        ),
        "127.0.0.1:0",
    );
    world.start();
    let writer = town.by("Quibbleton");
    writer.says(RICE);
    let post =
        serde_json::json!({"id": "7", "text": format!("{RICE} now"), "author": "Jabberwock"});
    let told = try_push(&world.base(), TOKEN, "application/json", &post.to_string());
    assert_eq!(told.expect("an answer").status, 202);
    let ana = world.api.private("Wollstonecraft");
    ana.says("Is rice made of plastic in China?");
    world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    world.settled(3);
    assert_eq!(world.count("SELECT count(DISTINCT author) FROM claim_post"), 2, "both are counted");
    assert!(world.holds("Jabberwock").is_some(), "it was never there, so it proves nothing");
    world.store().scrub().expect("scrubbed");
    for name in ["Quibbleton", "Jabberwock", "Wollstonecraft"] {
        assert_eq!(world.holds(name), None, "{name} is still there");
    }
    assert!(world.holds("zyzzyvas").is_some(), "the posts are");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_author_takes_back_is_left_nowhere_though_it_was_confirmed() {
    let jetstream = Jetstream::start();
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    world.again(
        &format!(
            "moderators = {}\n[moderation]\nalert_on = \"possible\"\n\
             [feed.bluesky.all]\nservice = \"{}\"\n",
            room.id,
            jetstream.url()
        ),
        "127.0.0.1:0",
    );
    world.start();
    world.until("a follower", |_| jetstream.came().len() == 1);
    let first = 1_783_175_888_000_000;
    jetstream.commit(first, "3one", Some(GRAIN));
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(alert.id, "Right match");
    let aliases = "SELECT count(*) FROM pair WHERE text IS NOT NULL";
    world.until("an alias", |world| world.count(aliases) == 1);
    world.until("the alias in the index", |world| searched(world) == last(world));
    world.settled(2);
    let found = || {
        let words = "sacks of fake grain moulded from polythene seized in Lagos";
        let out = world.command(&["ask", "--explain", "--json", words]).output().expect("ask");
        String::from_utf8_lossy(&out.stdout).contains("plastic")
    };
    assert!(found(), "it was never in the index, so it proves nothing");
    let before = last(&world);
    jetstream.commit(first + 1, "3one", None);
    world.until("no alias", |world| world.count(aliases) == 0);
    assert!(last(&world) > before, "the index is told");
    world.until("the index without it", |world| searched(world) == last(world));
    assert!(!found(), "the check is not found by its words any more");
    for kept in ["claim", "queue", "pair"] {
        let texts = format!("SELECT count(*) FROM {kept} WHERE text IS NOT NULL");
        assert_eq!(world.count(&texts), 0, "{kept}");
    }
    assert_eq!(world.count("SELECT count(*) FROM pair"), 1, "that it was decided stays");
    world.stop();
    world.store().scrub().expect("scrubbed");
    for word in ["moulded", "polythene"] {
        assert_eq!(world.holds(word), None, "{word} is still there");
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_became_another_is_forgotten_with_what_was_kept_under_its_old_number() {
    let mut world = World::new().await;
    let town = world.api.basic_group("Town");
    world.start();
    let bot = world.api.bot_name();
    let ben = town.by("Ben");
    ben.says(&format!("@{bot} Is rice made of plastic in China?"));
    let found = world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    ben.presses(found.id, "Not the same claim");
    ben.says(&format!("@{bot} They say Himalayan salt lamps catch viruses in the air of a room"));
    world.api.wait_for("nothing yet", |_| town.messages().into_iter().nth(1)).await;
    world.settled(3);
    let one = |sql: &str| world.texts(sql).into_iter().next().expect("one row");
    let kept = "SELECT author FROM claim_post UNION ALL SELECT conversation FROM feedback";
    let place = one("SELECT conversation FROM feedback");
    assert_eq!(world.texts(kept), [place.clone(), place.clone()], "the group, twice");
    let there = town.migrates();
    let moved = format!("SELECT count(*) FROM inbox WHERE conversation = '{}'", there.id);
    world.until("the move", |world| world.count(&moved) == 4);
    let renamed = one("SELECT conversation FROM feedback");
    assert_ne!(renamed, place);
    assert_eq!(world.texts(kept), [renamed.clone(), renamed.clone()]);
    there.says("/forget");
    world.api.wait_for("the last word", |_| there.messages().into_iter().next()).await;
    world.until("an end of all", |world| world.inbox("new") + world.outbox("planned") == 0);
    world.stop();
    world.store().scrub().expect("scrubbed");
    assert_eq!(world.count("SELECT count(*) FROM feedback"), 0);
    assert_eq!(world.count("SELECT count(*) FROM claim_post WHERE author IS NOT NULL"), 0);
    let ids = [town.id, there.id].map(|id| id.to_string());
    for trace in ids.iter().chain([&place, &renamed]) {
        assert_eq!(world.holds(trace), None, "{trace} is still there");
    }
    world.end();
}

/// The last change of a check.
fn last(world: &World) -> i64 {
    world.count("SELECT max(sequence) FROM review")
}

/// How far the index has come.
fn searched(world: &World) -> i64 {
    let folder = world.data().join("search");
    let current = std::fs::read_to_string(folder.join("current")).expect("a generation");
    let meta = folder.join(format!("generation-{}", current.trim())).join("meta.json");
    let meta: serde_json::Value =
        serde_json::from_slice(&std::fs::read(meta).expect("a file")).expect("JSON");
    let payload = meta["payload"].as_str().expect("a payload");
    let payload: serde_json::Value = serde_json::from_str(payload).expect("JSON");
    payload["sequence"].as_i64().expect("a number")
}

/// The rights on a file or folder, as three octal digits.
fn rights(path: &std::path::Path) -> u32 {
    let there = std::fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    std::os::unix::fs::PermissionsExt::mode(&there.permissions()) & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_read_what_people_asked() {
    let mut world = World::new().await;
    let folder = world.data().parent().expect("the world's folder").to_owned();
    let imports = |data: &str| {
        // As lenient as most systems are.
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "umask 022; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_claimwatch")]);
        command.args(["--data", data, "import", "checks.jsonl"]).current_dir(&folder);
        let ended = command.output().expect("the program");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        folder.join(data)
    };
    let fresh = imports("new/kept");
    let parent = fresh.parent().expect("its folder");
    assert_eq!(format!("{:o} {:o}", rights(parent), rights(&fresh)), "755 700");
    assert_eq!(rights(&fresh.join("claimwatch.db")), 0o600);
    assert_eq!(rights(&fresh.join("search")), 0o700);

    // Whose folder it is decides about that himself, and about his group.
    let own = folder.join("own");
    let lenient = |path: &std::path::Path, mode| {
        let rights = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, rights).expect("rights");
    };
    std::fs::create_dir(&own).expect("a folder");
    lenient(&own, 0o755);
    imports("own");
    assert_eq!((rights(&own), rights(&own.join("claimwatch.db"))), (0o755, 0o600));
    lenient(&own.join("claimwatch.db"), 0o664);
    imports("own");
    assert_eq!((rights(&own), rights(&own.join("claimwatch.db"))), (0o755, 0o660));

    world.start();
    let ana = world.api.private("Ana");
    ana.says("Is rice made of plastic in China?");
    world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    for file in ["claimwatch.db", "claimwatch.db-wal", "claimwatch.db-shm"] {
        assert_eq!(rights(&world.data().join(file)), 0o600, "{file}");
    }
    world.end();
}
