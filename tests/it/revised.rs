//! What moderators hear of a claim beside its posts: that many make it and nobody checked it, and
//! that its check is not what they were told.

use crate::botapi::Chat;
use crate::checked::{spreads, watched};
use crate::later::{import, undated};
use crate::world::{CHECKS, World};

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";
const LAMPS: &str = r#"{"@type":"ClaimReview","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","datePublished":"2026-10-02","inLanguage":"en","reviewRating":{"alternateName":"Unsupported"}}"#;

/// The check of the rice, with another verdict.
fn rice(verdict: &str) -> String {
    let check = CHECKS.lines().find(|line| line.contains("plastic-rice")).expect("a check");
    check.replace("\"alternateName\":\"False\"", &format!("\"alternateName\":\"{verdict}\""))
}

fn withdraw(world: &World, id: &str) {
    let ran = world.command(&["withdraw", id]).output().expect("withdraw");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// All changes were compared with what moderators were told, and all is sent.
fn compared(world: &World) {
    let revised =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'revised'";
    world.until("all are compared", |world| world.count(revised) == 1);
    world.until("an end of all", |world| world.outbox("planned") + world.outbox("sending") == 0);
}

fn headlines(room: &Chat) -> Vec<String> {
    let told = room.messages();
    told.iter().map(|one| one.text.lines().next().unwrap_or_default().to_owned()).collect()
}

const CHANGED: &str = "A check was changed or taken back";
const NEW: &str = "New: a claim that has been checked";
const SPREADS: &str = "Spreading: a claim without a check";

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_many_make_without_a_check_is_told_once_and_again_when_it_is_checked() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "unchecked_people_min = 3\n");
    spreads(&world, &town, &["Ana", "Bea", "Ana", "Bea"]);
    assert_eq!(room.messages().len(), 0, "that is two people");
    spreads(&world, &town, &["Cem"]);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    insta::assert_snapshot!(undated(&alert.text), @r#"
    Spreading: a claim without a check

    They say Himalayan salt lamps clean the air by catching viruses and pollen, I have ordered three of them
    Seen in “Town” (telegram.main): t.me

    5 posts, 3 accounts, 5 in the last hour, since DATE.
    Language: English

    I know of no check of it.
    "#);
    assert_eq!(alert.labels(), ["Mute"], "there is nothing to decide");
    assert_eq!(world.count("SELECT count(*) FROM queue"), 0);
    spreads(&world, &town, &["Dan", "Eva", "Fay"]);
    assert_eq!(room.messages().len(), 1, "it has not grown manifold");
    spreads(&world, &town, &["Gil", "Hal"]);
    world.until("growth", |_| room.messages().len() == 2);
    import(&world, LAMPS);
    world.until("the check", |_| room.messages().len() == 3);
    let told = headlines(&room);
    assert_eq!(told[..2], [SPREADS.to_owned(), "Growing: 10 posts so far".to_owned()]);
    assert_eq!(told[2], "A claim that spreads has now been checked");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_so_many_people_make_it_within_a_day_a_claim_without_a_check_is_not_told() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "unchecked_people_min = 3\n");
    spreads(&world, &town, &["Ana", "Bea"]);
    world.execute("UPDATE claim_post SET at = at - 86500000");
    spreads(&world, &town, &["Cem", "Dan"]);
    assert_eq!(room.messages().len(), 0, "two of them are of yesterday");
    // Five of a day are enough: the digest has them all.
    world.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5)
         INSERT INTO claim (id, posts, first_seen, last_seen, told_posts, told_at)
         SELECT 'c' || n, 30, 0, unixepoch() * 1000, 30, unixepoch() * 1000 FROM n;",
    );
    spreads(&world, &town, &["Eva"]);
    assert_eq!(room.messages().len(), 0);
    world.execute("DELETE FROM claim WHERE id = 'c1'");
    spreads(&world, &town, &["Fay"]);
    world.until("an alert", |_| headlines(&room) == [SPREADS]);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_hear_once_that_the_check_of_a_claim_has_another_verdict_or_is_gone() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "claim_daily_max = 4\n");
    town.by("Ana").says(RICE);
    world.until("an alert", |_| headlines(&room) == [NEW]);
    // Another text under the same verdict is none of their business.
    import(&world, &rice("False").replace("No laboratory", "No serious laboratory"));
    compared(&world);
    assert_eq!(room.messages().len(), 1);
    import(&world, &rice("Mostly false"));
    let changed = world.api.wait_for("it is told", |_| room.messages().into_iter().nth(1)).await;
    insta::assert_snapshot!(undated(&changed.text), @r#"
    A check was changed or taken back

    Shock: rice exported from China is made of plastic pellets, a friend at the customs office in Lagos told me
    Seen in “Town” (telegram.main): t.me
    1 post, 1 account so far.
    Language: English

    Correction (DATE): Snopes has changed its verdict.

    Mostly false, says Snopes (24 February 2025).

    The claim they checked: “Rice exported from China is made of plastic pellets.”
    Read the check: Is Rice from China Made of Plastic? (snopes.com)
    "#);
    assert_eq!(changed.labels(), ["Mute"]);
    compared(&world);
    world.kill();
    world.start();
    withdraw(&world, "plastic-rice");
    let gone = world.api.wait_for("it is told", |_| room.messages().into_iter().nth(2)).await;
    insta::assert_snapshot!(undated(&gone.text), @r#"
    A check was changed or taken back

    Shock: rice exported from China is made of plastic pellets, a friend at the customs office in Lagos told me
    Seen in “Town” (telegram.main): t.me
    1 post, 1 account so far.
    Language: English

    Correction (DATE): the check by Snopes that was shown here has been withdrawn. Please do not rely on what it said.
    "#);
    compared(&world);
    import(&world, &rice("True"));
    compared(&world);
    assert_eq!(room.messages().len(), 3, "a check that was taken back is nobody's any more");
    assert_eq!(world.count("SELECT told_today FROM claim WHERE told_at > 0"), 3);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_told_today_is_told_tomorrow_and_a_muted_claim_when_it_is_not() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "claim_daily_max = 1\n");
    town.by("Ana").says(RICE);
    world.until("an alert", |_| headlines(&room) == [NEW]);
    import(&world, &rice("Mostly false"));
    compared(&world);
    let late = "SELECT count(*) FROM claim WHERE told_late = 1";
    assert_eq!((world.count(late), room.messages().len()), (1, 1), "once a day");
    world.execute("UPDATE claim SET told_at = told_at - 86400000, muted_until = told_at + 3600000");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(room.messages().len(), 1, "it is muted");
    world.execute("UPDATE claim SET muted_until = 0");
    world.until("it is told", |_| headlines(&room) == [NEW, CHANGED]);
    assert_eq!(world.count(late), 0);
    assert!(room.messages()[1].text.contains("Mostly false, says Snopes"));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_waits_does_not_tell_a_check_as_it_is_no_more() {
    let mut world = World::new().await;
    // It is never over, and the daemon's clock is ours.
    let (room, town) = watched(&mut world, "quiet_hours = \"00:00-23:59\"\n");
    town.by("Ana").says(RICE);
    world.until("an alert that waits", |world| world.outbox("planned") == 1);
    withdraw(&world, "plastic-rice");
    world.until("it is not sent", |world| world.outbox("dead") == 1);
    let planned = world.texts("SELECT outgoing FROM outbox WHERE state = 'planned'");
    assert_eq!(planned.len(), 1);
    assert!(planned[0].contains(CHANGED) && !planned[0].contains("says Snopes"), "{planned:?}");
    let reason = "SELECT count(*) FROM outbox WHERE reason = 'the check changed'";
    assert_eq!(world.count(reason), 1);
    assert_eq!(room.messages().len(), 0);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moderators_called_wrong_is_not_theirs_any_more() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    town.by("Ana").says(RICE);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(alert.id, "Wrong match");
    world.until("decided", |world| world.count("SELECT count(*) FROM pair") == 1);
    withdraw(&world, "plastic-rice");
    compared(&world);
    assert_eq!(room.messages().len(), 1);
    world.end();
}
