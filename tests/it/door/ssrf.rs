//! No address from outside reaches what is not public, however it is spelled.

use std::net::Ipv6Addr;

use claimwatch::http::SystemResolver;

use super::*;

/// First and last address of every special IPv4 block.
const SPECIAL: [&str; 26] = [
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
];
const SPECIAL_V6: [&str; 18] = [
    "::",
    "::1",
    "::2",
    "100::1",
    "64:ff9b:1::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "3ffe::1",
    "3fff::1",
    "5f00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
];

/// Every way to write an IPv4 address into the host of a URL.
fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let number = u32::from(ip);
    vec![
        format!("{ip}"),
        format!("{ip}."),
        format!("{number}"),
        format!("{number:#x}"),
        format!("0{number:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.000{d:o}"),
        format!("{a}.{b}.{low}"),
        format!("{a}.{}", number & 0x00ff_ffff),
        format!("%3{}{}", a.to_string().as_bytes()[0] - b'0', &ip.to_string()[1..]),
        format!("{ip}").replace('.', "。"),
        format!("[::ffff:{ip}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[::{ip}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!("[::ffff:0:{ip}]"),
    ]
}

async fn refused(door: &Door, text: &str) {
    match door.get(&url(text), &PLAIN).await {
        Err(FetchError::Refused { .. }) => {}
        other => panic!("{text} is not refused: {other:?}"),
    }
}

async fn canary() -> (u16, Arc<AtomicUsize>) {
    answering(PRIVATE, 0, |_| answer("200 OK", &[], b"secret")).await
}

