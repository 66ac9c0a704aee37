//! What nobody can hear any more must not end the program: its log, its results.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::world::{CHECKS, World};

/// How long a start or an end may take.
const WAIT: Duration = Duration::from_secs(20);
const QUESTION: &str = "Does garlic cure influenza?";

/// A disk that has no room.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("/dev/full")
}

/// The status of `/readyz`; 0 while nobody listens.
pub(crate) fn ready(address: &str) -> u16 {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        std::io::read_to_string(stream)
    };
    let answer = ask().unwrap_or_default();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Where nobody listens.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// Runs the daemon with this stderr until it is ready, ends it and sees that it ends well.
async fn served_until_asked_to_end(stderr: Stdio, config: &str) {
    let mut world = World::with(config).await;
    let address = free_address();
    world.again(config, &address);
    let mut child = world.command(&["run"]).stderr(stderr).spawn().expect("the program");
    let began = Instant::now();
    while ready(&address) != 200 {
        assert_eq!(child.try_wait().expect("a status"), None, "ended before it was ready");
        assert!(began.elapsed() < WAIT, "never ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    let terminate = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &terminate]).status().expect("a shell").success());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_goes_on_where_its_log_goes_to_a_full_disk() {
    served_until_asked_to_end(full().into(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_goes_on_where_the_reader_of_its_log_has_gone() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    served_until_asked_to_end(writer.into(), "[log]\nformat = \"json\"\n").await;
}

/// The program in a directory with [`CHECKS`], which nothing has taken in yet.
fn alone(dir: &tempfile::TempDir, args: &[&str]) -> Command {
    std::fs::write(dir.path().join("checks.jsonl"), CHECKS).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
    command.current_dir(dir.path()).env("CLAIMWATCH_DATA", "data").args(args);
    command
}

fn ended(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the program");
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn results_are_printed_where_stderr_is_full() {
    let dir = tempfile::tempdir().expect("a directory");
    ended(alone(&dir, &["import", "checks.jsonl"]).stderr(full()), 0);
    let asked = ended(alone(&dir, &["ask", QUESTION]).stderr(full()), 0);
    assert!(!asked.stdout.is_empty());
    std::fs::write(dir.path().join("posts"), "{\"id\":\"1\",\"text\":\"x\"}\n").expect("a file");
    let matched = ended(alone(&dir, &["match", "posts"]).stderr(full()), 0);
    assert!(matched.stdout.starts_with(b"{\"id\":\"1\""));
    ended(alone(&dir, &["ask", "--lang", "xx", QUESTION]).stderr(full()), 2);
}

#[test]
fn paper_for_a_reader_who_has_gone_is_no_failure() {
    let dir = tempfile::tempdir().expect("a directory");
    for args in [["completions", "bash"].as_slice(), &["man"], &["config", "init"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = alone(&dir, args);
        let output = command.stdout(writer).stderr(Stdio::piped()).spawn();
        let output = output.and_then(std::process::Child::wait_with_output).expect("an end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(0), ""), "{args:?}");
    }
}

/// Imports and is killed after its checks were stored, before they are indexed.
fn killed_import(dir: &tempfile::TempDir) {
    let place = "reviews-stored-before-index";
    let mut command = alone(dir, &["import", "checks.jsonl"]);
    command.env("CLAIMWATCH_FAULT", place).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    let stderr = std::io::BufReader::new(child.stderr.take().expect("stderr"));
    let mut lines = std::io::BufRead::lines(stderr).map_while(Result::ok);
    assert!(lines.any(|line| line.contains(place)), "it passed {place}");
    child.kill().expect("kill -9");
    child.wait().expect("an end");
}

#[test]
fn what_a_killed_import_stored_is_found_without_a_daemon() {
    let dir = tempfile::tempdir().expect("a directory");
    killed_import(&dir);
    ended(&mut alone(&dir, &["ask", QUESTION]), 0);

    let dir = tempfile::tempdir().expect("a directory");
    killed_import(&dir);
    let post = format!("{{\"id\":\"1\",\"text\":\"{QUESTION}\"}}\n");
    std::fs::write(dir.path().join("posts"), post).expect("a file");
    let matched = ended(&mut alone(&dir, &["match", "posts"]), 0);
    let line: serde_json::Value = serde_json::from_slice(&matched.stdout).expect("a result");
    assert_ne!(line["decision"], "none", "{line}");
}
