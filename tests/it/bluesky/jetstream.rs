//! Jetstream on loopback: what is told before or during a connection goes to whoever follows.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::SinkExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

const LOOK_EVERY: Duration = Duration::from_millis(10);

#[derive(Default)]
struct Told {
    /// Messages with the time that stands in them.
    messages: Vec<(i64, String)>,
    /// Paths and queries of those who came.
    came: Vec<String>,
    /// Connections are closed when this rises.
    closed: usize,
}

/// One running server; dropping it stops it.
pub(crate) struct Jetstream {
    told: Arc<Mutex<Told>>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Jetstream {
    /// Starts on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("non-blocking");
        let port = listener.local_addr().expect("an address").port();
        let told: Arc<Mutex<Told>> = Arc::default();
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&told);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let accept = async {
                    loop {
                        let (stream, _) = listener.accept().await.expect("a connection");
                        tokio::spawn(serve(stream, Arc::clone(&shared)));
                    }
                };
                tokio::select! {
                    () = accept => {}
                    _ = stopped => {}
                }
            });
        });
        Self { told, port, running: Some((stop, thread)) }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Tells a message, whatever it is; `time_us` is what cursors count.
    pub(crate) fn tell(&self, time_us: i64, message: &str) {
        self.told.lock().expect("told").messages.push((time_us, message.to_owned()));
    }

    /// Somebody posts, or deletes what was posted under a key.
    pub(crate) fn commit(&self, time_us: i64, rkey: &str, text: Option<&str>) {
        let mut commit = serde_json::json!({"rev": "1", "operation": "delete",
            "collection": "app.bsky.feed.post", "rkey": rkey});
        if let Some(text) = text {
            commit["operation"] = "create".into();
            commit["cid"] = format!("bafy{rkey}").into();
            commit["record"] = serde_json::json!({"$type": "app.bsky.feed.post", "text": text,
                "langs": ["en"], "createdAt": "2026-11-22T10:00:00Z"});
        }
        let message = serde_json::json!({"did": "did:plc:ann", "time_us": time_us,
            "kind": "commit", "commit": commit});
        self.tell(time_us, &message.to_string());
    }

    /// Closes every connection.
    pub(crate) fn close(&self) {
        self.told.lock().expect("told").closed += 1;
    }

    /// With what paths and queries somebody came.
    pub(crate) fn came(&self) -> Vec<String> {
        self.told.lock().expect("told").came.clone()
    }
}

async fn serve(stream: TcpStream, told: Arc<Mutex<Told>>) {
    let mut from = None;
    let mut at = 0;
    #[expect(clippy::result_large_err, reason = "the callback's own type")]
    let shake = |request: &Request, response: Response| {
        let uri = request.uri().to_string();
        let cursor = uri.split(['?', '&']).find_map(|part| part.strip_prefix("cursor="));
        from = cursor.and_then(|cursor| cursor.parse::<i64>().ok());
        let mut told = told.lock().expect("told");
        // Without a cursor only what is told from now on.
        at = if from.is_some() { 0 } else { told.messages.len() };
        told.came.push(uri);
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, shake).await else { return };
    let closed = told.lock().expect("told").closed;
    loop {
        let (next, end) = {
            let told = told.lock().expect("told");
            (told.messages.get(at).cloned(), told.closed > closed)
        };
        if end {
            drop(socket.close(None).await);
            return;
        }
        match next {
            Some((time, message)) => {
                at += 1;
                if from.is_none_or(|from| time >= from)
                    && socket.send(Message::text(message)).await.is_err()
                {
                    return;
                }
            }
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

impl Drop for Jetstream {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            drop(thread.join());
        }
    }
}
