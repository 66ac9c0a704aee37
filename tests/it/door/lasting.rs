//! Lasting connections and calls go through the same checks as pages.

use claimwatch::doors::Secret;
use claimwatch::http::{Call, Method};

use super::*;

#[tokio::test]
async fn a_connection_leads_only_where_a_page_may_come_from() {
    let echo = |_, mut stream: TcpStream| async move {
        let _ = stream.write_all(b"here").await;
    };
    let (public, _) = listen(PUBLIC, 0, echo).await;
    let (private, reached) = listen(PRIVATE, 0, echo).await;
    let door_to = |names| door(&Settings { deadline_ms: 1_000, ..settings() }, names);
    let open = async |door: &Door, address: String, trusted| {
        let mut socket = door.connect(&url(&address), trusted).await?;
        let mut said = [0; 4];
        socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("sent");
        socket.read_exact(&mut said).await.expect("an answer");
        Ok::<_, FetchError>(said)
    };
    let everywhere = door_to(Names::all_public());
    let there = open(&everywhere, format!("ws://jet.example:{public}/"), false).await;
    assert_eq!(there, Ok(*b"here"));

    let inside = door_to(Arc::default());
    for address in [
        format!("ws://127.0.0.1:{private}/"),
        format!("ws://jet.example:{private}/"),
        format!("ws://localhost:{private}/"),
    ] {
        let refused = open(&inside, address.clone(), false).await;
        assert!(matches!(refused, Err(FetchError::Refused { .. })), "{address}: {refused:?}");
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    // What the operator wrote himself is his own affair.
    let written = open(&inside, format!("ws://jet.example:{private}/"), true).await;
    assert_eq!(written, Ok(*b"here"));

    for address in [
        format!("http://127.0.0.1:{private}/"),
        format!("ws://me:secret@127.0.0.1:{private}/"),
        "file:///etc/passwd".to_owned(),
    ] {
        let refused = open(&inside, address.clone(), true).await.expect_err("no connection");
        assert!(matches!(refused, FetchError::Refused { .. }), "{address}: {refused}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
    // A server without TLS is not spoken to in the clear.
    let clear = open(&inside, format!("wss://127.0.0.1:{private}/"), true).await;
    let closed = matches!(clear, Err(FetchError::Connect { .. } | FetchError::Deadline { .. }));
    assert!(closed, "{clear:?}");
    let nobody = open(&inside, "ws://127.0.0.1:9/".to_owned(), true).await;
    assert!(matches!(nobody, Err(FetchError::Connect { .. })), "{nobody:?}");
}

#[tokio::test]
async fn a_call_is_made_once_carries_its_token_and_is_never_redirected() {
    let (elsewhere, reached) = answering(PRIVATE, 0, |_| answer("200 OK", &[], b"{}")).await;
    let (port, _) = answering(PRIVATE, 0, move |head| {
        let head = head.to_ascii_lowercase();
        let goes = format!("location: http://127.0.0.1:{elsewhere}/");
        match head.split(' ').nth(1) {
            Some("/moved") => answer("307 Temporary Redirect", &[&goes], b""),
            Some("/long") => answer("200 OK", &[], &[b'x'; 2_000]),
            _ if !head.contains("authorization: bearer top-secret") => answer("401 No", &[], b""),
            _ if !head.starts_with("post ") => answer("405 No", &[], b""),
            _ => answer("429 Too Many", &["retry-after: 7"], br#"{"error":"X"}"#),
        }
    })
    .await;
    let door = door(&settings(), Arc::default());
    let token = Secret::new("top-secret");
    let json = serde_json::json!({"a": 1});
    let call = Call {
        method: Method::Post,
        bearer: Some(&token),
        headers: &[("idempotency-key", "k")],
        json: Some(&json),
        bytes_max: 1_000,
    };
    let at = |path: &str| url(&format!("http://127.0.0.1:{port}{path}"));
    let called = door.call(&at("/"), &call).await.expect("an answer");
    assert_eq!((called.status, called.json()["error"].as_str()), (429, Some("X")));
    assert_eq!(called.retry_after, Some(std::time::Duration::from_secs(7)));
    assert_eq!(called.header("retry-after"), Some("7"));
    assert_eq!(door.call(&at("/moved"), &call).await.expect("an answer").status, 307);
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    let long = door.call(&at("/long"), &call).await;
    assert!(matches!(long, Err(FetchError::TooLarge { .. })), "{long:?}");
}
