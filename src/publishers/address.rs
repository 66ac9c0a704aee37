//! Addresses as publishers write them: relative, without a scheme, escaped, encoded twice.

use url::Url;

/// Longest address taken in.
pub(super) const URL_BYTES_MAX: usize = 2048;
/// Rounds of percent-decoding of an address that is encoded as a whole.
const DECODE_ROUNDS_MAX: usize = 3;

/// The http or https address a text stands for, resolved against `base`; `None` if it stands for
/// none. An absolute address keeps its own spelling.
pub(super) fn address(raw: &str, base: Option<&Url>) -> Option<String> {
    let mut text = raw.trim().to_owned();
    if text.is_empty() || text.len() > URL_BYTES_MAX {
        return None;
    }
    if text.contains('&')
        && let Some(unescaped) = super::plain::unescape(&text)
    {
        text = unescaped;
    }
    for _ in 0..DECODE_ROUNDS_MAX {
        let head = text.get(..7).unwrap_or_default().to_ascii_lowercase();
        if !(head.starts_with("http%") || head.starts_with("https%")) {
            break;
        }
        text = percent_decoded(&text)?;
    }
    if let Ok(url) = Url::parse(&text) {
        return opened(&url).then(|| spelled(text, &url));
    }
    if let Some(text) = with_scheme(&text, base) {
        let url = Url::parse(&text).ok()?;
        return opened(&url).then(|| spelled(text, &url));
    }
    let url = base?.join(&text).ok()?;
    (opened(&url) && url.as_str().len() <= URL_BYTES_MAX).then(|| url.into())
}

fn opened(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
}

fn spelled(text: String, url: &Url) -> String {
    let strange =
        |c: char| c.is_whitespace() || c.is_control() || c == '\\' || c == '<' || c == '"';
    if text.contains(strange) || !text.contains("://") { url.as_str().to_owned() } else { text }
}

/// `//host/path` and `host.example/path` with a scheme.
fn with_scheme(text: &str, base: Option<&Url>) -> Option<String> {
    if let Some(rest) = text.strip_prefix("//") {
        return (!rest.starts_with('/')).then(|| format!("https://{rest}"));
    }
    let first = text.split(['/', '?', '#']).next()?;
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_lowercase();
    let is_own = base.and_then(Url::host_str).is_some_and(|host| bare(host) == bare(first));
    let (_, last) = first.rsplit_once('.')?;
    let is_domain = last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !["html", "htm", "php", "asp", "aspx", "jsp", "xml", "json", "txt"].contains(&last);
    let is_named = first.starts_with("www.") || base.is_none();
    (is_own || (is_domain && is_named)).then(|| format!("https://{text}"))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut place = 0;
    while let Some(&byte) = bytes.get(place) {
        let digits = bytes.get(place + 1..place + 3).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(value) if byte == b'%' => {
                out.push(value);
                place += 3;
            }
            _ => {
                out.push(byte);
                place += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// One spelling of a host for "is it the same site": lower case, without `www.`, `m.`, `amp.`.
pub(super) fn site(address: &str) -> Option<String> {
    let host = crate::claim::review::host_of(&Url::parse(address).ok()?)?;
    let bare = host.strip_prefix("m.").or_else(|| host.strip_prefix("amp."));
    Some(bare.unwrap_or(&host).trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        let base = Url::parse("https://www.check.example/a/b").expect("base");
        let read = |text| address(text, Some(&base));
        let same = "https://factcheck.afp.com/http%253A%252F%252Fdoc.afp.com%252F9DC9V8-1";
        assert_eq!(read(same).as_deref(), Some(same));
        assert_eq!(
            read("http%253A%252F%252Fdoc.afp.com/9DC").as_deref(),
            Some("http://doc.afp.com/9DC")
        );
        assert_eq!(read("/x?a=1&amp;b=2").as_deref(), Some("https://www.check.example/x?a=1&b=2"));
        assert_eq!(read("check.example/x").as_deref(), Some("https://check.example/x"));
        assert_eq!(read("//other.example/x").as_deref(), Some("https://other.example/x"));
        assert_eq!(read("page.html").as_deref(), Some("https://www.check.example/a/page.html"));
        assert_eq!(address("check.example/x", None).as_deref(), Some("https://check.example/x"));
        assert_eq!(read(" https://a.example/ä \n").as_deref(), Some("https://a.example/ä"));
    }

    #[test]
    fn what_no_reader_should_open_is_no_address() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "mailto:a@b.example",
            "https://user:pw@a.example/",
            "",
            "http://",
            "file:///etc/passwd",
        ] {
            assert_eq!(address(text, None), None, "{text}");
        }
        assert_eq!(
            address(&format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX)), None),
            None
        );
    }
}
