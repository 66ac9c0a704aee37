//! `model fetch`, from a hub on loopback that fails in every way, and from a directory.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// How long a stalled answer stands still.
const STALL: Duration = Duration::from_secs(3);

/// How the hub answers.
#[derive(Debug, Clone)]
enum Answer {
    Whole(Vec<u8>),
    /// Promises all and sends so many bytes.
    Short(Vec<u8>, usize),
    /// Sends so many bytes and then nothing for a while.
    Stalled(Vec<u8>, usize),
    /// Promises so many bytes.
    Large(usize),
    Status(u16),
    Moved(String),
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    asked: Vec<String>,
}

/// A hub with the tiny model.
struct Hub {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Hub {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let hub = Self { port, state: Arc::default() };
        for file in FILES {
            hub.set(file, Answer::Whole(tiny(file)));
        }
        let state = Arc::clone(&hub.state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &state);
            }
        });
        hub
    }

    fn set(&self, file: &str, answer: Answer) {
        self.state.lock().expect("state").answers.insert(path_of(file), answer);
    }

    /// Files asked for since the last time.
    fn asked(&self) -> Vec<String> {
        let asked = std::mem::take(&mut self.state.lock().expect("state").asked);
        asked.into_iter().map(|path| path.replace(&path_of(""), "")).collect()
    }
}

fn path_of(file: &str) -> String {
    format!("/some/tiny/resolve/main/{file}")
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let mut state = state.lock().expect("state");
    let answer = state.answers.get(&path).cloned().unwrap_or(Answer::Status(404));
    state.asked.push(path);
    let (status, length, header, body) = match &answer {
        Answer::Whole(body) => (200, body.len(), String::new(), body.as_slice()),
        Answer::Short(body, sent) | Answer::Stalled(body, sent) => {
            (200, body.len(), String::new(), &body[..*sent])
        }
        Answer::Large(bytes) => (200, *bytes, String::new(), [].as_slice()),
        Answer::Status(status) => (*status, 0, String::new(), [].as_slice()),
        Answer::Moved(to) => (302, 0, format!("location: {to}\r\n"), [].as_slice()),
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{header}\r\n"
    );
    // The program may have gone, which is what some tests are about.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    if matches!(answer, Answer::Stalled(..)) {
        std::thread::sleep(STALL);
    }
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn tiny(file: &str) -> Vec<u8> {
    fs::read(data("model").join(file)).expect("a file of the tiny model")
}

/// The tiny model's checksums, as settings.
fn sums() -> String {
    let sum = |bytes: &[u8]| -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    FILES.map(|file| format!("{file:?} = {:?}\n", sum(&tiny(file)))).concat()
}

/// A data directory whose settings name the hub.
struct Place {
    dir: TempDir,
    hub: Hub,
}

impl Place {
    fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().expect("a directory"), hub: Hub::start() };
        place.configure("", &sums());
        place
    }

    fn configure(&self, more: &str, sums: &str) {
        let url = format!("http://127.0.0.1:{}{}", self.hub.port, path_of(""));
        let text = format!("[model]\nurl = {url:?}\n{more}[model.sha256]\n{sums}");
        fs::write(self.dir.path().join("claimwatch.toml"), text).expect("settings");
    }

    fn fetch(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
        command.current_dir(self.dir.path());
        command.args(["--config", "claimwatch.toml", "--data", "data", "model", "fetch"]);
        command.args(more).output().expect("it runs")
    }

    #[track_caller]
    fn fetched(&self, more: &[&str]) -> String {
        let output = self.fetch(more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    #[track_caller]
    fn fails(&self, more: &[&str], exit: i32, wanted: &str) {
        let output = self.fetch(more);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(wanted), "{said}");
        assert_eq!(output.stdout, b"");
    }

    fn model(&self) -> PathBuf {
        self.dir.path().join("data/model/tiny")
    }

    /// What stands in the directory of models.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path().join("data/model")).expect("a directory");
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into()).collect();
        names.sort();
        names
    }

    #[track_caller]
    fn has_the_tiny_model(&self) {
        for file in FILES {
            assert_eq!(fs::read(self.model().join(file)).expect(file), tiny(file));
        }
        assert_eq!(self.beside(), ["tiny", "tiny.lock"]);
    }
}

