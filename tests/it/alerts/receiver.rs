//! A receiver of webhooks on loopback: keeps what came and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) head: String,
    pub(super) body: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| {
            line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
        });
        line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
    }
}

#[derive(Default)]
struct Kept {
    requests: Vec<Request>,
    answers: VecDeque<&'static str>,
}

/// A running receiver.
#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// Answers with these heads in turn, then with 200. An empty one hangs up instead.
    pub(super) async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let answers = answers.iter().copied().collect();
        let kept = Arc::new(Mutex::new(Kept { requests: Vec::new(), answers }));
        let one = Self { port, kept };
        let serving = one.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        one
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook/T0KEN", self.port)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.kept.lock().expect("lock").requests.clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, length) = loop {
            let mut chunk = [0; 4096];
            let read = stream.read(&mut chunk).await.unwrap_or(0);
            if read == 0 {
                return;
            }
            bytes.extend_from_slice(&chunk[..read]);
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
            let request = Request { head: head.clone(), body: String::new() };
            let length: usize = request.header("content-length").parse().expect("a length");
            break (head, end + 4 + length);
        };
        while bytes.len() < length {
            let mut chunk = [0; 4096];
            let read = stream.read(&mut chunk).await.expect("the rest");
            bytes.extend_from_slice(&chunk[..read]);
        }
        let start = head.len() + 4;
        let body = String::from_utf8(bytes[start..length].to_vec()).expect("a body of text");
        let answer = {
            let mut kept = self.kept.lock().expect("lock");
            kept.requests.push(Request { head, body });
            kept.answers.pop_front().unwrap_or("200 OK")
        };
        if !answer.is_empty() {
            let answer =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            drop(stream.write_all(answer.as_bytes()).await);
        }
    }
}
