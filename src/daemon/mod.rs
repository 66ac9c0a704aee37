//! The daemon: builds the lines, spawns them, and ends in bounded time. The only place that spawns.

mod bots;
mod chores;
mod failing;
mod feeds;
mod later;
mod log;
mod networks;
mod receivers;
mod understanding;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::answer::{Answering, Room, Rooms};
use crate::chats::mentions::Addressed;
use crate::chats::settings::Chat;
use crate::chats::telegram::Telegram;
use crate::deliver::{Courier, Outlet};
use crate::doors::tell;
use crate::gather::{self, Effort, Gatherer, Indexer};
use crate::health::Health;
use crate::house::House;
use crate::http::Door;
use crate::index;
use crate::metrics::Metrics;
use crate::store::{Keys, Store, Trust};
use crate::watch::Links;
use crate::web::{self, Web, Webhook};

pub use log::start as start_log;

use bots::Place;

/// Everything that is still under way at the end may take so long.
const ENDING: Duration = Duration::from_secs(9);
/// Looks into the inbox at least so often, in case a wake-up was lost.
const SWEEP: Duration = Duration::from_secs(1);
/// The checks a first run has to find something.
const STARTER: &str = include_str!("../../index/starter/checks.jsonl");

/// What the tasks share.
struct Shared {
    house: Arc<House>,
    metrics: Arc<Metrics>,
    health: Arc<Health>,
    indexer: Arc<Indexer>,
    rooms: Arc<Rooms>,
    door: Door,
    /// Where links of posts lead, if they are followed.
    links: Option<Arc<Links>>,
    /// Our own accounts, by the lasting names that networks give their authors.
    ours: RwLock<HashSet<String>>,
    /// How many of them have not yet tried to find out who they are.
    strangers: AtomicUsize,
    inbox: Arc<Notify>,
    outbox: Arc<Notify>,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// A task panicked.
    broken: Arc<AtomicBool>,
}

/// Runs the daemon on a bound listener until `stop`, then ends within ten seconds.
///
/// # Errors
/// If another daemon runs on the same data directory, or what it needs can't be built.
pub async fn run(house: Arc<House>, listener: TcpListener, stop: CancellationToken) -> Result<()> {
    let place = tokio::select! {
        place = house.wait_for_place() => place?,
        () = stop.cancelled() => return Ok(()),
    };
    let Some(_place) = place else {
        bail!(
            "another claimwatch runs on {}: stop it, or name another directory with --data",
            house.settings.data.display()
        );
    };
    let shared = Arc::new(build(house, stop)?);
    let bots = bots(&shared)?;
    let accounts = networks::accounts(&shared, &shared.door)?;
    let places: Vec<(Arc<Telegram>, Place)> =
        bots.values().map(|bot| (Arc::clone(bot), Place::default())).collect();
    let webhooks = places.iter().map(|(bot, place)| bots::webhook(bot, place)).collect();
    shared.health.set_preparing(true);
    shared.health.expect("index");
    let at = listener.local_addr()?;
    let lines = async {
        let started = tokio::select! {
            started = start(&shared, at, (bots, accounts), places) => started,
            // Whatever it is at can be broken off: an index half made is made anew.
            () = shared.stop.cancelled() => Ok(()),
        };
        if started.is_err() {
            shared.stop.cancel();
        }
        started
    };
    let stopped = async {
        shared.stop.cancelled().await;
        Instant::now() + ENDING
    };
    // Served at once: whoever watches over us must not take a long start for the end.
    let (served, end, started) = tokio::join!(serve(&shared, listener, webhooks), stopped, lines);

    shared.tasks.close();
    if tokio::time::timeout_at(end, shared.tasks.wait()).await.is_err() {
        warn!("some tasks did not end in time; what they had stored is taken up at the next start");
    }
    let store = Arc::clone(&shared.house.store);
    if let Ok(Err(failure)) = tokio::task::spawn_blocking(move || store.scrub()).await {
        warn!("what was deleted still stands in the write-ahead log: {failure:#}");
    }
    started?;
    served?;
    if shared.broken.load(Ordering::Acquire) {
        bail!("a part of the program broke off: its log says which; start it again");
    }
    info!("ended");
    Ok(())
}

