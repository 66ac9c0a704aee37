//! Hundreds of hostile and dead feeds beside a few that are well.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::Utc;
use claimwatch::doors::{Chance, Clock, Entropy, Fault};
use claimwatch::feeds::settings::Rss;
use claimwatch::http::{Door, Settings, SystemResolver};
use claimwatch::store::{Keys, Store};
use claimwatch::watch::{FeedWatcher, Intake, Lanes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

const WELL: usize = 20;
const HOSTILE: usize = 300;
const FOR: Duration = Duration::from_secs(8);
/// Other work on the machine may slow down one half of a comparison.
const TRIES: usize = 3;
const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n";
const WAYS: [&str; 8] = ["endless", "drip", "reset", "bomb", "malformed", "deep", "silent", "half"];

/// Every server there is: each address of 127.0.0.0/8 is a host of its own.
struct Servers {
    port: u16,
    /// How often one that is well was asked.
    well: Arc<AtomicUsize>,
    hostile: Arc<AtomicUsize>,
}

impl Servers {
    async fn start() -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (well, hostile) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = (Arc::clone(&well), Arc::clone(&hostile));
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        bomb.write_all(&vec![b' '; 64 << 20]).expect("a bomb");
        let bomb = Arc::new(bomb.finish().expect("a bomb"));
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let (counts, bomb) = (counts.clone(), Arc::clone(&bomb));
                tokio::spawn(async move { drop(answer(stream, &counts, &bomb).await) });
            }
        });
        Self { port, well, hostile }
    }
}

async fn answer(
    mut stream: TcpStream,
    (well, hostile): &(Arc<AtomicUsize>, Arc<AtomicUsize>),
    bomb: &[u8],
) -> std::io::Result<()> {
    let mut request = [0; 16];
    stream.read_exact(&mut request).await?;
    let line = String::from_utf8_lossy(&request).into_owned();
    let way = WAYS.iter().find(|way| line.starts_with(&format!("GET /{way}")));
    let Some(way) = way else {
        well.fetch_add(1, Ordering::Relaxed);
        let body = "<rss version='2.0'><channel><item><guid>1</guid><title>t</title></item></channel></rss>";
        stream
            .write_all(format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .await?;
        // What was not read of the request would end it with a reset.
        let mut rest = Vec::new();
        stream.shutdown().await?;
        stream.read_to_end(&mut rest).await?;
        return Ok(());
    };
    hostile.fetch_add(1, Ordering::Relaxed);
    if *way == "reset" {
        return Ok(());
    }
    let mut head = format!("{HEAD}\r\n");
    if *way == "bomb" {
        head = format!("{HEAD}Content-Encoding: gzip\r\n\r\n");
    }
    if *way != "silent" {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(b"<?xml version='1.0'?><rss version='2.0'><channel>").await.ok();
    }
    match *way {
        "endless" => loop {
            stream.write_all(&b"<item><title>and on</title></item>".repeat(2_000)).await?;
        },
        "drip" => loop {
            stream.write_all(b" ").await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        },
        "bomb" => stream.write_all(bomb).await?,
        "malformed" => stream.write_all(&b"<item <<>&&<title>".repeat(50_000)).await?,
        "deep" => stream.write_all(&b"<a>".repeat(1_000_000)).await?,
        "half" => return Ok(()),
        _ => tokio::time::sleep(Duration::from_secs(600)).await,
    }
    Ok(())
}

struct Watching {
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Watching {
    /// Polls feeds each second, for as long as they are well.
    fn start(watcher: &FeedWatcher, feeds: Vec<(String, String)>) -> Self {
        let stop = CancellationToken::new();
        let tasks = feeds.into_iter().map(|(name, url)| {
            let (watcher, stop) = (watcher.clone(), stop.clone());
            let schedule = Some("* * * * * *".to_owned());
            let feed = Rss { url: Some(url), schedule, ..Rss::default() };
            tokio::spawn(async move { watcher.run(&name, &feed, stop).await })
        });
        Self { tasks: tasks.collect(), stop }
    }

    async fn end(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.expect("no panic");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_hostile_feeds_do_not_hold_up_those_that_are_well() {
    let servers = Servers::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    drop(rustls::crypto::ring::default_provider().install_default());
    let settings = Settings {
        allow: vec!["127.0.0.0/8".to_owned()],
        deadline_ms: 4_000,
        ..Settings::default()
    };
    let door = Door::new(&settings, Arc::new(SystemResolver::default())).expect("a door");
    let store = Arc::new(Store::open(dir.path()).expect("a database"));
    let clock = Clock::new(Utc::now);
    let watcher = FeedWatcher {
        intake: Intake {
            store: Arc::clone(&store),
            clock: clock.clone(),
            chance: Chance::seeded(7),
            keys: Keys { store, entropy: Entropy::new(|| [7; 32]), clock, days: 30 },
            fault: Fault::default(),
            wake: Arc::default(),
            metrics: Arc::default(),
            links: None,
        },
        door: door.for_many_hosts().expect("a door"),
        lanes: Arc::new(Lanes::default()),
    };
    let port = servers.port;
    let well: Vec<(String, String)> = (0..WELL)
        .map(|at| (format!("rss.well{at}"), format!("http://127.7.0.{}:{port}/well", at + 1)))
        .collect();
    let mut told = Vec::new();
    for attempt in 0..TRIES {
        let polls = async |hostile: Option<Watching>| {
            // The first look is not counted: then it is known that they are well.
            let watching = Watching::start(&watcher, well.clone());
            tokio::time::sleep(Duration::from_secs(2)).await;
            let before = servers.well.load(Ordering::Relaxed);
            tokio::time::sleep(FOR).await;
            let polls = servers.well.load(Ordering::Relaxed) - before;
            watching.end().await;
            if let Some(hostile) = hostile {
                hostile.end().await;
            }
            polls
        };
        let without = polls(None).await;
        let hostile = (0..HOSTILE).map(|at| {
            // Others than before, so that none is left alone for having failed.
            let host = format!("127.{}.{}.{}", 20 + attempt, at / 200, at % 200 + 1);
            let way = WAYS[at % WAYS.len()];
            (format!("rss.bad{attempt}x{at}"), format!("http://{host}:{port}/{way}/feed.xml"))
        });
        let hostile = Watching::start(&watcher, hostile.collect());
        let with = polls(Some(hostile)).await;
        assert!(servers.hostile.load(Ordering::Relaxed) > 50, "the hostile ones were asked");
        assert!(without >= WELL, "those that are well were polled: {without}");
        told.push((without, with));
        if with * 100 >= without * 95 {
            println!("polls without and with {HOSTILE} hostile feeds: {told:?}");
            return;
        }
    }
    panic!("polls without and with {HOSTILE} hostile feeds: {told:?}");
}
