//! What can be told about addresses, headers and turns without a network.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use super::address::{Allow, Way, check, written};
use super::door::next_hop;
use super::response::{max_age, place, retry_after};
use super::turns::Turns;
use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).expect(text)
}

fn allow(entries: &[&str]) -> Allow {
    Allow::parse(&entries.iter().map(|&entry| entry.to_owned()).collect::<Vec<_>>()).expect("allow")
}

#[test]
fn the_edges_of_every_special_block_are_where_the_registries_put_them() {
    // (first, last) of blocks, and the public neighbours around them where there are some.
    let rows = [
        ("0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
        ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
        ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
        ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
        ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
        ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
        ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
        ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
        ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
        ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
        ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
        ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
        ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
        ("224.0.0.0", "255.255.255.255", "223.255.255.255", ""),
        ("::", "::ffff", "", ""),
        ("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:9.9.9.9", "::ffff:8.8.8.8"),
        ("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808", "64:ff9b::101:101"),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1000::", "", ""),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", "2001:200::"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::1"),
        ("2002::", "2002:808:808::1", "2001:ffff::1", "2003::1"),
        ("3ffe::", "3fff:fff::1", "3ffd::1", "3fff:1000::1"),
        ("4000::", "5f00::1", "", ""),
        ("fc00::", "fdff:ffff::1", "", ""),
        ("fd00:ec2::254", "fd20:ce::254", "", ""),
        ("fe80::1", "fec0::1", "", ""),
        ("ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
    ];
    let ip = |text: &str| text.parse::<IpAddr>().expect(text);
    for (first, last, before, after) in rows {
        for special in [first, last] {
            assert!(why_not_public(ip(special)).is_some(), "{special}");
        }
        for public in [before, after].into_iter().filter(|text| !text.is_empty()) {
            assert_eq!(why_not_public(ip(public)), None, "{public}");
        }
    }
    for public in ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::200e"] {
        assert_eq!(why_not_public(ip(public)), None, "{public}");
    }
}

#[test]
fn what_the_operator_permits_is_permitted_and_nothing_beside_it() {
    let allow = allow(&[
        "127.0.0.1:8001",
        "10.0.0.0/8",
        "[fd00::5]:8443",
        "fd01::/16",
        "172.16.0.0/12:80",
        "intranet.example:443",
        "Wiki.Example",
        "192.168.7.7",
    ]);
    let permitted = |text: &str| check(&url(text), &allow, None);
    for text in [
        "http://127.0.0.1:8001/x",
        "http://2130706433:8001/",
        "http://[::ffff:127.0.0.1]:8001/",
        "http://10.1.2.3/",
        "http://10.1.2.3:22/",
        "http://[fd00::5]:8443/",
        "http://[fd01::1]/",
        "http://172.20.0.1/",
        "http://192.168.7.7:9000/",
        "https://example.org/",
        "http://localhost:8001/",
    ] {
        assert_eq!(permitted(text), Ok(Way::Checked), "{text}");
    }
    for text in
        ["https://intranet.example/", "https://INTRANET.example./", "http://wiki.example:81"]
    {
        assert_eq!(permitted(text), Ok(Way::Named), "{text}");
    }
    for text in [
        "http://127.0.0.1:8002/",
        "http://127.0.0.2:8001/",
        "http://11.0.0.1.:25/",
        "http://[fd00::5]/",
        "http://[64:ff9b::10.0.0.1]/",
        "https://172.20.0.1/",
        "http://192.168.7.8/",
        "http://example.org:22/",
        "http://u@10.1.2.3/",
    ] {
        assert!(permitted(text).is_err(), "{text}");
    }
    // Without any permitted network a private name is refused before it is resolved.
    for text in ["http://localhost/", "http://a.LOCALHOST./", "http://db.internal/", "http://foo/"]
    {
        assert!(check(&url(text), &Allow::default(), None).is_err(), "{text}");
    }
}

#[test]
fn a_wrong_entry_of_allow_says_what_may_stand_there() {
    for entry in [
        "",
        ":",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "10.0.0.0/33",
        "fd00::/129",
        "a b",
        "10.0.0.0/x",
        "[::1",
        "http://x/",
    ] {
        let error = Allow::parse(&[entry.to_owned()]).expect_err(entry);
        assert!(format!("{error:#}").contains("http.allow"), "{entry}: {error:#}");
    }
}

#[test]
fn what_the_operator_wrote_permits_that_host_and_port_alone() {
    let mine = written(&url("http://127.0.0.1:9000/feed"));
    let check = |text: &str| check(&url(text), &Allow::default(), mine.as_ref());
    assert_eq!(check("http://127.0.0.1:9000/other"), Ok(Way::Named));
    assert_eq!(check("http://0x7f.1:9000/other"), Ok(Way::Named));
    for text in ["http://127.0.0.1/", "http://127.0.0.1:9001/", "http://127.0.0.2:9000/"] {
        assert!(check(text).is_err(), "{text}");
    }
    assert!(check("ftp://127.0.0.1:9000/").is_err());
    assert!(check("http://u:p@127.0.0.1:9000/").is_err());
}

#[test]
fn a_redirect_is_read_relative_and_never_leaves_https() {
    let here = url("https://news.example/a/b?c#d");
    let to = |location: &str| next_hop(&here, location.as_bytes()).map(|next| next.to_string());
    assert_eq!(to("/x"), Ok("https://news.example/x".into()));
    assert_eq!(to("x?y"), Ok("https://news.example/a/x?y".into()));
    assert_eq!(to("//other.example/"), Ok("https://other.example/".into()));
    assert_eq!(to("https://other.example"), Ok("https://other.example/".into()));
    assert!(matches!(to("http://news.example/"), Err(FetchError::Refused { .. })));
    assert!(matches!(to(""), Err(FetchError::Broken { .. })));
    assert!(matches!(to("http://["), Err(FetchError::Broken { .. })));
    assert!(matches!(next_hop(&here, b"/\xff\xfe"), Err(FetchError::Broken { .. })));
    let up = next_hop(&url("http://news.example/"), b"https://news.example/");
    assert_eq!(up, Ok(url("https://news.example/")));
}

#[test]
fn waits_are_read_in_seconds_and_dates_and_kept_to_a_day() {
    let wait = |after: &str, date: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_str(after).expect("header"));
        if let Some(date) = date {
            headers.insert("date", HeaderValue::from_str(date).expect("header"));
        }
        retry_after(&headers).map(|wait| wait.as_secs())
    };
    let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(wait("120", None), Some(120));
    assert_eq!(wait("0", None), Some(0));
    assert_eq!(wait("99999999999999999999999", None), Some(86_400));
    assert_eq!(wait("Sun, 06 Nov 1994 08:59:37 GMT", date), Some(600));
    assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT", date), Some(0));
    assert_eq!(wait("Sun, 06 Nov 2094 08:00:00 GMT", date), None, "the weekday is wrong");
    assert_eq!(wait("Sat, 06 Nov 2094 08:00:00 GMT", date), Some(86_400));
    assert_eq!(wait("Sun, 06 Nov 1994 08:59:37 GMT", None), None);
    assert_eq!(wait("soon", date), None);
    assert_eq!(wait("-5", date), None);
}