/// Prepares, then starts the lines.
async fn start(
    shared: &Arc<Shared>,
    at: SocketAddr,
    (bots, accounts): (HashMap<String, Arc<Telegram>>, Vec<Addressed>),
    places: Vec<(Arc<Telegram>, Place)>,
) -> Result<()> {
    prepare(shared).await?;
    shared.health.set("index", Ok(()));
    shared.health.set_preparing(false);
    greet(shared, at);
    for (bot, place) in places {
        spawn(shared, bots::run(Arc::clone(shared), bot, place));
    }
    let line = Arc::new(answering(shared));
    spawn(shared, answer(Arc::clone(shared), Arc::clone(&line)));
    spawn(shared, later::follow_up(Arc::clone(shared), Arc::clone(&line)));
    spawn(shared, later::check(Arc::clone(shared), Arc::clone(&line)));
    spawn(shared, later::correct(Arc::clone(shared), Arc::clone(&line)));
    spawn(shared, later::revise(Arc::clone(shared), Arc::clone(&line)));
    let (rechecker, stop) = (later::rechecker(shared)?, shared.stop.clone());
    spawn(shared, async move { rechecker.run(&stop).await });
    spawn(shared, chores::digest(Arc::clone(shared), Arc::clone(&line)));
    let mut outlets: HashMap<String, Outlet> =
        bots.into_iter().map(|(name, bot)| (name, Outlet::Telegram(bot))).collect();
    for account in accounts {
        outlets.extend(Outlet::of(&account).map(|outlet| (account.name().to_owned(), outlet)));
        spawn(shared, networks::run(Arc::clone(shared), account));
    }
    outlets.extend(receivers::outlets(&shared.house)?);
    spawn(shared, deliver(Arc::clone(shared), outlets));
    spawn(shared, chores::follow_index(Arc::clone(shared)));
    spawn(shared, chores::retain(Arc::clone(shared)));
    // Before the first poll: what failed before the start and is well now is told as that.
    failing::look(shared).await;
    spawn(shared, failing::watch(Arc::clone(shared)));
    spawn(shared, understanding::fetch(Arc::clone(shared)));
    spawn(shared, understanding::keep(Arc::clone(shared)));
    sources(shared, &line)
}

fn build(house: Arc<House>, stop: CancellationToken) -> Result<Shared> {
    let indexer = Indexer::new(
        Arc::clone(&house.store),
        Arc::clone(&house.index),
        Arc::clone(&house.analyzers),
        Effort::SPARING,
    );
    let door = house.door()?;
    Ok(Shared {
        links: feeds::links(&house, &door)?,
        door,
        house,
        metrics: Arc::new(Metrics::new()),
        health: Arc::new(Health::default()),
        indexer: Arc::new(indexer),
        rooms: Arc::new(Rooms::default()),
        ours: RwLock::default(),
        strangers: AtomicUsize::new(0),
        inbox: Arc::new(Notify::new()),
        outbox: Arc::new(Notify::new()),
        stop,
        tasks: TaskTracker::new(),
        broken: Arc::default(),
    })
}

/// Spawns a task. One that panics ends the program, so that whoever watches over it starts it
/// again: a line that stands still unseen would be worse.
fn spawn(shared: &Shared, task: impl Future<Output = ()> + Send + 'static) {
    let (broken, stop) = (Arc::clone(&shared.broken), shared.stop.clone());
    shared.tasks.spawn(async move {
        if AssertUnwindSafe(task).catch_unwind().await.is_err() {
            broken.store(true, Ordering::Release);
            stop.cancel();
        }
    });
}

/// Settles what an earlier process left, and brings the index to where the database is.
async fn prepare(shared: &Arc<Shared>) -> Result<()> {
    let own = Arc::clone(shared);
    tokio::task::spawn_blocking(move || -> Result<()> {
        let (store, now) = (&own.house.store, own.house.doors.clock.now());
        store.release_inbox()?;
        let uncertain = store.settle_outbox(true, now)?;
        if uncertain > 0 {
            warn!(
                uncertain,
                "answers may or may not have been sent when the program stopped; they are not sent \
                 again"
            );
        }
        if store.is_untouched()? {
            load_starter(store, &own.house)?;
        }
        if let Err(damage) = own.house.index.verify() {
            warn!("{damage:#}; the index is made anew");
            own.house.index.distrust();
        }
        let doing = match own.house.index.health() {
            index::Health::Rebuild(_) => "it is being made anew",
            index::Health::Reached(_) => "it is catching up with the database",
        };
        own.health.set("index", Err(doing.to_owned()));
        own.house.doors.fault.reach("index-before-catch-up");
        let end = own.indexer.catch_up()?;
        if let Some(reason) = end.rebuilt {
            info!(changes = end.changes, "the index was made anew: {reason}");
        }
        warm(&own.house);
        Ok(())
    })
    .await
    .context("preparing")?
}

/// Asks once ourselves, so that no reader waits for what is done at the first time only.
fn warm(house: &House) {
    let began = Instant::now();
    match house.finder.warm() {
        Ok(true) => {
            let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            info!(ms, "searched for the first time");
        }
        Ok(false) => {}
        Err(failure) => warn!("the first search failed: {failure:#}"),
    }
}

fn load_starter(store: &Store, house: &House) -> Result<()> {
    let reviews: Vec<_> = STARTER
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .context("reading the starter checks")?;
    store.put_reviews(&reviews, Trust::Starter, &house.publishers, house.doors.clock.now())?;
    info!(checks = reviews.len(), "starter checks loaded; the first real import retires them");
    Ok(())
}

/// By what people are named in what is kept.
fn keys(shared: &Shared) -> Keys {
    let house = &shared.house;
    Keys {
        store: Arc::clone(&house.store),
        entropy: house.doors.entropy.clone(),
        clock: house.doors.clock.clone(),
        days: house.settings.retention.people_days,
    }
}

