//! Killed between every two stored steps: nothing is lost, nothing is said twice.
//!
//! Each way through the program is taken once for each place it passes: the program stands still
//! there, gets a `kill -9`, and is started again. What may have been sent ends as `uncertain` and
//! is not sent again; anything else is as if nothing had happened.

mod answered;
mod flows;
mod later;
mod listening;

use claimwatch::doors::FAULTS;

use crate::world::World;

/// What the flows ask about.
const SHARK: &str =
    "Look at this photo: a shark swimming along a flooded highway in Houston after the hurricane!";

/// One way through the program, and the places it passes.
struct Flow {
    name: &'static str,
    places: &'static [&'static str],
    take: fn(&'static str, World),
}

/// Worlds at once: most of their time is waiting.
const AT_ONCE: usize = 4;
/// A message's way in.
const IN: [&str; 3] = ["received-before-inbox", "inbox-stored", "question-leased"];
/// The way out of what was planned.
const OUT: [&str; 3] = ["send-marked", "sent-before-receipt", "receipt-stored"];
/// The whole way of a message.
const WHOLE: [&str; 8] =
    [IN[0], IN[1], IN[2], "handled-before-end", "answer-planned", OUT[0], OUT[1], OUT[2]];

/// The whole way of a moderator's press.
const PRESS: [&str; 9] = [
    IN[0],
    IN[1],
    IN[2],
    "decided-before-end",
    "handled-before-end",
    "answer-planned",
    OUT[0],
    OUT[1],
    OUT[2],
];

const FLOWS: [Flow; 24] = [
    Flow { name: "question", places: &WHOLE, take: flows::question },
    Flow { name: "webhook", places: &[IN[0], IN[1]], take: flows::webhook },
    Flow { name: "edited question", places: &WHOLE, take: flows::edit },
    Flow { name: "button", places: &WHOLE, take: flows::button },
    Flow { name: "button that is kept", places: &WHOLE, take: flows::not_same },
    Flow { name: "report", places: &WHOLE, take: flows::report },
    Flow {
        name: "forget",
        places: &[IN[0], IN[1], IN[2], "forgotten-before-scrub", OUT[0], OUT[1], OUT[2]],
        take: flows::forget,
    },
    Flow { name: "moved group", places: &WHOLE, take: flows::moved },
    Flow { name: "listening switched on", places: &WHOLE, take: listening::listening },
    Flow { name: "listening switched off", places: &WHOLE, take: listening::silent },
    Flow { name: "unasked answer", places: &WHOLE, take: listening::unasked },
    Flow {
        name: "watched post",
        places: &[
            "posts-before-inbox",
            "posts-stored",
            IN[2],
            "handled-before-end",
            "answer-planned",
            OUT[0],
            OUT[1],
            OUT[2],
        ],
        take: flows::watched,
    },
    Flow {
        name: "pushed post",
        places: &["posts-before-inbox", "posts-stored"],
        take: flows::pushed,
    },
    Flow { name: "decision", places: &PRESS, take: flows::decided },
    Flow { name: "answer there", places: &PRESS, take: answered::answered },
    Flow { name: "answer taken back", places: &PRESS, take: answered::taken_back },
    Flow {
        name: "gathered check",
        places: &["reviews-stored-before-index", "indexed-before-poll-ended"],
        take: flows::gathered,
    },
    Flow { name: "import", places: &["reviews-stored-before-index"], take: flows::imported },
    Flow {
        name: "follow-up",
        places: &["follow-up-before-plan", "follow-up-planned", OUT[0], OUT[1], OUT[2]],
        take: later::follow_up,
    },
    Flow {
        name: "correction",
        places: &["correction-before-plan", "correction-planned", OUT[0], OUT[1], OUT[2]],
        take: later::correction,
    },
    Flow {
        name: "checked claim",
        places: &["checked-before-plan", "checked-planned", OUT[0], OUT[1], OUT[2]],
        take: later::checked,
    },
    Flow {
        name: "revised claim",
        places: &["revision-before-plan", "revision-planned", OUT[0], OUT[1], OUT[2]],
        take: later::revised,
    },
    Flow {
        name: "silence",
        places: &["silence-before-plan", "silence-planned", OUT[0], OUT[1], OUT[2]],
        take: later::silence,
    },
    Flow { name: "index made anew", places: &["index-before-catch-up"], take: flows::made_anew },
];

/// Whether a kill there leaves it open what was sent; with more than one lane under way the others
/// may stand amid a send where the first has its receipt.
fn amid_a_send(place: &str, lanes: usize) -> bool {
    OUT[..2].contains(&place) || lanes > 1 && place == OUT[2]
}

/// Takes a way once for each of its places, each with a world of its own.
fn take(name: &str) {
    let flow = FLOWS.iter().find(|flow| flow.name == name).expect("a flow");
    for places in flow.places.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            for place in places {
                scope.spawn(move || take_at(flow, place));
            }
        });
    }
}

fn take_at(flow: &Flow, place: &'static str) {
    println!("{}, killed at {place}", flow.name);
    // The site of a world and its waiting must not share one thread.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let world = World::new().await;
        (flow.take)(place, world);
    });
}

#[test]
fn every_place_is_passed_by_a_flow() {
    for place in FAULTS {
        let passed = FLOWS.iter().any(|flow| flow.places.contains(&place));
        assert!(passed, "nothing passes {place}");
    }
}

#[test]
fn a_question_survives_a_kill_at_every_step() {
    take("question");
}

#[test]
fn a_moderators_decision_survives_a_kill_at_every_step() {
    take("decision");
}

#[test]
fn an_answer_a_moderator_asks_for_and_takes_back_survives_a_kill_at_every_step() {
    take("answer there");
    take("answer taken back");
}

#[test]
fn an_update_sent_to_the_webhook_survives_a_kill_at_every_step() {
    take("webhook");
}

#[test]
fn an_edited_question_survives_a_kill_at_every_step() {
    take("edited question");
}

#[test]
fn a_pressed_button_survives_a_kill_at_every_step() {
    take("button");
    take("button that is kept");
}

#[test]
fn a_report_survives_a_kill_at_every_step() {
    take("report");
}

#[test]
fn a_post_handed_over_survives_a_kill_at_every_step() {
    take("pushed post");
}

#[test]
fn a_wish_to_be_forgotten_survives_a_kill_at_every_step() {
    take("forget");
}

#[test]
fn a_group_that_moves_survives_a_kill_at_every_step() {
    take("moved group");
}

#[test]
fn listening_survives_a_kill_at_every_step() {
    take("listening switched on");
    take("listening switched off");
    take("unasked answer");
}

#[test]
fn a_watched_post_survives_a_kill_at_every_step() {
    take("watched post");
}

#[test]
fn a_check_survives_a_kill_between_database_and_index() {
    take("gathered check");
    take("index made anew");
    take("import");
}

#[test]
fn a_follow_up_survives_a_kill_at_every_step() {
    take("follow-up");
}

#[test]
fn a_correction_survives_a_kill_at_every_step() {
    take("correction");
}

#[test]
fn the_alarm_of_a_silence_survives_a_kill_at_every_step() {
    take("silence");
}

#[test]
fn the_check_of_a_spreading_claim_survives_a_kill_at_every_step() {
    take("checked claim");
}

#[test]
fn what_became_of_a_claims_check_survives_a_kill_at_every_step() {
    take("revised claim");
}
