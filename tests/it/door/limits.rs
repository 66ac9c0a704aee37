//! Every fetch ends, in time and in memory, and one host does not hold up another.

use std::io::Write;
use std::time::{Duration, Instant};

use claimwatch::http::Validators;

use super::*;

const GZIP: &str = "content-encoding: gzip";

fn gzipped(bytes: usize) -> Vec<u8> {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..bytes.div_ceil(zeros.len()) {
        zip.write_all(&zeros).expect("memory");
    }
    zip.finish().expect("memory")
}

/// Asks a server that always gives this answer.
async fn ask(settings: &Settings, bytes: Vec<u8>) -> Result<Page, FetchError> {
    let (port, _) = answering(PUBLIC, 0, move |_| bytes.clone()).await;
    let door = door(settings, Names::all_public());
    get(&door, &format!("http://news.example:{port}/feed?token=secret")).await
}

/// Asks a server that sends `first`, then `again` for ever with a pause in between.
async fn drip(
    first: &'static str,
    again: &'static [u8],
    pause_ms: u64,
) -> Result<Page, FetchError> {
    let (port, _) = listen(PUBLIC, 0, move |_, mut stream| async move {
        let mut next = first.as_bytes();
        while stream.write_all(next).await.is_ok() {
            next = again;
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
    })
    .await;
    let quick = Settings { deadline_ms: 400, body_bytes_max: 100_000, ..settings() };
    let door = door(&quick, Names::all_public());
    let begun = Instant::now();
    let result = get(&door, &format!("http://news.example:{port}/")).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    result
}

#[tokio::test]
async fn a_page_comes_whole_with_what_is_needed_to_ask_again() {
    let zip = gzipped(3 << 20);
    let headers = [
        GZIP,
        "content-type: application/rss+xml; charset=utf-8",
        "etag: W/\"v1\"",
        "last-modified: Sun, 06 Nov 1994 08:49:37 GMT",
        "cache-control: max-age=60",
    ];
    let page = ask(&settings(), answer("200 OK", &headers, &zip)).await.expect("page");
    assert_eq!(page.body.len(), 3 << 20);
    assert_eq!(page.content_type.as_deref(), Some("application/rss+xml; charset=utf-8"));
    assert_eq!(page.validators.etag.as_deref(), Some("W/\"v1\""));
    assert_eq!(page.max_age, Some(Duration::from_secs(60)));
}

#[tokio::test]
async fn an_unchanged_page_is_told_from_a_changed_one() {
    let (port, _) = answering(PUBLIC, 0, |head| {
        assert!(head.contains("user-agent: claimwatch/"), "{head}");
        let known = head.contains("if-none-match: \"v1\"")
            && head.contains("if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT");
        match known || head.starts_with("GET /odd") {
            true => answer("304 Not Modified", &[], b""),
            false => answer("200 OK", &["etag: \"v1\""], b"new"),
        }
    })
    .await;
    let door = door(&settings(), Names::all_public());
    let address = url(&format!("http://news.example:{port}/"));
    let mut kept = Validators {
        etag: Some("\"v1\"".into()),
        last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".into()),
    };
    let same = door.get(&address, &Want { validators: Some(&kept), ..PLAIN }).await;
    assert_eq!(same, Ok(Fetched::NotModified));
    kept.etag = Some("\"v0\"".into());
    let new = door.get(&address, &Want { validators: Some(&kept), ..PLAIN }).await;
    assert!(matches!(new, Ok(Fetched::Fresh(page)) if page.body == b"new"));
    // Kept text that cannot be a header is left out.
    kept.etag = Some("\n".into());
    let whole = door.get(&address, &Want { validators: Some(&kept), ..PLAIN }).await;
    assert!(matches!(whole, Ok(Fetched::Fresh(_))), "{whole:?}");
    let odd = get(&door, &format!("http://news.example:{port}/odd")).await;
    assert!(matches!(odd, Err(FetchError::Status { code: 304, .. })), "{odd:?}");
}

#[tokio::test]
async fn a_server_that_never_ends_is_left_in_time() {
    let body = drip("HTTP/1.1 200 OK\r\n\r\n", b"x", 50).await;
    assert!(matches!(body, Err(FetchError::Deadline { deadline_ms: 400, .. })), "{body:?}");
    let headers = drip("HTTP/1.1 200 OK\r\n", b"x: y\r\n", 50).await;
    assert!(matches!(headers, Err(FetchError::Deadline { .. })), "{headers:?}");
    let silent = drip("", b"", 50).await;
    assert!(matches!(silent, Err(FetchError::Deadline { .. })), "{silent:?}");
    let endless = drip("HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 16_384], 0).await;
    assert!(matches!(endless, Err(FetchError::TooLarge { bytes_max: 100_000, .. })), "{endless:?}");
    let heads = drip("HTTP/1.1 200 OK\r\n", b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 0).await;
    assert!(heads.is_err(), "{heads:?}");
}

#[tokio::test]
async fn a_body_over_the_cap_is_not_kept() {
    let small = Settings { body_bytes_max: 1000, ..settings() };
    for (bytes, fits) in [(1000, true), (1001, false), (50_000, false)] {
        let plain = ask(&small, answer("200 OK", &[], &vec![b'x'; bytes])).await;
        assert_eq!(plain.is_ok(), fits, "{bytes}");
        // Without a length that could be read beforehand.
        let mut bare = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        bare.extend(vec![b'x'; bytes]);
        let bare = ask(&small, bare).await;
        assert_eq!(bare.is_ok(), fits, "{bytes}");
        if let Err(error) = bare {
            assert!(matches!(error, FetchError::TooLarge { bytes_max: 1000, .. }), "{error}");
        }
    }
}

#[tokio::test]
async fn what_is_asked_for_one_page_replaces_the_cap() {
    let (port, _) = answering(PUBLIC, 0, |_| answer("200 OK", &[], &[b'x'; 2000])).await;
    let door = door(&Settings { body_bytes_max: 1000, ..settings() }, Names::all_public());
    let address = url(&format!("http://news.example:{port}/"));
    let wide = Want { body_bytes_max: Some(2000), ..PLAIN };
    assert!(door.get(&address, &wide).await.is_ok());
    assert!(door.get(&address, &PLAIN).await.is_err());
}

#[tokio::test]
async fn a_small_file_that_unpacks_to_much_is_stopped_at_the_cap() {
    const BOMB_MIB: usize = 512;
    let bomb = tokio::task::spawn_blocking(|| gzipped(BOMB_MIB << 20)).await.expect("made");
    assert!(bomb.len() < 4 << 20);
    let before_kib = peak_kib();
    let result = ask(&settings(), answer("200 OK", &[GZIP], &bomb)).await;
    assert!(matches!(result, Err(FetchError::TooLarge { .. })), "{result:?}");
    let grown_mib = (peak_kib() - before_kib) / 1024;
    assert!(grown_mib < BOMB_MIB / 2, "memory grew by {grown_mib} MiB");
}

/// The most memory this process has had, in KiB.
fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[tokio::test]
async fn a_broken_answer_is_told_from_a_whole_one() {
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 5].to_vec();
    let zip = gzipped(10_000);
    let mut chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    chunked.extend(b"5\r\nhello\r\n5\r\nhel");
    let broken = [
        cut(answer("200 OK", &[], &[b'x'; 100])),
        cut(answer("200 OK", &[GZIP], &zip)),
        answer("200 OK", &[GZIP], &zip[..zip.len() - 5]),
        answer("200 OK", &[GZIP], b"this is not gzip"),
        answer("200 OK", &["content-encoding: zstd"], b"x"),
        answer("200 OK", &["content-encoding: gzip, gzip"], &zip),
        answer("302 Found", &[], b""),
        b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
        chunked,
    ];
    for bytes in broken {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        let result = ask(&settings(), bytes).await;
        let Err(error @ FetchError::Broken { .. }) = result else { panic!("{shown}: {result:?}") };
        let text = error.to_string();
        assert!(text.starts_with("http://news.example:"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn a_status_says_what_to_do_next() {
    for code in [404, 410] {
        let gone = ask(&settings(), answer(&format!("{code} No"), &[], b"")).await;
        assert!(matches!(gone, Err(FetchError::Gone { code: c, .. }) if c == code), "{gone:?}");
    }
    let busy = answer("429 Slow down", &["retry-after: 7"], b"");
    let Err(FetchError::Status { code: 429, retry_after, .. }) = ask(&settings(), busy).await
    else {
        panic!("no status");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
    let down = answer("503 Down", &["retry-after: soon"], b"");
    let down = ask(&settings(), down).await;
    assert!(matches!(down, Err(FetchError::Status { code: 503, retry_after: None, .. })));
}

#[tokio::test]
async fn a_redirect_is_followed_to_a_page_and_not_for_ever() {
    let (port, asked) = answering(PUBLIC, 0, |head| {
        let hops: usize = head[5..].split(' ').next().expect("path").parse().expect("a number");
        match hops {
            0 => answer("200 OK", &[], b"there"),
            _ => answer("307 On", &[&format!("location: /{}", hops - 1)], b""),
        }
    })
    .await;
    let door = door(&settings(), Names::all_public());
    let page = get(&door, &format!("http://news.example:{port}/5")).await.expect("page");
    assert_eq!((page.url.path(), page.body.as_slice()), ("/0", b"there".as_slice()));
    assert_eq!(asked.load(Ordering::SeqCst), 6);
    let error = get(&door, &format!("http://news.example:{port}/6")).await;
    assert!(matches!(error, Err(FetchError::Redirects { redirects_max: 5, .. })), "{error:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 12);
}

#[tokio::test]
async fn nobody_listening_is_told_without_secrets_and_once() {
    let listener = TcpListener::bind((PUBLIC, 0)).await.expect("port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let names = Names::all_public();
    let door = door(&settings(), Arc::clone(&names));
    let error = get(&door, &format!("http://news.example:{port}/a?token=secret")).await;
    let Err(error @ FetchError::Connect { .. }) = error else { panic!("{error:?}") };
    assert!(!error.to_string().contains("secret"), "{error}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_host_is_asked_one_thing_at_a_time() {
    for at_once in [1, 3] {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let highest = Arc::clone(&most);
        let (port, _) = listen(PUBLIC, 0, move |_, mut stream| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(40)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(&answer("200 OK", &[], b"x")).await;
            }
        })
        .await;
        let door = door(&Settings { per_host_max: at_once, ..settings() }, Names::all_public());
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let door = door.clone();
            let address = format!("http://news.example:{port}/");
            tasks.push(tokio::spawn(async move { get(&door, &address).await }));
        }
        for task in tasks {
            task.await.expect("joined").expect("page");
        }
        assert_eq!(highest.load(Ordering::SeqCst), at_once);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_hosts_do_not_hold_up_a_healthy_one() {
    let (slow, _) = listen(PUBLIC, 0, |_, stream| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    // Each of these redirects to one slow host, so that a line forms there.
    let (lure, _) = answering(PUBLIC, 0, move |_| {
        answer("302 Found", &[&format!("location: http://tar.example:{slow}/")], b"")
    })
    .await;
    let (well, _) = answering(PUBLIC, 0, |_| answer("200 OK", &[], b"well")).await;
    let door = door(&Settings { deadline_ms: 3_000, ..settings() }, Names::all_public());
    let mut tasks = Vec::new();
    for number in 0..50 {
        let port = if number % 2 == 0 { slow } else { lure };
        let (door, address) = (door.clone(), format!("http://slow{number}.example:{port}/"));
        tasks.push(tokio::spawn(async move { get(&door, &address).await }));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    for _ in 0..10 {
        let page = get(&door, &format!("http://healthy.example:{well}/")).await.expect("page");
        assert_eq!(page.body, b"well");
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    for task in tasks {
        let end = task.await.expect("joined");
        assert!(matches!(end, Err(FetchError::Deadline { .. })), "{end:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
}