#[test]
fn it_is_fetched_once_and_can_be_opened() {
    let place = Place::new();
    let said = place.fetched(&[]);
    assert!(said.starts_with("fetched: data/model/tiny, model "), "{said}");
    assert!(said.ends_with(", 16 numbers\n"), "{said}");
    place.has_the_tiny_model();
    assert_eq!(place.hub.asked().len(), 3);
    assert!(place.fetched(&[]).starts_with("was there: "));
    assert_eq!(place.hub.asked(), [""; 0]);
    fs::write(place.model().join("config.json"), "{}").expect("damaged");
    assert!(place.fetched(&[]).starts_with("fetched: "), "what is damaged is fetched again");
    place.has_the_tiny_model();
}

/// Starts the daemon and reads what it says until that ends or all of `wanted` is there.
fn daemon_says(place: &Place, wanted: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
    command.current_dir(place.dir.path()).env("CLAIMWATCH_WEB__LISTEN", "127.0.0.1:0");
    command.args(["--config", "claimwatch.toml", "--data", "data", "run"]);
    let mut daemon = command.stderr(std::process::Stdio::piped()).spawn().expect("it runs");
    let mut said = String::new();
    for line in BufReader::new(daemon.stderr.take().expect("stderr")).lines() {
        said.push_str(&line.expect("text"));
        said.push('\n');
        if wanted.iter().all(|wanted| said.contains(wanted)) {
            break;
        }
    }
    daemon.kill().expect("it can be stopped");
    daemon.wait().expect("an end");
    said
}

#[test]
fn the_daemon_fetches_it_beside_everything_else_and_says_once_that_it_lacks_it() {
    let place = Place::new();
    let wanted = ["listening on ", "the sentence model is there", "vectors caught up"];
    let said = daemon_says(&place, &wanted);
    for wanted in wanted {
        assert!(said.contains(wanted), "{wanted:?}: {said}");
    }
    assert_eq!(said.matches("matching by words alone").count(), 1, "{said}");
    place.has_the_tiny_model();
    assert_eq!(place.hub.asked().len(), 3);

    let other = Place::new();
    other.configure("fetch = false\n", &sums());
    let said = daemon_says(&other, &["listening on ", "matching by words alone"]);
    assert!(said.contains("matching by words alone"), "{said}");
    assert_eq!(other.hub.asked(), [""; 0], "nothing is fetched that may not be");
}

#[test]
fn a_wrong_checksum_is_refused_and_the_model_there_stays() {
    let place = Place::new();
    place.fetched(&[]);
    let mut bytes = tiny("tokenizer.json");
    bytes.push(b' ');
    place.hub.set("tokenizer.json", Answer::Whole(bytes));
    fs::remove_file(place.model().join("config.json")).expect("spoilt");
    place.fails(&[], 65, "tokenizer.json has the SHA-256 ");
    assert!(place.model().join("tokenizer.json").exists());
    place.hub.set("tokenizer.json", Answer::Whole(tiny("tokenizer.json")));
    place.hub.asked();
    place.fetched(&[]);
    assert!(!place.hub.asked().contains(&"config.json".to_owned()), "it was whole already");
    place.has_the_tiny_model();
}

