//! A strict mail server on loopback: commands in their order, lines within their limits, a message
//! that ends with a dot. It fails where it is told to.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Longest line of a message, its end included (RFC 5321).
const LINE_BYTES_MAX: usize = 1_000;

/// A message as it was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) message: String,
}

/// Where the server fails, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fault {
    /// First word of the command, `.` for the end of the message, `connect` for the greeting.
    pub(super) at: &'static str,
    /// What is answered instead; empty: it hangs up.
    pub(super) answer: &'static str,
}

#[derive(Default)]
struct Kept {
    given: Vec<Given>,
    faults: Vec<Fault>,
    wrong: Vec<String>,
    connections: usize,
}

/// A running server.
#[derive(Clone)]
pub(super) struct Smtp {
    pub(super) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Smtp {
    pub(super) async fn start(faults: &[Fault]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let kept = Kept { faults: faults.to_vec(), ..Kept::default() };
        let one = Self { port, kept: Arc::new(Mutex::new(kept)) };
        let serving = one.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.kept.lock().expect("lock").connections += 1;
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        one
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// What it took; panics if the client did something no client may.
    pub(super) fn given(&self) -> Vec<Given> {
        let kept = self.kept.lock().expect("lock");
        assert_eq!(kept.wrong, Vec::<String>::new());
        kept.given.clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.kept.lock().expect("lock").connections
    }

    /// What a fault says to this step, if one is armed.
    fn fault(&self, at: &str) -> Option<&'static str> {
        let kept = self.kept.lock().expect("lock");
        kept.faults.iter().find(|fault| fault.at == at).map(|fault| fault.answer)
    }

    fn wrong(&self, what: String) {
        self.kept.lock().expect("lock").wrong.push(what);
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut now = Given::default();
        let mut greeted = false;
        let mut say = self.fault("connect").unwrap_or("220 mail.test ESMTP").to_owned();
        loop {
            if say.is_empty() {
                return;
            }
            drop(stream.get_mut().write_all(format!("{say}\r\n").as_bytes()).await);
            if say.starts_with("354") {
                say = self.message(&mut stream, &mut now).await;
                continue;
            }
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let Some(line) = line.strip_suffix("\r\n") else {
                return self.wrong(format!("a line without its end: {line:?}"));
            };
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            if let Some(answer) = self.fault(&word) {
                answer.clone_into(&mut say);
                continue;
            }
            let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            let address = address.map_or("", |(address, _)| address).to_owned();
            match word.as_str() {
                "EHLO" => greeted = true,
                "MAIL" if greeted && now.from.is_empty() => now.from = address,
                "RCPT" if address.starts_with("unknown@") => {
                    "550 5.1.1 nobody of that name".clone_into(&mut say);
                    continue;
                }
                "RCPT" if !now.from.is_empty() => now.to.push(address),
                "DATA" if !now.to.is_empty() => {
                    "354 go on".clone_into(&mut say);
                    continue;
                }
                "QUIT" => return drop(stream.get_mut().write_all(b"221 bye\r\n").await),
                _ => self.wrong(format!("not now: {line}")),
            }
            "250 fine".clone_into(&mut say);
        }
    }

    /// Reads a message to its dot; returns what is said to it.
    async fn message(&self, stream: &mut BufReader<TcpStream>, now: &mut Given) -> String {
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return String::new();
            }
            if !line.ends_with("\r\n") || line.len() > LINE_BYTES_MAX || !line.is_ascii() {
                self.wrong(format!("a line of a message: {line:?}"));
            }
            if line == ".\r\n" {
                break;
            }
            now.message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        if let Some(answer) = self.fault(".") {
            return answer.to_owned();
        }
        self.kept.lock().expect("lock").given.push(std::mem::take(now));
        "250 taken".to_owned()
    }
}