/// The configured bots by name.
fn bots(shared: &Shared) -> Result<HashMap<String, Arc<Telegram>>> {
    let mut bots = HashMap::new();
    for account in &shared.house.settings.chat {
        let Chat::Telegram(settings) = &account.chat else { continue };
        let token = settings.token.as_ref().with_context(|| {
            format!("[chat.telegram.{}] has no token: set token_file", account.name)
        })?;
        let bot = Telegram::new(&account.name, settings, token)?;
        shared.health.expect(bot.name());
        shared.rooms.expect(bot.name(), settings.moderators.is_some(), Room::default());
        bots.insert(bot.name().to_owned(), Arc::new(bot));
    }
    Ok(bots)
}

/// Tells on stderr where it listens, what it polls and what is missing for Telegram.
fn greet(shared: &Shared, at: SocketAddr) {
    tell!("listening on http://{at}");
    let settings = &shared.house.settings;
    let names: Vec<&str> = settings.publisher.iter().map(|source| source.name.as_str()).collect();
    if names.is_empty() {
        tell!("no publishers are configured: add [publisher.rss.NAME] tables to poll some");
    } else {
        tell!("polling {} publishers: {}", names.len(), names.join(", "));
    }
    if settings.chat.is_empty() {
        tell!(
            "no Telegram bot is configured: put the token BotFather gives you into a file and name \
             it as token_file in [chat.telegram.main], then start again"
        );
    }
}

async fn serve(shared: &Shared, listener: TcpListener, webhooks: Vec<Webhook>) -> Result<()> {
    let house = &shared.house;
    let web = Web {
        finder: Arc::clone(&house.finder),
        words: Arc::clone(&house.words),
        store: Arc::clone(&house.store),
        index: Arc::clone(&house.index),
        clock: house.doors.clock.clone(),
        metrics: Arc::clone(&shared.metrics),
        health: Arc::clone(&shared.health),
        webhooks,
        push: feeds::push_doors(shared),
    };
    let router = web::router(web, &house.settings.web);
    let stop = shared.stop.clone();
    let served = web::serve(listener, router, async move { stop.cancelled().await }).await;
    // The lines end as well if serving has ended by itself.
    shared.stop.cancel();
    served.context("serving pages")
}

/// What answers, with all it needs.
fn answering(shared: &Shared) -> Answering {
    let house = &shared.house;
    Answering {
        store: Arc::clone(&house.store),
        finder: Arc::clone(&house.finder),
        words: Arc::clone(&house.words),
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        fault: house.doors.fault.clone(),
        rooms: Arc::clone(&shared.rooms),
        receivers: receivers::told(&house.settings),
        keys: keys(shared),
        moderation: house.settings.moderation.clone(),
        operator: None,
        retention_hours: usize::try_from(house.settings.retention.updates_hours).unwrap_or(24),
        kept: house.settings.retention.kept(),
    }
}

/// The line from the inbox to the outbox.
async fn answer(shared: Arc<Shared>, answering: Arc<Answering>) {
    while !shared.stop.is_cancelled() {
        let line = Arc::clone(&answering);
        let done = tokio::task::spawn_blocking(move || line.step()).await;
        match done {
            Ok(Ok(step)) => {
                for (end, seconds) in &step.ends {
                    shared.metrics.answered(end, *seconds);
                }
                if step.leased > 0 {
                    shared.outbox.notify_one();
                    continue;
                }
            }
            Ok(Err(failure)) => error!("the inbox can't be worked on: {failure:#}"),
            Err(_) => error!("answering broke off"),
        }
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = shared.inbox.notified() => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// The line from the outbox to the chats.
async fn deliver(shared: Arc<Shared>, outlets: HashMap<String, Outlet>) {
    let house = &shared.house;
    let courier = Courier {
        store: Arc::clone(&house.store),
        outlets,
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        fault: house.doors.fault.clone(),
        wake: Arc::clone(&shared.outbox),
    };
    courier.run(&shared.stop, |outcome| shared.metrics.sent(outcome)).await;
}

/// One task for each publisher and feed.
fn sources(shared: &Arc<Shared>, line: &Arc<Answering>) -> Result<()> {
    let house = &shared.house;
    let gatherer = Arc::new(Gatherer {
        store: Arc::clone(&house.store),
        publishers: Arc::clone(&house.publishers),
        indexer: Some(Arc::clone(&shared.indexer)),
        door: shared.door.clone(),
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        fault: house.doors.fault.clone(),
        limits: gather::Limits::default(),
        on_page: Arc::new(|_, _| {}),
    });
    for source in &house.settings.publisher {
        let (gatherer, metrics) = (Arc::clone(&gatherer), Arc::clone(&shared.metrics));
        spawn(shared, gather::run(gatherer, source.clone(), metrics, shared.stop.clone()));
    }
    feeds::start(shared, line)
}
