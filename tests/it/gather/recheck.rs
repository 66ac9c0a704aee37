//! Pages of told checks: only one that is gone twice, a day apart, was taken back.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::claim::answer::{Answer, Decision, Match, Why};
use claimwatch::claim::post::{Audience, ReplyTo};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::reply::Reply;
use claimwatch::claim::review::ClaimReview;
use claimwatch::doors::{Chance, Clock};
use claimwatch::gather::{Rechecker, Round};
use claimwatch::store::{End, Outcome, Outgoing, Plan, Store, Told, Trust};

use super::site::World;

/// Somebody is told of the check at a path of the site; returns its identity.
fn told(world: &World, store: &Store, path: &str, now: DateTime<Utc>) -> String {
    let review = ClaimReview {
        url: Some(format!("{}{path}", world.base())),
        claim_reviewed: Some("Garlic cures influenza".to_owned()),
        ..ClaimReview::default()
    };
    let id = review.identity();
    let publishers = Publishers::shipped().expect("publishers");
    store.put_reviews(&[review], Trust::Listed, &publishers, now).expect("taken in");
    let matched = Match {
        id: id.clone(),
        url: None,
        publisher: "A".to_owned(),
        claim_reviewed: None,
        name: None,
        rating: None,
        date_published: None,
        in_language: None,
        summary: None,
        sections: vec![],
        sources: vec![],
        confidence: 0.99,
        why: Why::default(),
    };
    let answer =
        Answer { id: None, decision: Decision::Match, matches: vec![matched], reply: None };
    let to = ReplyTo {
        chat: "telegram.x".to_owned(),
        conversation: path.to_owned(),
        message: None,
        thread: None,
        audience: Audience::Private,
    };
    let plan = Plan {
        id: path.to_owned(),
        once: path.to_owned(),
        chat: to.chat.clone(),
        conversation: to.conversation.clone(),
        message: None,
        target: None,
        repeatable: false,
        not_before: None,
        ephemeral: false,
        outgoing: Outgoing::Send { to, reply: Reply::default() },
        buttons: vec![],
        told: Some(Told { language: "en".to_owned(), audience: Audience::Private, answer }),
    };
    store.end_inbox(path, End::Answered, &[plan], now).expect("planned");
    let sending = store.lease_outbox(1, now, now + TimeDelta::seconds(9)).expect("leased");
    let sent = Outcome::Sent(Some("1".to_owned()));
    store.end_outbox(&sending[0], &sent, now).expect("sent");
    id
}

fn rechecker(world: &World, store: &Arc<Store>, now: &Arc<Mutex<DateTime<Utc>>>) -> Rechecker {
    let clock = Arc::clone(now);
    Rechecker {
        store: Arc::clone(store),
        door: world.door(),
        clock: Clock::new(move || *clock.lock().expect("the time")),
        chance: Chance::seeded(1),
        health: Arc::default(),
        days: 90,
    }
}

#[test]
fn only_a_page_that_is_gone_twice_a_day_apart_withdraws_its_check() {
    let world = World::new("");
    let store = world.store();
    let start: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().expect("a time");
    let now = Arc::new(Mutex::new(start));
    let rechecker = rechecker(&world, &store, &now);
    // What each page answers in turn.
    let pages = [
        ("/gone", [404, 404, 404]),
        ("/gone-for-good", [410, 404, 200]),
        ("/once", [404, 200, 200]),
        ("/back-and-gone", [404, 200, 404]),
        ("/between", [404, 500, 200]),
        ("/forbidden", [403, 403, 403]),
        ("/failing", [500, 503, 500]),
        ("/there", [200, 200, 200]),
        // The site as a whole is well.
        ("/well-1", [200, 200, 200]),
        ("/well-2", [200, 200, 200]),
    ];
    let ids = pages.map(|(path, _)| told(&world, &store, path, start));
    let withdrawn = || -> Vec<&str> {
        let gone = |id: &str| store.review_by_id(id).expect("read").expect("there").withdrawn;
        pages.iter().zip(&ids).filter(|(_, id)| gone(id)).map(|((path, _), _)| *path).collect()
    };
    let round = |turn: usize, after: TimeDelta| -> Round {
        *now.lock().expect("the time") = start + after;
        for (path, statuses) in pages {
            world.answer(path, statuses[turn], None, "<p>A page</p>");
        }
        world.runtime.block_on(rechecker.round()).expect("a round")
    };
    assert_eq!(round(0, TimeDelta::zero()), Round { asked: 10, gone: 5, doubted: 0, withdrawn: 0 });
    // Too early to count, whatever it says.
    assert_eq!(round(0, TimeDelta::hours(23)).withdrawn, 0);
    assert_eq!(withdrawn(), [""; 0]);
    assert_eq!(
        round(1, TimeDelta::hours(24)),
        Round { asked: 10, gone: 2, doubted: 0, withdrawn: 2 }
    );
    assert_eq!(withdrawn(), ["/gone", "/gone-for-good"]);
    world.asked();
    assert_eq!(
        round(2, TimeDelta::hours(48)),
        Round { asked: 8, gone: 1, doubted: 0, withdrawn: 0 }
    );
    assert!(!world.asked().iter().any(|asked| asked.contains("/gone")), "asked no more");
    assert_eq!(withdrawn(), ["/gone", "/gone-for-good"]);
    // What was told long ago is not asked for; what was gone the last time is.
    assert_eq!(round(2, TimeDelta::days(91)).asked, 1);
}

#[test]
fn a_site_whose_pages_are_gone_nearly_all_at_once_takes_nothing_back() {
    let world = World::new("");
    let store = world.store();
    let start: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().expect("a time");
    let now = Arc::new(Mutex::new(start));
    let rechecker = rechecker(&world, &store, &now);
    let paths = ["/a", "/b", "/c", "/d", "/e"];
    for path in paths {
        told(&world, &store, path, start);
    }
    let round = |day: i64, gone: usize| -> (Round, Vec<String>) {
        *now.lock().expect("the time") = start + TimeDelta::days(day);
        for (at, path) in paths.iter().enumerate() {
            world.answer(path, if at < gone { 404 } else { 200 }, None, "<p>A page</p>");
        }
        let round = world.runtime.block_on(rechecker.round()).expect("a round");
        let notices = rechecker.health.notices();
        (round, notices.into_iter().map(|one| format!("{}: {}", one.part, one.error)).collect())
    };
    for day in 0..3 {
        let (did, notices) = round(day, 3);
        assert_eq!(did, Round { asked: 5, gone: 3, doubted: 3, withdrawn: 0 });
        let told = "recheck.127.0.0.1: 3 of 5 pages of told checks are gone at once; none of them \
                    counts, see whether the site is broken or has moved";
        assert_eq!(notices, [told]);
    }
    // None of them counted: two that are gone still are for the first time.
    let (did, notices) = round(3, 2);
    assert_eq!(did, Round { asked: 5, gone: 2, doubted: 0, withdrawn: 0 });
    assert_eq!(notices, Vec::<String>::new());
    assert_eq!(round(4, 2).0, Round { asked: 5, gone: 2, doubted: 0, withdrawn: 2 });
    // Two of three are more than half, but too few to tell of a site.
    assert_eq!(round(5, 4).0, Round { asked: 3, gone: 2, doubted: 0, withdrawn: 0 });
}
