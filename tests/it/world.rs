//! The world: the real program in a data directory of its own, with Telegram and sources on
//! loopback.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use claimwatch::store::Store;
use tempfile::TempDir;

use crate::botapi::BotApi;

/// How long something may take that should take a moment.
const WAIT: Duration = Duration::from_secs(20);

/// Checks that the tests ask about: ours, but for their form.
pub(crate) const CHECKS: &str = include_str!("../data/checks.jsonl");

/// The program, its data and its Telegram.
pub(crate) struct World {
    pub(crate) api: BotApi,
    dir: TempDir,
    more: String,
    listen: String,
    /// Variables of the program's environment.
    env: Vec<(&'static str, String)>,
    running: Option<Running>,
    /// What every run wrote to stderr.
    said: Arc<Mutex<String>>,
}

struct Running {
    child: Child,
    reader: JoinHandle<()>,
}

/// A command under way; ended with a kill.
pub(crate) struct Begun(std::process::Child);

impl Drop for Begun {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

impl World {
    /// A world whose program knows [`CHECKS`] and one bot; not started yet.
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// As [`new`](Self::new), with further configuration.
    pub(crate) async fn with(more: &str) -> Self {
        let world = Self {
            api: BotApi::start().await,
            dir: tempfile::tempdir().expect("a directory"),
            more: more.to_owned(),
            listen: "127.0.0.1:0".to_owned(),
            env: Vec::new(),
            running: None,
            said: Arc::default(),
        };
        world.write("token", world.api.token());
        world.write("checks.jsonl", CHECKS);
        let import = world.command(&["import", "checks.jsonl"]).output().expect("import");
        assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
        world
    }

    /// Sets further configuration and where pages are, for the next start.
    pub(crate) fn again(&mut self, more: &str, listen: &str) {
        self.more = more.to_owned();
        self.listen = listen.to_owned();
    }

    /// Adds further configuration for the next start.
    pub(crate) fn more(&mut self, more: &str) {
        self.more += more;
    }

    /// Sets a variable of the environment for the next start.
    pub(crate) fn env(&mut self, name: &'static str, value: impl Into<String>) {
        self.env.push((name, value.into()));
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).expect("a file");
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    /// A command that runs beside a daemon which stands still at a place: what it stores is stored,
    /// but it may wait for the index in vain.
    pub(crate) fn begun(&self, args: &[&str]) -> Begun {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Begun(command.spawn().expect("the program"))
    }

    /// The program with its settings, not started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let config = format!(
            "[model]\nfetch = false\n[web]\nlisten = \"{}\"\n[chat.telegram.main]\ntoken_file = \"token\"\n\
             api_url = \"{}\"\n{}",
            self.listen,
            self.api.url(),
            self.more
        );
        self.write("claimwatch.toml", &config);
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
        command.current_dir(self.dir.path()).envs(self.env.clone());
        command.args(["--config", "claimwatch.toml", "--data", "data"]).args(args);
        command
    }

    /// Starts the daemon and waits until its bot is ready.
    pub(crate) fn start(&mut self) {
        self.start_with_fault("");
        self.hears("bot is ready");
    }