#[tokio::test]
async fn every_spelling_of_every_special_address_is_refused() {
    let (port, reached) = canary().await;
    let door = door(&Settings::default(), Arc::default());
    let mut tried = 0;
    for ip in SPECIAL {
        for host in spellings(ip.parse().expect(ip)) {
            refused(&door, &format!("http://{host}:{port}/")).await;
            refused(&door, &format!("https://{host}/")).await;
            tried += 2;
        }
    }
    for ip in SPECIAL_V6 {
        refused(&door, &format!("http://[{ip}]:{port}/")).await;
        tried += 1;
    }
    assert!(tried >= 300, "{tried}");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    // The canary does sing when it is reached.
    let sung = door.get(&url(&format!("http://127.0.0.1:{port}/")), &TRUSTED).await;
    assert!(matches!(sung, Ok(Fetched::Fresh(page)) if page.body == b"secret"));
    assert_eq!(reached.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn every_address_of_the_gathered_list_is_refused() {
    let (port, reached) = canary().await;
    // Every name leads to the canary's address, public-looking or not.
    let door = door(&Settings::default(), Arc::default());
    let mut tried = 0;
    for line in include_str!("../../data/suites/ssrf/urls.txt").lines() {
        let Ok(address) = Url::parse(line) else { continue };
        // The one public address in the list would be asked for real.
        if address.host_str() == Some("1.1.1.1") {
            continue;
        }
        refused(&door, address.as_str()).await;
        tried += 1;
        let mut aimed = address.clone();
        if aimed.set_port(Some(port)).is_ok() {
            refused(&door, aimed.as_str()).await;
            tried += 1;
        }
    }
    assert!(tried >= 200, "{tried}");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_public_name_that_leads_inside_is_refused_at_connect() {
    let (port, reached) = canary().await;
    let v4 = SPECIAL.iter().map(|ip| IpAddr::V4(ip.parse().expect("IPv4")));
    let mapped = v4.clone().filter_map(|ip| match ip {
        IpAddr::V4(ip) => Some(IpAddr::V6(ip.to_ipv6_mapped())),
        IpAddr::V6(_) => None,
    });
    let v6 = SPECIAL_V6.iter().map(|ip| IpAddr::V6(ip.parse::<Ipv6Addr>().expect("IPv6")));
    for ip in v4.clone().chain(mapped).chain(v6) {
        let names = Names::of(&[("news.example", &[&[ip]])]);
        let door = door(&Settings::default(), Arc::clone(&names));
        let error = get(&door, &format!("http://news.example:{port}/a?token=x")).await;
        let Err(error @ FetchError::Refused { .. }) = error else { panic!("{ip}: {error:?}") };
        assert!(error.to_string().contains("http.allow"), "{error}");
        assert!(!error.to_string().contains("token"), "{error}");
        assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_refused_and_private_answers_are_left_out() {
    let (port, public) = answering(PUBLIC, 0, |_| answer("200 OK", &[], b"news")).await;
    let (_, private) = answering(PRIVATE, port, |_| answer("200 OK", &[], b"secret")).await;
    let (out, inside) = (IpAddr::V4(PUBLIC), IpAddr::V4(PRIVATE));
    let names = Names::of(&[
        ("turn.example", &[&[out], &[inside]]),
        ("both.example", &[&[inside, out]]),
        ("none.example", &[&[]]),
    ]);
    let door = door(&settings(), Arc::clone(&names));
    let turn = format!("http://turn.example:{port}/");
    assert_eq!(get(&door, &turn).await.expect("public").body, b"news");
    assert_eq!(
        names.asked.load(Ordering::SeqCst),
        1,
        "asked once: what is checked is connected to"
    );
    refused(&door, &turn).await;
    let both = get(&door, &format!("http://both.example:{port}/")).await.expect("public");
    assert_eq!(both.body, b"news");
    let none = get(&door, &format!("http://none.example:{port}/")).await;
    assert!(matches!(none, Err(FetchError::Connect { .. })), "{none:?}");
    assert_eq!((public.load(Ordering::SeqCst), private.load(Ordering::SeqCst)), (2, 0));
}

#[tokio::test]
async fn no_redirect_leads_inside() {
    let (inner, reached) = canary().await;
    let to = move |head: &str| {
        let place = head.split_once("to=").and_then(|(_, rest)| rest.split_once(' '));
        let place = place.map_or("", |(place, _)| place).replace("PORT", &inner.to_string());
        answer("302 Found", &[&format!("location: {place}")], b"")
    };
    let (port, asked) = answering(PUBLIC, 0, to).await;
    let names = Names::of(&[("news.example", &[&[IpAddr::V4(PUBLIC)]])]);
    let door = door(&settings(), names);
    let places = [
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://127.0.0.1:PORT/",
        "//127.1:PORT/",
        "http://2130706433:PORT/",
        "http://[::1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/",
        "http://localhost:PORT/",
        "http://elsewhere.example:PORT/",
        "http://user:pw@news.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_x",
        "ftp://news.example/",
        "data:text/plain,x",
    ];
    for place in places {
        refused(&door, &format!("http://news.example:{port}/?to={place}")).await;
    }
    assert_eq!(asked.load(Ordering::SeqCst), places.len());
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn trust_in_an_address_goes_no_further_than_its_host_and_port() {
    let (elsewhere, reached) = canary().await;
    let (port, asked) = listen(PRIVATE, 0, move |head, mut stream| async move {
        // Kept open, so that the next request could travel on the same connection.
        let mut head = head;
        while !head.is_empty() {
            let place = if head.starts_with("GET /out") {
                format!("http://127.0.0.1:{elsewhere}/")
            } else {
                "/here".to_owned()
            };
            let text = if head.starts_with("GET /here") {
                "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmine".to_owned()
            } else {
                format!("HTTP/1.1 301 Moved\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n")
            };
            stream.write_all(text.as_bytes()).await.expect("write");
            head = read_head(&mut stream).await;
        }
    })
    .await;
    let door = door(&Settings::default(), Arc::default());
    for host in ["127.0.0.1", "localhost", "inner.example"] {
        let at = |path: &str| format!("http://{host}:{port}/{path}");
        let page = door.get(&url(&at("moved")), &TRUSTED).await;
        assert!(matches!(page, Ok(Fetched::Fresh(page)) if page.body == b"mine"));
        let out = door.get(&url(&at("out")), &TRUSTED).await;
        assert!(matches!(out, Err(FetchError::Refused { .. })), "{out:?}");
        let before = asked.load(Ordering::SeqCst);
        refused(&door, &at("here")).await;
        assert_eq!(asked.load(Ordering::SeqCst), before);
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_permitted_port_of_an_address_holds_for_names_too() {
    let (port, _) = canary().await;
    let (other, reached) = canary().await;
    let mine = Settings { allow: vec![format!("127.0.0.1:{port}")], ..Settings::default() };
    let door = door(&mine, Arc::default());
    for host in ["127.0.0.1", "localhost", "pages.example"] {
        assert_eq!(
            get(&door, &format!("http://{host}:{port}/")).await.expect(host).body,
            b"secret"
        );
        refused(&door, &format!("http://{host}:{other}/")).await;
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_system_resolver_goes_through_the_same_check() {
    let (port, _) = canary().await;
    let (other, reached) = canary().await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mine = Settings { allow: vec![format!("127.0.0.1:{port}")], ..Settings::default() };
    let door = Door::new(&mine, Arc::new(SystemResolver::default())).expect("door");
    let page = get(&door, &format!("http://localhost:{port}/")).await.expect("page");
    assert_eq!(page.body, b"secret");
    refused(&door, &format!("http://localhost:{other}/")).await;
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}
