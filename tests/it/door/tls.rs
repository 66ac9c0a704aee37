//! Certificates: whoever cannot be trusted is told nothing, and the operator how to mend it.

use claimwatch::alerts::{TellError, Told};
use claimwatch::chats::settings::Telegram;
use claimwatch::chats::{CallError, telegram};
use claimwatch::doors::Secret;
use claimwatch::http::{Call, Distrust, Method};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::world::{CHECKS, World};

/// A folder of certificates made for these tests.
pub(crate) const MADE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls");

/// What shows a certificate.
pub(crate) fn acceptor(certificate: &str) -> TlsAcceptor {
    drop(rustls::crypto::ring::default_provider().install_default());
    let chain = CertificateDer::pem_file_iter(format!("{MADE}/{certificate}.pem"));
    let chain = chain.expect("a file").collect::<Result<Vec<_>, _>>().expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(format!("{MADE}/server.key")).expect("a key");
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(chain, key).expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

/// A server that shows a certificate and gives checks to whoever trusts it; with how much it was
/// told by those who came.
async fn secured(certificate: &str) -> (u16, Arc<AtomicUsize>) {
    let acceptor = acceptor(certificate);
    let told = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&told);
    let listener = TcpListener::bind((PRIVATE, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4_096];
            heard.fetch_add(stream.read(&mut request).await.unwrap_or(0), Ordering::SeqCst);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", CHECKS.len());
            drop(stream.write_all(format!("{head}{CHECKS}").as_bytes()).await);
            drop(stream.shutdown().await);
        }
    });
    (port, told)
}

#[tokio::test]
async fn who_shows_a_certificate_of_an_unknown_authority_is_told_nothing() {
    let (port, told) = secured("good").await;
    let door = door(&settings(), Arc::default());
    let unknown = Distrust::UnknownIssuer;
    let page = url(&format!("https://127.0.0.1:{port}/checks.jsonl?key=secret"));
    let refused = door.get(&page, &TRUSTED).await.expect_err("no page");
    assert!(matches!(refused, FetchError::Untrusted { why, .. } if why == unknown), "{refused}");
    let said = refused.to_string().replace(&port.to_string(), "PORT");
    insta::assert_snapshot!(said, @"https://127.0.0.1:PORT/checks.jsonl is not trusted: its certificate is from an authority that is not known here; add that authority to this machine's certificates, or have the certificate made by a known one");
    let call =
        Call { method: Method::Post, bearer: None, headers: &[], json: None, bytes_max: 1_000 };
    let refused = door.call(&page, &call).await.expect_err("no answer");
    assert!(matches!(refused, FetchError::Untrusted { why, .. } if why == unknown), "{refused}");
    let stream = url(&format!("wss://127.0.0.1:{port}/subscribe"));
    let refused = door.connect(&stream, true).await.err().expect("no connection");
    assert!(matches!(refused, FetchError::Untrusted { why, .. } if why == unknown), "{refused}");
    let mail = crate::alerts::mail(&format!("smtps://127.0.0.1:{port}"), &["desk@news.example"]);
    let refused = mail.tell("1", Told::Alert(&crate::alerts::alert())).await;
    assert_eq!(refused, Err(TellError::Untrusted(unknown)));
    let settings = Telegram { api_url: format!("https://127.0.0.1:{port}"), ..Telegram::default() };
    let bot = telegram::Telegram::new("main", &settings, &Secret::new("1:secret")).expect("a bot");
    let refused = bot.me().await.expect_err("nobody");
    // Its library knows the well-known authorities only.
    assert_eq!(refused, CallError::Untrusted(Distrust::NotWellKnown));
    assert_eq!(told.load(Ordering::SeqCst), 0);
}

/// A mail server that goes over to TLS in the midst of talking; with what it was told before that,
/// and how much after it.
async fn mails(certificate: &str) -> (u16, Arc<Mutex<Vec<String>>>, Arc<AtomicUsize>) {
    let acceptor = acceptor(certificate);
    let (before, after) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let (heard, counted) = (Arc::clone(&before), Arc::clone(&after));
    let listener = TcpListener::bind((PRIVATE, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            drop(stream.write_all(b"220 mail.example\r\n").await);
            let mut line = [0; 512];
            while let Ok(read @ 1..) = stream.read(&mut line).await {
                let said = String::from_utf8_lossy(&line[..read]).trim().to_owned();
                let secured = said == "STARTTLS";
                heard.lock().expect("a list").push(said);
                let answer: &[u8] =
                    if secured { b"220 go\r\n" } else { b"250-mail.example\r\n250 STARTTLS\r\n" };
                drop(stream.write_all(answer).await);
                if secured {
                    break;
                }
            }
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            counted.fetch_add(stream.read(&mut line).await.unwrap_or(0), Ordering::SeqCst);
        }
    });
    (port, before, after)
}

#[tokio::test]
async fn a_mail_server_that_goes_over_to_tls_must_be_trusted_too() {
    let (port, before, after) = mails("good").await;
    let url = format!("smtp://user:password@127.0.0.1:{port}");
    let mail = crate::alerts::mail(&url, &["desk@news.example"]);
    let refused = mail.tell("1", Told::Alert(&crate::alerts::alert())).await;
    assert_eq!(refused, Err(TellError::Untrusted(Distrust::UnknownIssuer)));
    let before = before.lock().expect("a list").clone();
    assert_eq!(before, ["EHLO claims.example", "STARTTLS"], "nothing is said in the open");
    assert_eq!(after.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_counts_for_its_name_and_its_time_by_an_authority_of_this_machine() {
    let world = World::new().await;
    let import = |port: u16, known: bool| {
        let mut command = world.command(&["import", &format!("https://localhost:{port}/x.jsonl")]);
        if known {
            command.env("SSL_CERT_FILE", format!("{MADE}/authority.pem"));
        }
        let out = command.output().expect("import");
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let (good, told) = secured("good").await;
    let (code, said) = import(good, true);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.load(Ordering::SeqCst) > 0);
    for (certificate, known, why) in [
        ("good", false, "its certificate is from an authority that is not known here"),
        ("expired", true, "its certificate has expired"),
        ("elsewhere", true, "its certificate is for another name"),
    ] {
        let (port, told) = secured(certificate).await;
        let (code, said) = import(port, known);
        assert_eq!(code, Some(69), "{certificate}: {said}");
        assert!(said.contains(why), "{certificate}: {said}");
        assert_eq!(told.load(Ordering::SeqCst), 0, "{certificate}");
    }
}
