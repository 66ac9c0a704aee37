//! A publisher on loopback, and the real binary beside it.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use chrono::{DateTime, Utc};
use claimwatch::doors::{Chance, Clock, Entropy, Fault};
use claimwatch::http::{Door, SystemResolver};
use claimwatch::store::{Keys, Store};
use claimwatch::watch::Intake;
use tempfile::TempDir;

/// What the publisher answers at one path.
#[derive(Clone, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) etag: Option<String>,
    pub(super) body: String,
}

/// The publisher: what it answers and what it was asked.
#[derive(Default)]
pub(super) struct Site {
    pub(super) answers: HashMap<String, Answer>,
    pub(super) asked: Vec<String>,
}

pub(super) type Shared = Arc<Mutex<Site>>;

async fn answer(State(site): State<Shared>, request: Request) -> Response<Body> {
    let mut site = site.lock().expect("the site");
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let validator =
        request.headers().get(header::IF_NONE_MATCH).map(|value| value.to_str().unwrap());
    let answer = site.answers.get(&path).cloned();
    let answer = answer.unwrap_or(Answer { status: 404, ..Answer::default() });
    let unchanged = validator.is_some() && validator == answer.etag.as_deref();
    let status = if unchanged { 304 } else { answer.status };
    site.asked.push(format!("{status} {path}"));
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    if let Some(etag) = &answer.etag {
        response = response.header(header::ETAG, etag);
    }
    response.body(Body::from(if unchanged { String::new() } else { answer.body })).unwrap()
}

/// A data directory, a configuration and a publisher.
pub(super) struct World {
    pub(super) dir: TempDir,
    pub(super) at: SocketAddr,
    pub(super) site: Shared,
    pub(super) runtime: tokio::runtime::Runtime,
}

impl World {
    /// `config` is written with `BASE` as the publisher's address.
    pub(super) fn new(config: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let site = Shared::default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("nonblocking");
        let at = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&site));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("serving");
        });
        let dir = TempDir::new().expect("a directory");
        let config = format!("[http]\nallow = [\"{at}\"]\n{config}");
        let config = config
            .replace("BASE", &format!("http://{at}"))
            .replace("DIR", dir.path().to_str().expect("a path"));
        std::fs::write(dir.path().join("claimwatch.toml"), config).expect("a configuration");
        Self { dir, at, site, runtime }
    }

    pub(super) fn serve(&self, path: &str, body: &str) {
        self.answer(path, 200, None, body);
    }

    pub(super) fn answer(&self, path: &str, status: u16, etag: Option<&str>, body: &str) {
        let body = body.replace("BASE", &self.base());
        let answer = Answer { status, etag: etag.map(str::to_owned), body };
        self.site.lock().expect("the site").answers.insert(path.to_owned(), answer);
    }

    pub(super) fn base(&self) -> String {
        format!("http://{}", self.at)
    }

    /// What was asked since the last time, as `STATUS PATH`.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.site.lock().expect("the site").asked)
    }

    pub(super) fn run(&self, args: &[&str], stdin: &str) -> Ran {
        Ran::of(&self.start(args, stdin).wait_with_output().expect("the binary ends"))
    }

    pub(super) fn start(&self, args: &[&str], stdin: &str) -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_claimwatch"))
            .arg("--config")
            .arg(self.dir.path().join("claimwatch.toml"))
            .arg("--data")
            .arg(self.dir.path().join("data"))
            .args(args)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("stdin").write_all(stdin.as_bytes()).expect("stdin");
        child
    }

    pub(super) fn door(&self) -> Door {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allow = vec![self.at.to_string()];
        let settings = claimwatch::http::Settings { allow, ..Default::default() };
        Door::new(&settings, Arc::new(SystemResolver::default())).expect("a door")
    }

    /// Where posts go, at a moment that does not pass.
    pub(super) fn intake(&self, now: DateTime<Utc>) -> Intake {
        let (store, clock) = (self.store(), Clock::new(move || now));
        let entropy = Entropy::new(|| [7; 32]);
        Intake {
            store: self.store(),
            clock: clock.clone(),
            chance: Chance::seeded(1),
            keys: Keys { store, entropy, clock, days: 30 },
            fault: Fault::default(),
            wake: Arc::default(),
            metrics: Arc::default(),
            links: None,
        }
    }

    pub(super) fn store(&self) -> Arc<Store> {
        Arc::new(Store::open(&self.dir.path().join("data")).expect("the database"))
    }
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    pub(super) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
            err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
        }
    }

    pub(super) fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}
