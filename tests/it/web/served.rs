//! A served router over a database of a few checks, and a client that sends exactly the bytes it is
//! told to.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use claimwatch::answer::{Finder, Models};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::review::ClaimReview;
use claimwatch::claim::words::Words;
use claimwatch::doors::Clock;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::health::Health;
use claimwatch::index::Index;
use claimwatch::metrics::Metrics;
use claimwatch::store::{Store, Trust};
use claimwatch::web::settings::Settings;
use claimwatch::web::{Web, Webhook, router, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What is being served, and what it is made of.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    pub(super) health: Arc<Health>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) store: Arc<Store>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
    data: TempDir,
}

/// One answer as it came over the wire.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    /// A header's value, empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }
}

/// 15 January 2026, noon.
pub(super) fn noon() -> DateTime<Utc> {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

/// Checks of a listed publisher, one of a host nobody listed, and one whose every text is hostile.
fn put_checks(store: &Store) {
    let publishers = Publishers::shipped().unwrap();
    let put = |trust, checks: Value| {
        let checks: Vec<ClaimReview> = serde_json::from_value(checks).unwrap();
        store.put_reviews(&checks, trust, &publishers, noon()).unwrap();
    };
    put(
        Trust::Imported,
        json!([{
            "url": "https://www.snopes.com/fact-check/lighthouse-moved/",
            "name": "Was the Cape Harrow lighthouse moved inland overnight?",
            "claimReviewed": "The Cape Harrow lighthouse was secretly moved inland overnight by helicopters.",
            "abstract": "The lighthouse was moved [1], but by rail, over nineteen days, and in public [2].",
            "datePublished": "2025-11-02", "inLanguage": "en",
            "reviewRating": {"alternateName": "Mostly False"},
            "citation": [
                {"name": "Coast Office, report on the move", "url": "https://coast.example/report"},
                {"name": "Harbour photographs", "url": "https://photos.example/harrow?a=1&b=2"},
            ],
            "hasPart": [
                {"name": "Missing context", "text": "The cliff had lost forty metres.\n- 1990\n- 2010"},
                {"name": "Who benefits", "text": "A seller of tickets spread the story."},
            ],
        }, {
            "url": "https://www.politifact.com/factchecks/hostile/",
            "claimReviewed": "<script>alert('purple walrus')</script> \"governs\" <img src=x onerror=alert(1)> \u{202e}Bolivia",
            "abstract": "</p></section><script>alert(2)</script> & more",
            "datePublished": "2025-10-01", "inLanguage": "en",
            "reviewRating": {"alternateName": "\"><b>False</b>"},
            "citation": [
                {"name": "<i>name</i>", "url": "https://evil.example/\"onmouseover=\"alert(3)"},
                {"name": "script", "url": "javascript:alert(4)"},
            ],
            "hasPart": [{"name": "<h1>Context</h1>", "text": "<iframe src=//evil.example></iframe>"}],
        }, {
            "url": "https://www.snopes.com/fact-check/arabic/",
            "claimReviewed": "تم نقل المنارة القديمة إلى القمر باستخدام المناطيد",
            "abstract": "لم يحدث ذلك.", "datePublished": "2025-09-01", "inLanguage": "ar",
            "reviewRating": {"alternateName": "خطأ"},
        }]),
    );
    put(
        Trust::Gathered,
        json!([{
            "url": "https://unlisted.example/otters",
            "claimReviewed": "Otters in Lake Vesper have learned to open padlocks with twigs.",
            "abstract": "No such otter has been seen.",
            "datePublished": "2021-03-04", "inLanguage": "en",
            "reviewRating": {"alternateName": "Unfounded"},
        }]),
    );
}

/// Serves with these settings, this time and these webhooks.
pub(super) async fn served_as(settings: Settings, clock: Clock, webhooks: Vec<Webhook>) -> Served {
    let data = TempDir::new().unwrap();
    let store = Arc::new(Store::open(data.path()).unwrap());
    let index = Arc::new(Index::open(&data.path().join("search")).unwrap());
    put_checks(&store);
    catch_up(&store, &index, &Analyzers::new(), Effort::SPARING).unwrap();
    let publishers = Arc::new(Publishers::shipped().unwrap());
    let (bands, models) = (MatchSettings::default(), Models::shipped().unwrap());
    let finder = Finder::new(Arc::clone(&store), Arc::clone(&index), publishers, bands, models);
    let (health, metrics) = (Arc::new(Health::default()), Arc::new(Metrics::new()));
    let web = Web {
        finder: Arc::new(finder.unwrap()),
        words: Arc::new(Words::shipped().unwrap()),
        store: Arc::clone(&store),
        index,
        clock,
        metrics: Arc::clone(&metrics),
        health: Arc::clone(&health),
        webhooks,
        push: Vec::new(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let stopping = async move { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listener, router(web, &settings), stopping));
    Served { address, health, metrics, store, stop, serving, data }
}

/// Serves with the defaults.
pub(super) async fn served() -> Served {
    served_as(Settings::default(), Clock::new(noon), Vec::new()).await
}

impl Served {
    /// Sends bytes as they are and reads until the end.
    pub(super) async fn send(&self, bytes: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        read(stream).await
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.get_in(path, "").await
    }

    /// The same from a browser that likes certain languages.
    pub(super) async fn get_in(&self, path: &str, languages: &str) -> Reply {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: {languages}\r\nConnection: close\r\n\r\n"
        );
        self.send(head.as_bytes()).await
    }

    pub(super) async fn post(&self, path: &str, media_type: &str, body: &[u8]) -> Reply {
        self.send(&posted(path, media_type, body)).await
    }

    /// A question to the API.
    pub(super) async fn ask(&self, question: Value) -> Reply {
        self.post("/api/v1/ask", "application/json", question.to_string().as_bytes()).await
    }

    /// The database's file.
    pub(super) fn database(&self) -> PathBuf {
        self.data.path().join("claimwatch.db")
    }

    /// Takes away what the index says of itself.
    pub(super) fn break_index(&self) {
        std::fs::remove_file(self.data.path().join("search/generation-1/meta.json")).unwrap();
    }

    /// Ends, and says how serving ended.
    pub(super) async fn end(self) {
        self.stop.send(()).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(8), self.serving).await;
        ended.expect("serving ends in bounded time").expect("no panic").expect("no error");
    }
}

pub(super) fn posted(path: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Reads an answer to its end, chunked or not.
pub(super) async fn read(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // A server that refuses a body may close before all of it was sent.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    assert!(!head.contains("chunked"), "every answer of ours has a known length:\n{head}");
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}