    /// Starts the daemon; it stops for good at the named place.
    pub(crate) fn start_with_fault(&mut self, fault: &str) {
        self.said.lock().expect("stderr").clear();
        let mut command = self.command(&["run"]);
        if !fault.is_empty() {
            command.env("CLAIMWATCH_FAULT", fault);
        }
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program");
        let stderr = BufReader::new(child.stderr.take().expect("stderr"));
        let said = Arc::clone(&self.said);
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                writeln!(said.lock().expect("stderr"), "{line}").expect("a string");
            }
        });
        self.running = Some(Running { child, reader });
    }

    /// Waits until the daemon has written this; returns the line.
    pub(crate) fn hears(&self, what: &str) -> String {
        let began = Instant::now();
        loop {
            let said = self.said();
            if let Some(line) = said.lines().find(|line| line.contains(what)) {
                return line.to_owned();
            }
            assert!(began.elapsed() < WAIT, "never heard {what:?}; stderr:\n{said}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("stderr").clone()
    }

    /// Where the daemon's pages are.
    pub(crate) fn base(&self) -> String {
        let line = self.hears("listening on ");
        line.trim_start_matches("listening on ").to_owned()
    }

    /// Kills the daemon as an outage would.
    pub(crate) fn kill(&mut self) {
        let mut running = self.running.take().expect("a running daemon");
        running.child.kill().expect("kill -9");
        running.child.wait().expect("an end");
        running.reader.join().expect("stderr");
    }

    /// Starts the daemon with a fault, lets something happen to it, waits until it stands at the
    /// named place, kills it there and starts it again.
    pub(crate) fn killed_at(&mut self, place: &str, happens: impl FnOnce(&Self)) {
        if self.running.is_some() {
            self.kill();
        }
        self.start_with_fault(place);
        happens(self);
        self.hears(&format!("fault reached: {place}"));
        self.kill();
        self.start();
    }

    /// Waits until so many things have come in and everything that came in or was planned has
    /// ended.
    pub(crate) fn settled(&self, came_in: u64) {
        self.until(&format!("{came_in} rows and an end of all"), |world| {
            let inbox = world.store().inbox_states().expect("states");
            let all: u64 = inbox.iter().map(|(_, count)| count).sum();
            let open = world.inbox("new") + world.outbox("planned") + world.outbox("sending");
            all == came_in && open == 0
        });
    }

    /// A file of the data directory that holds this text: database, write-ahead log, index.
    pub(crate) fn holds(&self, text: &str) -> Option<std::path::PathBuf> {
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read(&path)
                    .unwrap_or_default()
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
                {
                    return Some(path);
                }
            }
        }
        None
    }

    /// One number out of the database, beside the program.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let path = self.data().join("claimwatch.db");
        let database = rusqlite::Connection::open(path).expect("the database");
        database.query_row(sql, [], |row| row.get(0)).expect("a number")
    }

    /// Texts out of the database, beside the program.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let path = self.data().join("claimwatch.db");
        let database = rusqlite::Connection::open(path).expect("the database");
        let mut statement = database.prepare(sql).expect("a question");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("texts")
    }

    /// Changes the database, beside the program.
    pub(crate) fn execute(&self, sql: &str) {
        let path = self.data().join("claimwatch.db");
        let database = rusqlite::Connection::open(path).expect("the database");
        database.busy_timeout(WAIT).expect("patience");
        database.execute_batch(sql).expect("a change");
    }

    /// Asks the daemon to end, and sees that it does: in time, with 0 and without a panic.
    pub(crate) fn stop(&mut self) {
        let Running { mut child, reader } = self.running.take().expect("a running daemon");
        let began = Instant::now();
        // The shell's own, since the program of that name is not everywhere.
        let terminate = format!("kill -TERM {}", child.id());
        assert!(Command::new("sh").args(["-c", &terminate]).status().expect("a shell").success());
        let status: ExitStatus = loop {
            if let Some(status) = child.try_wait().expect("a status") {
                break status;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "no end after ten seconds");
            std::thread::sleep(Duration::from_millis(10));
        };
        reader.join().expect("stderr");
        let said = self.said();
        assert!(status.success(), "ended with {status}:\n{said}");
        assert!(!said.contains("panicked"), "{said}");
    }

    /// The database, beside the program.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.data()).expect("the database")
    }

    /// How many rows of the outbox are in a state.
    pub(crate) fn outbox(&self, state: &str) -> u64 {
        let states = self.store().outbox_states().expect("states");
        states.into_iter().find(|(name, _)| name == state).map_or(0, |(_, count)| count)
    }

    /// How many rows of the inbox are in a state.
    pub(crate) fn inbox(&self, state: &str) -> u64 {
        let states = self.store().inbox_states().expect("states");
        states.into_iter().find(|(name, _)| name == state).map_or(0, |(_, count)| count)
    }

    /// Waits until something holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(
                began.elapsed() < WAIT,
                "{what} never came true; stderr:\n{}\n{}",
                self.said(),
                self.api.story()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the daemon and sees that the Bot API was never used wrongly.
    pub(crate) fn end(mut self) {
        if self.running.is_some() {
            self.stop();
        }
        assert_eq!(self.api.violations(), Vec::<String>::new(), "{}", self.api.story());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.child.kill());
            drop(running.child.wait());
        }
    }
}
