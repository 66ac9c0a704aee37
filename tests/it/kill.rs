//! Killed between every two stored steps: nothing is lost, nothing is said twice.

use claimwatch::doors::FAULTS;

use crate::world::World;

const SHARK: &str =
    "Look at this photo: a shark swimming along a flooded highway in Houston after the hurricane!";

/// What must be true after a kill at a place and a restart: messages said, and the row's end.
fn expected(place: &str) -> (usize, &'static str) {
    match place {
        // Marked, so it may have been sent: it is not sent again, and the row says so.
        "send-marked" => (0, "uncertain"),
        "sent-before-receipt" => (1, "uncertain"),
        _ => (1, "sent"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_survives_a_kill_at_every_step() {
    for place in FAULTS.into_iter().filter(|place| !place.starts_with("reviews-")) {
        let mut world = World::new().await;
        world.start_with_fault(place);
        let ana = world.api.private("Ana");
        ana.says(SHARK);
        world.hears(&format!("fault reached: {place}"));
        world.kill();
        world.start();
        let (said, end) = expected(place);
        world.until(&format!("{place}: {end}"), |world| world.outbox(end) == 1);
        // A second question shows that the line goes on, and that nothing else was said meanwhile.
        let ben = world.api.private("Ben");
        ben.says(SHARK);
        world.api.wait_for("the next answer", |_| ben.messages().into_iter().next()).await;
        assert_eq!(ana.messages().len(), said, "{place}");
        assert_eq!(world.inbox("answered"), 2, "{place}");
        assert_eq!(world.inbox("new"), 0, "{place}");
        world.end();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_survive_a_kill_between_database_and_index() {
    let mut world = World::new().await;
    world.write(
        "more.jsonl",
        r#"{"@type":"ClaimReview","claimReviewed":"Tomato leaves in the car repel every mosquito in town.","url":"https://www.snopes.com/fact-check/invented-tomato/","reviewRating":{"alternateName":"False"}}"#,
    );
    let mut import = world.command(&["import", "more.jsonl"]);
    import.env("CLAIMWATCH_FAULT", "reviews-stored-before-index");
    let mut child = import.stderr(std::process::Stdio::piped()).spawn().expect("import");
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("stderr"));
    let mut said = String::new();
    while !said.contains("fault reached") {
        assert_ne!(
            std::io::BufRead::read_line(&mut stderr, &mut said).expect("stderr"),
            0,
            "{said}"
        );
    }
    child.kill().expect("kill -9");
    child.wait().expect("an end");
    world.start();
    let ana = world.api.private("Ana");
    ana.says("Is it true that tomato leaves in the car repel every mosquito in town?");
    let reply = world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    assert!(reply.text.contains("Snopes"), "{}", reply.text);
    world.end();
}
