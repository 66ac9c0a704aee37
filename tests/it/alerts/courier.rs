//! Rows of the outbox that go to receivers: told once, again only where that does no harm.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::alerts::settings::Form;
use claimwatch::deliver::{Courier, Outlet};
use claimwatch::doors::{Chance, Clock, Fault};
use claimwatch::store::{End, Outgoing, Plan, Received, Store};
use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::receiver::Receiver;
use super::webhook::webhook_at;
use super::{alert, digest};

/// Plans an alert and a digest for one receiver, as answering does; the alert for its hour.
fn plan(store: &Store, chat: &str, repeatable: bool, hour: Option<DateTime<Utc>>) {
    let now = Utc::now();
    let incoming = json!({"intent": "watched", "post": {"text": "x"}, "sent_at": now});
    let received = Received {
        id: "post".into(),
        external_id: "post".into(),
        conversation: String::new(),
        raw: None,
        incoming: Ok(serde_json::from_value(incoming).expect("a post")),
    };
    store.receive("rss.forum", &[received], None, now).expect("stored");
    store.lease_inbox(1, now, now + TimeDelta::seconds(60)).expect("leased");
    let plan = |id: &str, outgoing| Plan {
        id: id.to_owned(),
        once: id.to_owned(),
        chat: chat.to_owned(),
        conversation: String::new(),
        message: None,
        target: None,
        repeatable,
        not_before: None,
        ephemeral: false,
        outgoing,
        buttons: Vec::new(),
        told: None,
    };
    let plans = [
        Plan { not_before: hour, ..plan("first", Outgoing::Alert { alert: Box::new(alert()) }) },
        plan("second", Outgoing::Digest { digest: digest(1) }),
    ];
    store.end_inbox("post", End::Answered, &plans, now).expect("planned");
}

/// Runs a courier until nothing waits any more; how the rows ended.
async fn carried(form: Form, answers: &[&'static str]) -> (Receiver, Vec<(String, u64)>) {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Arc::new(Store::open(dir.path()).expect("a database"));
    plan(&store, "webhook.desk", form == Form::Json, None);
    let receiver = Receiver::start(answers).await;
    let webhook = webhook_at(&receiver.url(), form, Clock::new(Utc::now));
    let outlet = Outlet::Webhook(Arc::new(webhook));
    let courier = Courier {
        store: Arc::clone(&store),
        outlets: HashMap::from([("webhook.desk".to_owned(), outlet)]),
        clock: Clock::new(Utc::now),
        chance: Chance::seeded(1),
        fault: Fault::default(),
        wake: Arc::new(Notify::new()),
    };
    let stop = CancellationToken::new();
    let ended = async {
        let began = Instant::now();
        loop {
            let states = store.outbox_states().expect("states");
            let open = |state: &str| ["planned", "sending"].contains(&state);
            if !states.iter().any(|(state, _)| open(state)) {
                stop.cancel();
                return states;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{states:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ((), states) = tokio::join!(courier.run(&stop, |_| ()), ended);
    (receiver, states)
}

fn ids(receiver: &Receiver) -> Vec<String> {
    let header = claimwatch::alerts::DELIVERY;
    receiver.requests().iter().map(|request| request.header(header).to_owned()).collect()
}

#[tokio::test]
async fn alerts_and_digests_are_told_in_turn() {
    let (receiver, states) = carried(Form::Slack, &[]).await;
    assert_eq!(states, [("sent".to_owned(), 2)]);
    assert_eq!(ids(&receiver), ["first", "second"]);
}

#[tokio::test]
async fn what_a_receiver_knows_by_its_id_is_told_again_until_it_is_taken() {
    let (receiver, states) =
        carried(Form::Json, &["500 Failed", "", "503 Busy\r\nretry-after: 1"]).await;
    assert_eq!(states, [("sent".to_owned(), 2)]);
    assert_eq!(ids(&receiver), ["first", "first", "first", "first", "second"]);
    let bodies: Vec<String> = receiver.requests().into_iter().map(|request| request.body).collect();
    assert!(bodies[..4].iter().all(|body| *body == bodies[0]), "the same bytes each time");
}

#[tokio::test]
async fn what_may_have_been_taken_is_not_told_again() {
    let (receiver, states) = carried(Form::Discord, &["500 Failed"]).await;
    assert_eq!(states, [("sent".to_owned(), 1), ("uncertain".to_owned(), 1)]);
    assert_eq!(ids(&receiver), ["first", "second"]);
    let (receiver, states) = carried(Form::Slack, &["404 Not Found"]).await;
    assert_eq!(states, [("dead".to_owned(), 1), ("sent".to_owned(), 1)]);
    assert_eq!(ids(&receiver), ["first", "second"]);
}

#[test]
fn what_waits_for_the_morning_holds_up_nothing_else() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("a database");
    let morning = Utc::now() + TimeDelta::hours(8);
    plan(&store, "webhook.desk", false, Some(morning));
    let leased = |now| {
        let rows = store.lease_outbox(9, now, now + TimeDelta::seconds(60)).expect("leased");
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(leased(Utc::now()), ["second"]);
    assert_eq!(leased(morning), ["first"]);
}
