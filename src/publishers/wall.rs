//! Whether a page that a link led to is a wall or an error and not what was linked.

use super::{charset, plain, prune, refusal};

/// Longest text of a page that is looked at.
const TEXT_CHARS_MAX: usize = 20_000;
/// Names of folders at whose addresses there is a wall and nothing else.
const FOLDERS: [&str; 14] = [
    "login",
    "log-in",
    "log_in",
    "signin",
    "sign-in",
    "sign_in",
    "authorize",
    "oauth",
    "checkpoint",
    "captcha",
    "consent",
    "subscribe",
    "404",
    "error",
];

/// What shows that a page is a wall, an error or a soft 404; `None` if nothing does.
pub fn wall(bytes: &[u8], content_type: Option<&str>, url: &url::Url) -> Option<String> {
    let folders = url.path_segments().into_iter().flatten();
    let names = folders.map(|folder| folder.split('.').next().unwrap_or_default());
    for name in names {
        if FOLDERS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Some(format!("its address has {name:?} in it"));
        }
    }
    let html = charset::decoded(bytes, content_type);
    let title = element(&html, "title").and_then(|title| plain::line(title, 300));
    if let Some(title) = title.filter(|title| refusal::is_error_title(title)) {
        return Some(format!("its title is {title:?}"));
    }
    let text = plain::lines(&prune::prune(&html).html, TEXT_CHARS_MAX)?;
    refusal::of_text(&text).map(|phrase| format!("it says {phrase:?}"))
}

/// What stands in the first element of a name.
fn element<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let start = plain::find_ignoring_case(html, &format!("<{name}"))?;
    let inner = &html[start..];
    let inner = &inner[inner.find('>')? + 1..];
    Some(&inner[..inner.find('<').unwrap_or(inner.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_and_soft_404s_are_told_from_pages() {
        let at = |url: &str, html: &str| {
            let url = url::Url::parse(url).expect("an address");
            wall(html.as_bytes(), Some("text/html"), &url)
        };
        let page = "<html><head><title>A shark on the highway</title></head><body><p>It swims.</p>";
        assert_eq!(at("https://a.example/news/1", page), None);
        assert_eq!(at("https://a.example/news/the-login-of-ana", page), None);
        for (url, html) in [
            ("https://a.example/accounts/Login/?next=%2F1", page),
            ("https://a.example/login.php", page),
            ("https://a.example/1", "<title>Page not found - A</title>"),
            ("https://a.example/1", "<TITLE lang=en>404</TITLE><p>x"),
            ("https://a.example/1", "<body><h1>A</h1><p>Please log in to view this page."),
            ("https://a.example/1", "<title>Just a moment...</title>"),
        ] {
            assert!(at(url, html).is_some(), "{url} {html}");
        }
        for odd in ["", "<title", "<title>", "<title><", "\u{0}<title>é"] {
            at("https://a.example/1", odd);
        }
    }
}
