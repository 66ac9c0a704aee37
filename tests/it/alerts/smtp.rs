//! A strict mail server on loopback: commands in their order, lines within their limits, a message
//! that ends with a dot. It fails where it is told to, and goes over to TLS where it can.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Longest line of a message, its end included (RFC 5321).
const LINE_BYTES_MAX: usize = 1_000;

/// A message as it was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) message: String,
    /// Who gave it, as they logged in.
    pub(super) login: String,
    /// Whether it came over TLS.
    pub(super) secured: bool,
}

/// A connection, in the open or not.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

type Stream = BufReader<Box<dyn Wire>>;

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
    acceptor: Option<TlsAcceptor>,
}

impl Smtp {
    pub(super) async fn start(faults: &[Fault]) -> Self {
        Self::start_with(faults, None).await
    }

    /// A server that takes messages only over TLS and after a login, and shows this certificate.
    pub(super) async fn secured(certificate: &str) -> Self {
        Self::start_with(&[], Some(crate::door::acceptor(certificate))).await
    }

    async fn start_with(faults: &[Fault], acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let kept = Kept { faults: faults.to_vec(), ..Kept::default() };
        let one = Self { port, kept: Arc::new(Mutex::new(kept)), acceptor };
        let serving = one.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.kept.lock().expect("lock").connections += 1;
                tokio::spawn(serving.clone().serve(Box::new(stream)));
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

    async fn serve(self, stream: Box<dyn Wire>) {
        let mut stream: Stream = BufReader::new(stream);
        let mut now = Given::default();
        let mut greeted = false;
        let greeting = self.fault("connect").unwrap_or("220 mail.test ESMTP");
        let mut open = say(&mut stream, greeting).await;
        while open {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let Some(line) = line.strip_suffix("\r\n") else {
                return self.wrong(format!("a line without its end: {line:?}"));
            };
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            if word == "STARTTLS" && self.acceptor.is_some() && !now.secured {
                let Some(secured) = self.secure(stream).await else { return };
                // What was said in the open does not count.
                (stream, now, greeted) = (secured, Given::default(), false);
                now.secured = true;
                continue;
            }
            let answer = match self.fault(&word) {
                Some(answer) => answer,
                None => self.answer(line, &word, &mut greeted, &mut now),
            };
            open = say(&mut stream, answer).await && word != "QUIT";
            if answer.starts_with("354") {
                let answer = self.message(&mut stream, &mut now).await;
                open = say(&mut stream, &answer).await;
            }
        }
    }

    /// What is said to a command.
    fn answer(&self, line: &str, word: &str, greeted: &mut bool, now: &mut Given) -> &'static str {
        let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        let address = address.map_or("", |(address, _)| address).to_owned();
        let private = self.acceptor.is_some();
        match word {
            "EHLO" => {
                *greeted = true;
                return match (private, now.secured) {
                    (true, false) => "250-mail.test\r\n250 STARTTLS",
                    (true, true) => "250-mail.test\r\n250 AUTH PLAIN",
                    (false, _) => "250 mail.test",
                };
            }
            "AUTH" if *greeted && now.secured => {
                line.clone_into(&mut now.login);
                return "235 welcome";
            }
            "MAIL" if private && now.login.is_empty() => return "530 log in first",
            "MAIL" if *greeted && now.from.is_empty() => now.from = address,
            "RCPT" if address.starts_with("unknown@") => return "550 5.1.1 nobody of that name",
            "RCPT" if !now.from.is_empty() => now.to.push(address),
            "DATA" if !now.to.is_empty() => return "354 go on",
            "QUIT" => return "221 bye",
            _ => self.wrong(format!("not now: {line}")),
        }
        "250 fine"
    }

    /// Goes over to TLS; `None` if the client breaks that off.
    async fn secure(&self, mut stream: Stream) -> Option<Stream> {
        let acceptor = self.acceptor.as_ref()?;
        if !stream.buffer().is_empty() {
            self.wrong("more was said before TLS began".to_owned());
        }
        say(&mut stream, "220 go on").await;
        let secured = acceptor.accept(stream.into_inner()).await.ok()?;
        Some(BufReader::new(Box::new(secured)))
    }

    /// Reads a message to its dot; returns what is said to it.
    async fn message(&self, stream: &mut Stream, now: &mut Given) -> String {
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

/// Says a line; `false` if that ends the connection: an empty one hangs up.
async fn say(stream: &mut Stream, line: &str) -> bool {
    !line.is_empty() && stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.is_ok()
}
