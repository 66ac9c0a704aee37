//! Answers that do not end: checked as every other request is, and left when nothing comes.

use std::time::Duration;

use claimwatch::doors::Secret;
use claimwatch::http::{Listen, Listening};

use super::*;

async fn open(door: &Door, url: &str, from: &str) -> Result<Listening, FetchError> {
    let from = Url::parse(from).expect("an address");
    let token = Secret::new("the-token");
    let want = Listen {
        from: &from,
        bearer: Some(&token),
        accept: "text/event-stream",
        idle: Duration::from_millis(150),
    };
    door.listen(&Url::parse(url).expect("an address"), &want).await
}

#[tokio::test]
async fn what_comes_is_handed_on_and_silence_ends_it() {
    let heads = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&heads);
    let serve = move |request: String, mut stream: TcpStream| {
        kept.lock().expect("lock").push_str(&request);
        async move {
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:)\n";
            stream.write_all(head).await.expect("a reader");
            if request.starts_with("GET /ends ") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.write_all(b":thump\n").await.expect("a reader");
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
    };
    let (port, _) = listen(PUBLIC, 0, serve).await;
    let door = door(&settings(), Names::all_public());
    let base = format!("http://news.example:{port}");
    let mut silent = open(&door, &format!("{base}/silent"), &base).await.expect("open");
    let mut heard = Vec::new();
    let ended = loop {
        match silent.next().await {
            Ok(Some(bytes)) => heard.extend(bytes),
            other => break other,
        }
    };
    assert_eq!(heard, b":)\n:thump\n");
    assert!(matches!(ended, Err(FetchError::Deadline { deadline_ms: 150, .. })), "{ended:?}");
    let mut ends = open(&door, &format!("{base}/ends"), &base).await.expect("open");
    assert_eq!(ends.next().await, Ok(Some(b":)\n".to_vec())));
    assert_eq!(ends.next().await, Ok(None));
    let heads = heads.lock().expect("lock").to_lowercase();
    assert!(heads.contains("authorization: bearer the-token"), "{heads}");
    assert!(heads.contains("accept-encoding: identity"), "{heads}");
}

#[tokio::test]
async fn it_leads_nowhere_it_may_not() {
    let moved = answer("302 Found", &["location: http://news.example/"], b"");
    let (port, _) = answering(PUBLIC, 0, move |_| moved.clone()).await;
    let (private, asked) = answering(PRIVATE, 0, |_| answer("200 OK", &[], b"x")).await;
    let names = Names::of(&[
        ("*", &[&[IpAddr::V4(PUBLIC)]]),
        ("inside.example", &[&[IpAddr::V4(PRIVATE)]]),
    ]);
    let door = door(&settings(), names);
    let public = format!("http://news.example:{port}");
    let failed = async |url: &str, from: &str| match open(&door, url, from).await {
        Ok(_) => panic!("{url} was opened"),
        Err(failed) => failed,
    };
    let moved = failed(&public, &public).await;
    assert!(matches!(moved, FetchError::Status { code: 302, .. }), "{moved}");
    for inside in
        [format!("http://inside.example:{private}"), format!("http://127.0.0.1:{private}")]
    {
        let refused = failed(&inside, &public).await;
        assert!(matches!(refused, FetchError::Refused { .. }), "{refused}");
        assert!(!refused.to_string().contains("the-token"));
    }
    let downgraded = failed(&public, "https://news.example").await;
    assert!(downgraded.to_string().contains("from https to http"), "{downgraded}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing was asked");
    // What the operator wrote himself is his.
    let own = format!("http://127.0.0.1:{private}");
    open(&door, &own, &own).await.map(drop).expect("his own");
}