#[test]
fn freshness_is_read_from_cache_control() {
    let age = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_str(text).expect("header"));
        max_age(&headers).map(|age| age.as_secs())
    };
    assert_eq!(age("public, Max-Age=300"), Some(300));
    assert_eq!(age("max-age=\"60\""), Some(60));
    assert_eq!(age("no-store, max-age=300"), None);
    assert_eq!(age("max-age=-1"), None);
    assert_eq!(age("private"), None);
}

#[test]
fn a_place_shows_no_secret_and_is_not_endless() {
    let shown = place(&url("https://user:pw@news.example:8443/feed?token=secret#part"));
    assert_eq!(shown, "https://news.example:8443/feed");
    assert_eq!(place(&url(&format!("https://a.example/{}", "x".repeat(9000)))).len(), 200);
}

#[tokio::test]
async fn only_hosts_with_a_line_are_remembered() {
    let turns = Turns::new(1);
    let first = turns.take("a.example").await;
    let other = turns.take("b.example").await;
    assert_eq!(turns.len(), 2);
    let waiting = tokio::time::timeout(Duration::from_millis(20), turns.take("a.example")).await;
    assert!(waiting.is_err(), "two turns at once");
    drop(waiting);
    drop(other);
    assert_eq!(turns.len(), 1);
    drop(first);
    assert_eq!(turns.len(), 0);
    let given_up = tokio::time::timeout(Duration::from_millis(20), turns.take("a.example")).await;
    assert!(given_up.is_ok());
}