#[test]
fn what_breaks_off_goes_on_at_the_next_start() {
    let place = Place::new();
    let whole = tiny("model.safetensors");
    place.hub.set("model.safetensors", Answer::Short(whole.clone(), whole.len() / 2));
    place.fails(&[], 69, "/some/tiny/resolve/main/model.safetensors sent a broken answer: ");
    assert!(!place.model().exists());
    assert_eq!(place.beside(), ["tiny.lock", "tiny.part"]);
    place.hub.set("model.safetensors", Answer::Whole(whole));
    let first = place.hub.asked().len();
    place.fetched(&[]);
    assert_eq!(first + place.hub.asked().len(), 4, "each whole file is fetched once");
    place.has_the_tiny_model();
}

#[test]
fn what_is_not_there_is_named_with_the_way_out() {
    let place = Place::new();
    place.hub.set("config.json", Answer::Status(404));
    place.fails(&[], 69, "/resolve/main/config.json is not there: status 404");
    place.fails(&[], 69, "`claimwatch model fetch --from DIR` takes the files from a directory");
    place.hub.set("config.json", Answer::Status(503));
    place.fails(&[], 69, "answered with status 503");
    let (port, listener) = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        (listener.local_addr().expect("bound").port(), listener)
    };
    drop(listener);
    let to = format!("http://127.0.0.1:{port}/elsewhere");
    place.hub.set("config.json", Answer::Moved(to));
    place.fails(&[], 69, "is refused: ");
    let to = format!("http://127.0.0.1:{}{}", place.hub.port, path_of("moved"));
    place.hub.set("config.json", Answer::Moved(to));
    place.hub.set("moved", Answer::Whole(tiny("config.json")));
    place.fetched(&[]);
    place.has_the_tiny_model();
}

#[test]
fn neither_time_nor_size_is_endless() {
    let place = Place::new();
    place.configure("", &format!("{}[http]\ndeadline_ms = 400\n", sums()));
    let whole = tiny("model.safetensors");
    place.hub.set("model.safetensors", Answer::Stalled(whole, 1_000));
    let started = Instant::now();
    place.fails(&[], 69, "model.safetensors was not done after 400 ms; raise http.deadline_ms");
    assert!(started.elapsed() < STALL, "it waited for the end");
    place.hub.set("model.safetensors", Answer::Large(2 * 1024 * 1024 * 1024 + 1));
    place.configure("", &sums());
    place.fails(&[], 69, "model.safetensors is larger than 2147483648 bytes");
    assert!(!place.model().exists());
}

#[test]
fn a_directory_does_as_well() {
    let place = Place::new();
    let from = data("model");
    let from = from.to_str().expect("text");
    assert!(place.fetched(&["--from", from]).starts_with("fetched: data/model/tiny, model "));
    place.has_the_tiny_model();
    assert_eq!(place.hub.asked(), [""; 0]);
    place.fetched(&["--from", "data/model/tiny"]);
    place.has_the_tiny_model();
    place.fails(&["--from", "nowhere"], 2, "nowhere is no directory");
    let bad = place.dir.path().join("bad");
    fs::create_dir(&bad).expect("a directory");
    for file in ["config.json", "tokenizer.json"] {
        fs::copy(data("model").join(file), bad.join(file)).expect("copied");
    }
    place.fails(&["--from", "bad"], 65, "bad/model.safetensors is missing");
    fs::write(bad.join("model.safetensors"), "x").expect("a file");
    place.fails(&["--from", "bad"], 65, "bad/model.safetensors: not a safetensors file");
    place.has_the_tiny_model();
}

#[test]
fn two_at_once_and_a_model_of_the_operator_s_own_are_refused() {
    let place = Place::new();
    fs::create_dir_all(place.dir.path().join("data/model")).expect("a directory");
    let lock = fs::File::create(place.dir.path().join("data/model/tiny.lock")).expect("a file");
    lock.lock().expect("locked");
    place.fails(&[], 1, "another claimwatch is fetching into data/model/tiny");
    drop(lock);
    let sums = FILES.map(|file| format!("{file:?} = {:?}\n", "a".repeat(64))).concat();
    place.configure("dir = \"own\"\n", &sums);
    place.fails(&[], 78, "model.dir says that the model is in own");
}
