//! Claims, not messages: posts of one claim are counted together, moderators are told of the claim,
//! and what they decide is not forgotten.

use std::time::Duration;

use crate::checked::watched;
use crate::corrections::changed;
use crate::later::import;
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";

fn ended(world: &World, rows: u64) {
    let done = |world: &World| {
        ["answered", "no_match", "done", "skipped", "refused"]
            .iter()
            .map(|state| world.inbox(state))
            .sum::<u64>()
    };
    world.until(&format!("{rows} rows"), |world| done(world) >= rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_of_one_claim_are_one_alert_until_it_has_grown() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    for (user, text) in [
        ("Ana", RICE.to_owned()),
        ("Bea", format!("{RICE}!! 😱")),
        ("Ana", RICE.to_uppercase()),
        ("Cem", "Rice exported from China is made of plastic pellets, they say".to_owned()),
        ("Dan", "Lovely weather at the lake today, we should all go swimming again".to_owned()),
    ] {
        town.by(user).says(&text);
    }
    ended(&world, 5);
    // One with the first post, one with the second, twice as many, one with the fourth; and three
    // a day are enough.
    world.until("three alerts", |_| room.messages().len() == 3);
    assert_eq!(world.count("SELECT posts FROM claim WHERE review_id IS NOT NULL"), 4);
    let people = "SELECT count(DISTINCT author) FROM claim_post JOIN claim ON claim.id = claim
                  WHERE review_id IS NOT NULL";
    assert_eq!(world.count(people), 3, "Ana counts once");
    assert_eq!(world.count("SELECT count(*) FROM claim"), 2, "the weather is a claim of its own");
    let first = room.messages().remove(0);
    assert!(first.text.contains("\n1 post, 1 account so far.\n"), "{}", first.text);
    for copy in 0..4 {
        town.by("Eva").says(&format!("{RICE}, copy {copy}"));
    }
    ended(&world, 9);
    assert_eq!(room.messages().len(), 3);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_watched_group_is_a_place_and_named_as_it_names_itself() {
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    let village = world.api.group("Village");
    world.api.hears_everything();
    let more = format!(
        "moderators = {}\nwatch = [{}, {}]\n[moderation]\ngrowth_factor = 2\n",
        room.id, town.id, village.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    town.by("Ana").says(RICE);
    world.until("an alert", |_| room.messages().len() == 1);
    village.by("Bea").says(&format!("{RICE}!"));
    world.until("another", |_| room.messages().len() == 2);
    let [first, second] = &room.messages()[..] else { panic!("{:?}", room.messages()) };
    assert!(first.text.contains("\nSeen in “Town” (telegram.main): t.me\n"), "{}", first.text);
    assert!(second.text.contains("\nSeen in “Village” (telegram.main): t.me\n"));
    assert!(second.text.contains("\n2 posts, 2 accounts, 2 places, "), "{}", second.text);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_group_that_became_a_supergroup_is_still_watched() {
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.basic_group("Town"));
    world.api.hears_everything();
    let more = format!("moderators = {}\nwatch = [{}]\n", room.id, town.id);
    world.again(&more, "127.0.0.1:0");
    world.start();
    let there = town.migrates();
    let moved = "SELECT count(*) FROM setting WHERE was IS NOT NULL";
    world.until("it is known that it moved", |world| world.count(moved) == 1);
    there.says(RICE);
    world.until("an alert", |_| room.messages().len() == 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_decide_at_once_make_one_decision_and_a_wrong_pair_is_not_offered_again() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    town.says(RICE);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    assert!(alert.text.contains("False, says Snopes"), "{}", alert.text);
    room.by("Mod One").presses(alert.id, "Wrong match");
    room.by("Mod Two").presses(alert.id, "Right match");
    ended(&world, 3);
    world.until("the alert says so", |_| room.messages()[0].text.contains("Decided:"));
    let first = room.messages().remove(0);
    assert!(first.text.ends_with("Decided: wrong match."), "{}", first.text);
    assert_eq!(first.labels(), [""; 0], "nothing to press any more");
    assert_eq!(world.count("SELECT count(*) FROM audit"), 2, "each press is kept");
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE effect = 'done'"), 1);
    assert_eq!(world.count("SELECT count(DISTINCT actor) FROM audit"), 2);
    assert_eq!(world.count("SELECT count(*) FROM pair WHERE verdict = 'wrong'"), 1);

    // Neither the group's next copy nor a reader who asks about it gets that check again.
    town.by("Eva").says(&format!("{RICE}!!! look https://t.co/x"));
    let ana = world.api.private("Ana");
    ana.says(RICE);
    let answer = world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    assert!(answer.text.starts_with("I found no check of this yet."), "{}", answer.text);
    // Another post that the check is right for is matched as ever.
    ana.says("Rice that comes from China is made of plastic");
    world.api.wait_for("a match", |_| ana.messages().into_iter().nth(1)).await;
    ended(&world, 6);
    assert_eq!(room.messages().len(), 1);
    let traces = ["Mod One", "Mod Two"];
    assert!(traces.iter().all(|name| !world.said().contains(name)));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_about_a_long_post_holds_for_the_claims_in_it() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    let long = format!(
        "Good morning to all of you from the lake, the weather is lovely. The baker on the corner \
         has new rolls with seeds on Thursday. {RICE}. My sister comes to visit next week, we are \
         going to paint the kitchen. Does anybody have a ladder that we could borrow for two days?"
    );
    town.says(&long);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(alert.id, "Wrong match");
    world.until("decided", |world| world.count("SELECT count(*) FROM pair") == 1);
    town.by("Eva").says(&format!("{long} Thank you!"));
    ended(&world, 3);
    assert_eq!((world.inbox("answered"), world.inbox("no_match")), (1, 1));
    assert_eq!(room.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_post_teaches_the_check_its_words() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "alert_on = \"possible\"\n");
    let words = "Customs in Lagos seized sacks of fake grain moulded from polythene, rice made of \
                 plastic, they say";
    town.says(words);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(alert.id, "Right match");
    world.until("decided", |world| world.count("SELECT count(*) FROM pair") == 1);
    // The same post again, from a reader, is answered with the check, and surely.
    let ana = world.api.private("Ana");
    ana.says(&format!("Is it true? {words}"));
    let answer = world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    assert!(answer.text.starts_with("False, says Snopes"), "{}", answer.text);
    // The check is found by its new words.
    let found = |text: &str| {
        let out = world.command(&["ask", "--explain", "--json", text]).output().expect("ask");
        String::from_utf8_lossy(&out.stdout).contains("plastic")
    };
    let began = std::time::Instant::now();
    while !found("sacks of fake grain moulded from polythene seized in Lagos") {
        assert!(began.elapsed() < Duration::from_secs(20), "the alias is in the index");
        std::thread::sleep(Duration::from_millis(200));
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_puts_a_decision_in_the_place_of_an_earlier_one() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "alert_on = \"possible\"\n");
    let words = "Customs in Lagos seized sacks of fake grain moulded from polythene, rice made of \
                 plastic, they say";
    town.says(words);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(alert.id, "Right match");
    let says = |how: &str| {
        let end = format!("Decided: {how} match.");
        world.until(&end, |_| room.messages()[0].text.ends_with(&end));
    };
    says("right");
    let told = |args: &[&str]| {
        let out = world.command(args).output().expect("the program");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let by_alias = || {
        let text = "sacks of fake grain moulded from polythene seized in Lagos";
        told(&["ask", "--explain", "--json", text]).1.contains("plastic")
    };
    world.until("the alias is in the index", |_| by_alias());
    let id = world.texts("SELECT id FROM queue").remove(0);
    let claims = "SELECT count(*) FROM claim WHERE review_id IS NOT NULL";
    assert_eq!(world.count(claims), 1);

    // Mis-keyed by four at once, and once more: one decision takes the place of the one there was.
    let four: Vec<_> = (0..4)
        .map(|_| {
            let mut reject = world.command(&["queue", "reject", &id]);
            reject.stdout(std::process::Stdio::piped()).spawn().expect("the program")
        })
        .collect();
    let ends = four.into_iter().map(|one| one.wait_with_output().expect("an end"));
    let mut ends: Vec<_> =
        ends.map(|end| String::from_utf8_lossy(&end.stdout).into_owned()).collect();
    ends.sort();
    let before = format!("was decided wrong before: {id}\n");
    let anew = format!("decided wrong instead of right: {id}\n");
    assert_eq!(ends, [anew.as_str(), &before, &before, &before]);
    assert_eq!(told(&["queue", "reject", &id]), (Some(0), before));
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE effect = 'instead of right'"), 1);
    assert_eq!(world.count("SELECT count(*) FROM audit"), 6, "each try is kept");
    assert_eq!(world.count("SELECT count(*) FROM pair"), 1);
    assert_eq!(world.count(claims), 0);
    says("wrong");
    world.until("the alias is gone", |_| !by_alias());
    let ana = world.api.private("Ana");
    ana.says(&format!("Is it true? {words}"));
    let answer = world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    assert!(answer.text.starts_with("I found no check of this yet."), "{}", answer.text);

    assert_eq!(told(&["queue", "list"]).1, "");
    let (_, decided) = told(&["queue", "list", "--decided"]);
    let rows: Vec<&str> = decided.lines().collect();
    assert!(rows.len() == 2 && rows[0].starts_with("ID ") && rows[1].starts_with(&id), "{decided}");
    assert!(rows[0].contains("  HOW  ") && rows[1].contains("  match     wrong  "), "{decided}");
    let anew = format!("decided right instead of wrong: {id}\n");
    assert_eq!(told(&["queue", "accept", &id]), (Some(0), anew));
    says("right");
    assert_eq!(world.count(claims), 1);
    assert_eq!(world.count("SELECT count(*) FROM claim WHERE told_review = review_id"), 1);
    ana.says(&format!("Is it true? {words}"));
    let answer = world.api.wait_for("another", |_| ana.messages().into_iter().nth(1)).await;
    assert!(answer.text.starts_with("False, says Snopes"), "{}", answer.text);
    let (_, shown) = told(&["queue", "show", &id]);
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let last = shown["audit"].as_array().and_then(|all| all.last()).expect("a record");
    assert_eq!(last["actor"], "command line");
    assert_eq!((&last["action"], &last["effect"]), (&"right".into(), &"instead of wrong".into()));
    assert!(last["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{last}");
    assert_eq!(room.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_may_mute_a_claim_and_have_a_post_answered_where_it_stands() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "answer_undo_seconds = 0\n");
    let post = town.says(RICE);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    assert_eq!(alert.labels(), ["Right match", "Wrong match", "Answer there", "Mute"]);
    assert_eq!(town.messages().len(), 0, "never unasked");
    room.presses(alert.id, "Answer there");
    let answer = world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    assert!(answer.text.starts_with("False, says Snopes"), "{}", answer.text);
    assert_eq!(answer.reply_to, Some(post));
    let stands = |text: &str, labels: &[&str]| {
        world.until(text, |_| room.messages()[0].text.contains(text));
        assert_eq!(room.messages()[0].labels(), labels);
    };
    stands("Answer there requested.", &["Right match", "Wrong match", "Mute"]);
    room.presses(alert.id, "Mute");
    stands("Answer there requested.\nMuted until ", &["Right match", "Wrong match", "Unmute"]);
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'mute'"), 1);
    for copy in 0..4 {
        town.says(&format!("{RICE}, copy {copy}"));
    }
    ended(&world, 7);
    assert_eq!((room.messages().len(), town.messages().len()), (1, 1));
    // Who muted it by mistake hears of it again.
    room.presses(alert.id, "Unmute");
    world.until("told of again", |_| !room.messages()[0].text.contains("Muted"));
    town.says(&format!("{RICE}, one more"));
    world.until("an alert", |_| room.messages().len() == 2);
    // A decision leaves what makes sense after it.
    room.presses(alert.id, "Right match");
    stands("Decided: right match.\nAnswer there requested.", &["Mute"]);
    world.until("both say so", |_| room.messages()[1].text.contains("Decided: right match."));
    // What was answered is put right like any other answer.
    import(&world, &changed("Mostly false"));
    world.until("a correction", |_| town.messages()[0].text.contains("Mostly false, says Snopes"));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_decides_repairs_and_lists_gaps() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    town.says(RICE);
    for user in ["Ana", "Bea", "Cem"] {
        town.by(user).says(
            "Breaking: the lighthouse of Marnstadt will be painted pink by order of the king",
        );
    }
    ended(&world, 4);
    world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    let told = |args: &[&str]| {
        let out = world.command(args).output().expect("the program");
        let code = out.status.code();
        (code, String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (code, listed) = told(&["queue", "list", "--json"]);
    let item: serde_json::Value = serde_json::from_str(listed.trim()).expect("one item");
    assert_eq!((code, item["kind"].as_str()), (Some(0), Some("match")));
    let id = item["id"].as_str().expect("an id");
    assert_eq!(told(&["queue", "accept", id]), (Some(0), format!("decided right: {id}\n")));
    assert_eq!(
        told(&["queue", "accept", id]),
        (Some(0), format!("was decided right before: {id}\n"))
    );
    assert!(told(&["queue", "show", id]).1.contains("\"effect\": \"right\""));
    assert_eq!(told(&["queue", "list"]), (Some(0), String::new()));
    assert_eq!(told(&["queue", "show", "nothing"]).0, Some(2));
    let (_, report) = told(&["learn", "--report", "--json"]);
    assert!(report.contains("\"decided\":1,\"right\":1"), "{report}");
    let (_, gaps) = told(&["gaps", "--csv"]);
    let rows: Vec<&str> = gaps.lines().collect();
    assert_eq!(rows.len(), 2, "{gaps}");
    assert!(rows[1].contains(",en,0,3,3,1,3,") && rows[1].contains("pink"), "{gaps}");
    assert_eq!(told(&["gaps", "--lang", "fr"]), (Some(0), String::new()));
    assert_eq!(told(&["gaps", "--csv", "--lang", "EN-gb"]), (Some(0), gaps));
    for (args, says) in [
        (["--lang", "xx"], "no language \"xx\" is known; choose one of ar, bg, "),
        (["--weeks", "0"], "0 is not in 1..=10000"),
        (["--weeks", "4294967295"], "4294967295 is not in 1..=10000"),
        (["--limit", "0"], "zero"),
    ] {
        let out = world.command(&["gaps", args[0], args[1]]).output().expect("the program");
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!((out.status.code(), said.contains(says)), (Some(2), true), "{args:?}: {said}");
    }
    assert_eq!(told(&["dead", "list"]), (Some(0), String::new()));
    assert_eq!(told(&["dead", "retry", "nothing"]).0, Some(2));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_changed_counts_once_for_what_it_says_last() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    let ben = town.by("Ben");
    let post = ben.says(&format!("{RICE} zyzzyva"));
    world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    ben.edits(post, &format!("{RICE} zyzzyva!"));
    world.settled(2);
    let counts = "SELECT sum(posts) * 10 + count(*) FROM claim WHERE posts > 0";
    assert_eq!(world.count(counts), 11, "one post, one claim");
    let shark = "Look at this photo: a shark swimming along a flooded highway in Houston after the \
                 hurricane!";
    ben.edits(post, shark);
    world.api.wait_for("another alert", |_| room.messages().into_iter().nth(1)).await;
    world.settled(3);
    assert_eq!(world.count(counts), 11, "it is another claim now");
    assert_eq!(world.count("SELECT count(*) FROM claim_post"), 1);
    for kept in ["claim", "queue"] {
        let before = format!("SELECT count(*) FROM {kept} WHERE text LIKE '%zyzzyva%'");
        assert_eq!(world.count(&before), 0, "{kept}");
    }
    ben.edits(post, "never mind");
    world.settled(4);
    assert_eq!(world.count("SELECT sum(posts) FROM claim"), 0);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_tells_once_what_there_was() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "digest = \"* * * * * *\"\nclaim_daily_max = 1\n");
    // It tells what came after it was looked at for the first time.
    let begun = "SELECT count(*) FROM source WHERE name = 'moderation.digest'";
    world.until("the first look", |world| world.count(begun) == 1);
    town.says(RICE);
    // What is said in a group is told on only once several people say it.
    for user in ["Ana", "Bea", "Cem"] {
        town.by(user).says("The lighthouse of Marnstadt will be painted pink by order of the king");
    }
    let told = |what: &str| room.messages().iter().filter(|one| one.text.contains(what)).count();
    world.until("a digest", |_| told("pink") > 0);
    world.until("the alert", |_| told("False, says Snopes") > 0);
    let digests = || world.count("SELECT count(*) FROM outbox WHERE once LIKE 'digest %'");
    let reached = "SELECT CAST(cursor AS INTEGER) / 1000 FROM source
                   WHERE name = 'moderation.digest'";
    let later = |seconds: i64| {
        let until = world.count(reached) + seconds;
        world.until("some digests later", |world| world.count(reached) >= until);
    };
    later(2);
    let before = digests();
    later(3);
    assert_eq!(digests(), before, "nothing new is not told");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channels_post_that_is_changed_is_read_again_and_counts_once() {
    let mut world = World::new().await;
    let (room, news) = (world.api.group("Moderators"), world.api.channel("News"));
    let more = format!("moderators = {}\nwatch = [{}]\n", room.id, news.id);
    world.again(&more, "127.0.0.1:0");
    world.start();
    let post = news.says("Zyzzyvas at the lake: lovely weather today, we should all go swimming");
    world.settled(1);
    assert_eq!(room.messages().len(), 0);
    news.edits(post, RICE);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    assert!(alert.text.contains("plastic pellets"), "{}", alert.text);
    world.settled(2);
    news.edits(post, &format!("{RICE}!"));
    world.settled(3);
    assert_eq!(world.count("SELECT sum(posts) * 10 + count(*) FROM claim WHERE posts > 0"), 11);
    assert_eq!(world.count("SELECT count(*) FROM claim_post"), 1, "one post");
    assert_eq!(room.messages().len(), 1);
    let before = "SELECT (SELECT count(*) FROM claim WHERE text LIKE 'Zyzzyva%')
                      + (SELECT count(*) FROM inbox WHERE incoming LIKE '%Zyzzyva%')";
    assert_eq!(world.count(before), 0, "what it said before is replaced");
    // Another channel's are none of ours.
    let other = world.api.channel("Elsewhere");
    other.edits(other.says("Something else"), RICE);
    let aside = "SELECT count(*) FROM inbox WHERE reason = 'not a watched channel'";
    world.until("both set aside", |world| world.count(aside) == 2);
    world.end();
}
