//! The outbound door against real servers on loopback. 127.0.0.2 stands for the public internet
//! (permitted by `allow`), every other loopback address for what must stay unreachable.

mod lasting;
mod limits;
mod ssrf;
mod streaming;
mod tls;

pub(crate) use tls::{MADE, acceptor};

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use claimwatch::http::{Door, FetchError, Fetched, Page, Resolve, Resolving, Settings, Want};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Stands for a public address.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Stands for a private one.
const PRIVATE: Ipv4Addr = Ipv4Addr::LOCALHOST;

const PLAIN: Want<'static> =
    Want { trusted: false, validators: None, accept: "*/*", body_bytes_max: None };
const TRUSTED: Want<'static> = Want { trusted: true, ..PLAIN };

/// Answers from a table, in turn; the last answer of a name stays. Names that are not in the table
/// lead to the private address.
#[derive(Default)]
struct Names {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    asked: AtomicUsize,
}

impl Names {
    fn of(answers: &[(&str, &[&[IpAddr]])]) -> Arc<Self> {
        let row = |(name, turns): &(&str, &[&[IpAddr]])| {
            ((*name).to_owned(), turns.iter().map(|turn| turn.to_vec()).collect())
        };
        Arc::new(Self { answers: Mutex::new(answers.iter().map(row).collect()), ..Self::default() })
    }

    /// Every name leads to the public address.
    fn all_public() -> Arc<Self> {
        Self::of(&[("*", &[&[IpAddr::V4(PUBLIC)]])])
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().expect("lock");
        let name = if answers.contains_key(host) { host } else { "*" };
        let answer: Vec<IpAddr> = match answers.get_mut(name) {
            Some(turns) if turns.len() > 1 => turns.remove(0),
            Some(turns) => turns[0].clone(),
            None => vec![IpAddr::V4(PRIVATE)],
        };
        let all = answer.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
        Box::pin(async move { io::Result::Ok(all) })
    }
}

fn settings() -> Settings {
    Settings { allow: vec![PUBLIC.to_string()], deadline_ms: 5_000, ..Settings::default() }
}

fn door(settings: &Settings, names: Arc<Names>) -> Door {
    // Whichever test comes first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Door::new(settings, names).expect("door")
}

/// A server that hands each connection's request head and stream to `serve` and counts connections.
async fn listen<F, S>(ip: Ipv4Addr, port: u16, serve: S) -> (u16, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send,
    S: Fn(String, TcpStream) -> F + Send + Sync + 'static,
{
    let listener = TcpListener::bind((ip, port)).await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let serve = Arc::new(serve);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let serve = Arc::clone(&serve);
            tokio::spawn(async move {
                let head = read_head(&mut stream).await;
                serve(head, stream).await;
            });
        }
    });
    (port, count)
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.is_ok_and(|read| read > 0) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A server that answers every request with the text that `answer` makes of its head, and closes.
async fn answering(
    ip: Ipv4Addr,
    port: u16,
    answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
) -> (u16, Arc<AtomicUsize>) {
    let answer = Arc::new(answer);
    listen(ip, port, move |head, mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            let bytes = answer(&head);
            // The client may have gone, which is what some tests are about.
            let _ = stream.write_all(&bytes).await;
        }
    })
    .await
}

/// A whole answer.
fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for header in headers.iter().chain(&["connection: close"]) {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn url(text: &str) -> Url {
    Url::parse(text).expect(text)
}

async fn get(door: &Door, text: &str) -> Result<Page, FetchError> {
    match door.get(&url(text), &PLAIN).await? {
        Fetched::Fresh(page) => Ok(page),
        Fetched::NotModified => panic!("not modified since when?"),
    }
}
