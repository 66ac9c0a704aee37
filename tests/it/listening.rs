//! Groups whose admins want to be answered without asking: only what a check surely fits, within a
//! budget, and silence the moment they say so.

use crate::botapi::{BotMessage, Chat, Fault, Origin};
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";
const SHARK: &str =
    "Look at this photo: a shark swimming along a flooded highway in Houston after the hurricane!";
/// Matches nothing, and has a word of its own.
const LAKE: &str = "Lovely weather at the lake today, zyzzyvas and all, we should go swimming";

/// A world with a group that is watched, and a bot that is shown what is said there.
async fn listening(more: &str) -> (World, Chat) {
    let mut world = World::new().await;
    let town = world.api.group("Town");
    world.api.hears_everything();
    world.again(&format!("watch = [{}]\n{more}", town.id), "127.0.0.1:0");
    world.start();
    (world, town)
}

/// The nth message of a chat, when it is there.
async fn nth(world: &World, chat: &Chat, n: usize) -> BotMessage {
    world.api.wait_for("a message", |_| chat.messages().into_iter().nth(n - 1)).await
}

/// Has the group listened to.
async fn switched_on(world: &World, town: &Chat) {
    let before = town.messages().len();
    town.says("/listen on");
    let said = nth(world, town, before + 1).await;
    assert!(said.text.starts_with("I listen here."), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_check_surely_fits_is_answered_and_each_check_once_a_day() {
    let (mut world, town) = listening("").await;
    let ben = town.by("Ben");
    ben.says(RICE);
    world.settled(1);
    assert_eq!(town.messages().len(), 0, "nobody switched it on");
    switched_on(&world, &town).await;
    ben.says(LAKE);
    // Offered to who asks, but not sure.
    ben.says("Is plastic rice from China a thing?");
    // Another place: a guard speaks against it.
    ben.says(&RICE.replace("China", "Vietnam"));
    let shark = ben.says(SHARK);
    let answer = nth(&world, &town, 2).await;
    assert_eq!(answer.reply_to, Some(shark));
    insta::assert_snapshot!(answer.text, @r#"
    Altered, says AFP Fact Check (29 August 2026).

    From the check: The picture was put together from two others. The shark was photographed off South Africa in 2005.

    The claim they checked: “A photo shows a shark swimming along a flooded highway in Houston after a hurricane.”

    Read the check: Photo of shark on flooded highway is a montage (factcheck.afp.com)

    Matched automatically to this message. Not the same? Tell me.

    Nobody asked: admins of this group want me to answer what has been checked. /listen off ends that.
    "#);
    world.settled(6);
    ben.says(&format!("{SHARK} Wow"));
    world.settled(7);
    assert_eq!(town.messages().len(), 2, "{}", world.api.story());
    // Who asks is answered as ever.
    ben.says(&format!("@{} {SHARK}", world.api.bot_name()));
    nth(&world, &town, 3).await;
    world.settled(8);
    // A restart forgets nothing.
    world.stop();
    world.start();
    let rice = ben.says(RICE);
    assert_eq!(nth(&world, &town, 4).await.reply_to, Some(rice));
    world.settled(9);
    world.stop();
    world.store().scrub().expect("scrubbed");
    for word in ["zyzzyvas", "Vietnam"] {
        assert_eq!(world.holds(word), None, "{word}: what matches nothing is not kept");
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn off_is_silence_at_once_also_for_what_waits() {
    let (world, town) = listening("").await;
    switched_on(&world, &town).await;
    town.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 3 });
    town.by("Ben").says(SHARK);
    world.until("a planned answer that waits", |world| {
        world.outbox("planned") == 1 && world.api.calls("sendMessage").len() == 2
    });
    town.says("/listen off");
    let said = nth(&world, &town, 2).await;
    assert!(said.text.starts_with("I do not listen here."), "{}", said.text);
    world.settled(3);
    let dead = "SELECT count(*) FROM outbox WHERE reason = 'listening was switched off'";
    assert_eq!((world.count(dead), world.outbox("dead")), (1, 1));
    town.by("Ben").says(RICE);
    world.settled(4);
    assert_eq!(town.messages().len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_switch_it_where_the_operator_permits_it() {
    let (world, town) = listening("").await;
    let said = async |chat: &Chat, text: &str| {
        let before = chat.messages().len();
        chat.says(text);
        nth(&world, chat, before + 1).await.text
    };
    let ben = town.by("Ben");
    let mut told = vec![said(&ben, "/listen on").await];
    told.push(said(&ben, "/listen").await);
    town.fail_next("getChatAdministrators", Fault::ServerError(502));
    told.push(said(&town, "/listen on").await);
    let elsewhere = world.api.group("Elsewhere");
    told.push(said(&elsewhere, "/listen on").await);
    told.push(said(&world.api.private("Ben"), "/listen on").await);
    let listened = "SELECT count(*) FROM setting WHERE listening = 1";
    // An admin passes on what Ben wrote.
    let aside = "SELECT count(*) FROM inbox WHERE reason = 'a command of somebody else'";
    town.forwards(&Origin::Person("Ben"), "/listen on");
    world.until("set aside", |world| world.count(aside) == 1);
    assert_eq!(world.count(listened), 0);
    // Whoever speaks as the group is an admin, and not a bot.
    let before = town.messages().len();
    town.says_anonymously("/listen on");
    told.push(nth(&world, &town, before + 1).await.text);
    assert_eq!(world.count(listened), 1);
    told.push(said(&ben, "/listen off").await);
    assert_eq!(world.count(listened), 1, "Ben is no admin");
    insta::assert_snapshot!(told.join("\n---\n"), @r#"
    Only admins of this group can switch that.
    ---
    I do not listen here. I answer only when I am asked.

    In a group, its admins can let me answer without being asked: /listen on. I then answer below a message only if a published check clearly fits it. /listen off ends that at once.
    ---
    I could not find out whether you are an admin of this group. Please try again in a moment.
    ---
    Whoever runs this bot has not permitted listening in this group.
    ---
    In a group, its admins can let me answer without being asked: /listen on. I then answer below a message only if a published check clearly fits it. /listen off ends that at once.
    ---
    I listen here. I answer below a message only if a published check clearly fits it, at most 6 times an hour, and the same check at most once a day.

    What fits no check I do not keep. /listen off ends this at once.
    ---
    Only admins of this group can switch that.
    "#);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_has_room_for_so_many() {
    let (world, town) = listening("listen_hourly_max = 1\n").await;
    switched_on(&world, &town).await;
    town.by("Ben").says(RICE);
    town.by("Ben").says(SHARK);
    world.settled(3);
    assert_eq!(town.messages().len(), 2);
    assert_eq!(world.inbox("answered"), 2, "both were looked at");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_machine_wrote_alone_is_never_said_unasked() {
    let (world, town) = listening("[match]\nmachine_written_alone = true\n").await;
    let claim = "Painting the roof of a henhouse purple keeps every fox out of the yard all winter";
    world.write(
        "more.jsonl",
        &format!(
            r#"{{"@type":"ClaimReview","claimReviewed":"{claim}.","url":"https://factually.co/fact-checks/invented-henhouse","reviewRating":{{"alternateName":"False"}}}}"#
        ),
    );
    let import = world.command(&["import", "more.jsonl"]).output().expect("import");
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    switched_on(&world, &town).await;
    town.by("Ben").says(claim);
    world.settled(2);
    assert_eq!(town.messages().len(), 1);
    town.by("Ben").says(&format!("@{} {claim}", world.api.bot_name()));
    let asked = nth(&world, &town, 2).await;
    assert!(asked.text.starts_with("False, says Factually"), "{}", asked.text);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unasked_answer_whose_check_goes_is_not_sent_and_one_that_was_is_corrected() {
    let (world, town) = listening("").await;
    switched_on(&world, &town).await;
    town.by("Ben").says(SHARK);
    nth(&world, &town, 2).await;
    town.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 2 });
    town.by("Ben").says(RICE);
    world.until("a planned answer that waits", |world| {
        world.outbox("planned") == 1 && world.api.calls("sendMessage").len() == 3
    });
    for id in ["plastic-rice", "shark-highway"] {
        let withdrawn = world.command(&["withdraw", id]).output().expect("withdraw");
        assert!(withdrawn.status.success(), "{}", String::from_utf8_lossy(&withdrawn.stderr));
    }
    world.until("a correction", |_| town.messages()[1].text.starts_with("Correction"));
    world.until("an end", |world| world.outbox("dead") == 1 && world.outbox("planned") == 0);
    assert_eq!(town.messages().len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unasked_answer_follows_what_the_post_is_changed_into() {
    let (world, town) = listening("").await;
    switched_on(&world, &town).await;
    let ben = town.by("Ben");
    let post = ben.says(SHARK);
    let answer = nth(&world, &town, 2).await;
    // A slip of the thumb is put right: it is still the same check's.
    ben.edits(post, &format!("{SHARK} Wow"));
    world.settled(3);
    assert_eq!(town.messages()[1].text, answer.text);
    ben.edits(post, RICE);
    let rice = world.api.wait_for("the other check", |_| {
        town.messages().into_iter().nth(1).filter(|one| one.text.starts_with("False, says Snopes"))
    });
    let rice = rice.await;
    assert!(rice.text.contains("Nobody asked: "), "{}", rice.text);
    assert!(rice.labels().contains(&"Not the same claim".to_owned()), "{:?}", rice.labels());
    // Another place: a guard speaks against it.
    ben.edits(post, &RICE.replace("China", "Vietnam"));
    let changed = "The message was changed since. What I had answered was about its earlier words.";
    world.until("it says so", |_| town.messages()[1].text == changed);
    world.settled(5);
    assert_eq!(town.messages()[1].labels(), [""; 0]);
    assert_eq!(world.count("SELECT count(*) FROM told"), 0, "there is nothing to correct");
    ben.edits(post, SHARK);
    world.settled(6);
    assert_eq!(town.messages()[1].text, changed, "that was it");
    assert_eq!(town.messages().len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_told_today_does_not_take_an_answers_place_and_one_that_waits_is_not_sent() {
    let (world, town) = listening("").await;
    switched_on(&world, &town).await;
    let ben = town.by("Ben");
    ben.says(SHARK);
    nth(&world, &town, 2).await;
    let post = ben.says(RICE);
    nth(&world, &town, 3).await;
    ben.edits(post, &format!("{SHARK} Wow"));
    let changed = "The message was changed since.";
    world.until("it says so", |_| town.messages()[2].text.starts_with(changed));
    assert!(town.messages()[1].text.starts_with("Altered, says AFP"));
    world.settled(4);
    town.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 3 });
    let waits = ben.says(&format!("{RICE} Wow"));
    world.until("a planned answer that waits", |world| {
        world.outbox("planned") == 1 && world.api.calls("sendMessage").len() == 4
    });
    ben.edits(waits, LAKE);
    world.settled(6);
    let dead = "SELECT count(*) FROM outbox WHERE reason = 'the post was changed'";
    assert_eq!(world.count(dead), 1);
    assert_eq!(town.messages().len(), 3);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_is_not_shown_is_told() {
    let mut world = World::new().await;
    let town = world.api.group("Town");
    world.again(&format!("watch = [{}]\n", town.id), "127.0.0.1:0");
    world.start();
    town.says("/listen on");
    let said = nth(&world, &town, 1).await.text;
    assert!(said.contains("But Telegram does not show me what is said here."), "{said}");
    // An admin is shown everything.
    town.appoints_the_bot();
    town.says("/listen on");
    let said = nth(&world, &town, 2).await.text;
    assert!(!said.contains("But Telegram"), "{said}");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_permitted_anywhere_it_moves_along_and_ends_with_forget_and_farewell() {
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    let town = world.api.basic_group("Town");
    world.api.hears_everything();
    let more = format!("listen = \"anywhere\"\nmoderators = {}\n", room.id);
    world.again(&more, "127.0.0.1:0");
    world.start();
    let aside = "SELECT count(*) FROM inbox WHERE state = 'skipped'";
    town.by("Ben").says(RICE);
    world.until("set aside", |world| world.count(aside) == 1);
    switched_on(&world, &town).await;
    town.by("Ben").says(RICE);
    nth(&world, &town, 2).await;
    let there = town.migrates();
    let moved = format!("SELECT count(*) FROM setting WHERE conversation = '{}'", there.id);
    world.until("the move", |world| world.count(&moved) == 1);
    there.by("Ben").says(SHARK);
    nth(&world, &there, 1).await;
    there.by("Ben").says(LAKE);
    there.says("/forget");
    nth(&world, &there, 2).await;
    there.by("Ben").says("Himalayan salt lamps clean the air by catching viruses");
    world.until("set aside again", |world| world.count(aside) >= 2);
    let listened = "SELECT count(*) FROM setting WHERE listening = 1";
    assert_eq!(world.count(listened), 0);
    switched_on(&world, &there).await;
    assert_eq!(world.count(listened), 1);
    there.blocks();
    world.until("no listening", |world| world.count(listened) == 0);
    assert_eq!(room.messages().len(), 0, "what its admins let us hear is not for moderators");
    assert_eq!(world.count("SELECT count(*) FROM claim WHERE posts > 0"), 0);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_group_that_became_another_is_still_watched_and_listened_to() {
    let mut world = World::new().await;
    let town = world.api.basic_group("Town");
    world.api.hears_everything();
    world.again(&format!("watch = [{}]\n", town.id), "127.0.0.1:0");
    world.start();
    switched_on(&world, &town).await;
    let there = town.migrates();
    let moved = format!("SELECT count(*) FROM setting WHERE conversation = '{}'", there.id);
    world.until("the move", |world| world.count(&moved) == 1);
    let shark = there.by("Ben").says(SHARK);
    assert_eq!(nth(&world, &there, 1).await.reply_to, Some(shark));
    // The operator's word is the last: nothing is heard where he does not permit it.
    world.stop();
    world.again("listen = \"never\"\n", "127.0.0.1:0");
    world.start();
    there.by("Ben").says(RICE);
    there.says("/listen on");
    let said = nth(&world, &there, 2).await;
    assert!(said.text.contains("has not permitted"), "{}", said.text);
    assert_eq!(there.messages().len(), 2);
    world.end();
}
