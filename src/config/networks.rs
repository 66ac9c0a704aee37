//! What the tables of networks mean: feeds and accounts of Bluesky and Mastodon.

use super::check::{At, not_in_file};
use crate::chats::settings::{Bluesky as Account, Mastodon as MastodonAccount};
use crate::feeds::mastodon::Timeline;
use crate::feeds::settings::{Bluesky as Feed, Mastodon as MastodonFeed};

/// Checks a feed from Bluesky's network.
pub(super) fn bluesky_feed(at: &mut At<'_>, feed: &Feed) {
    if let Err(why) = feed.address() {
        let mend = "write it like \"wss://jetstream2.us-east.bsky.network\"";
        at.wrong("service", &format!("is no address that can be used: {why}"), mend);
    }
    at.address("appview", &feed.appview, &["http", "https"]);
    filters(at, feed.posts_hourly_max, &feed.languages, &feed.keywords);
    for (index, account) in feed.accounts.iter().enumerate() {
        if !is_account(account) {
            let what = format!("{account:?} is no account");
            at.wrong_entry("accounts", index, &what, "write a handle or a `did:...`");
        }
    }
}

/// Languages that have a code of two letters (ISO 639-1), with the former codes of three of them.
const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr \
    ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks \
    ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl \
    nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi \
    vo wa wo xh yi yo za zh zu";

/// Whether posts may name this as their language: `pt`, `pt-BR`, `yue`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = match primary.len() {
        2 => LANGUAGES.split_ascii_whitespace().any(|known| known == primary),
        3 => primary.chars().all(|c| c.is_ascii_lowercase()),
        _ => false,
    };
    known && parts.all(|part| (1..=8).contains(&part.len()) && part.is_ascii())
}

/// Checks what a feed wants of posts.
fn filters(at: &mut At<'_>, posts_hourly_max: u32, languages: &[String], keywords: &[String]) {
    if posts_hourly_max == 0 {
        at.wrong(
            "posts_hourly_max",
            "is 0: nothing could ever be taken in",
            "write a number above 0",
        );
    }
    for (index, language) in languages.iter().enumerate() {
        if !is_language(language) {
            let what = format!("{language:?} is no language code");
            at.wrong_entry("languages", index, &what, "write codes such as \"en\" or \"pt\"");
        }
    }
    for (index, word) in keywords.iter().enumerate() {
        if word.trim().is_empty() {
            let what = "an empty word stands in every post";
            at.wrong_entry("keywords", index, what, "take it away");
        }
    }
}

/// Checks a feed from a Mastodon server.
pub(super) fn mastodon_feed(at: &mut At<'_>, feed: &MastodonFeed) {
    server(at, feed.service.as_deref(), feed.token.is_some() || feed.token_file.is_some());
    if Timeline::named(&feed.timeline).is_none() {
        let what = format!("is {:?}, which names none", feed.timeline);
        let mend = "write \"public\", \"local\", \"remote\", \"#hashtag\" or \"list:NUMBER\"";
        at.wrong("timeline", &what, mend);
    }
    filters(at, feed.posts_hourly_max, &feed.languages, &feed.keywords);
    for (index, account) in feed.accounts.iter().enumerate() {
        if !is_mastodon_account(account) {
            let what = format!("{account:?} is no account");
            at.wrong_entry("accounts", index, &what, "write it like \"name@mastodon.social\"");
        }
    }
}

/// Checks an account on a Mastodon server.
pub(super) fn mastodon_account(at: &mut At<'_>, account: &MastodonAccount) {
    server(at, account.service.as_deref(), account.token.is_some() || account.token_file.is_some());
    if let Some(name) = account.identifier.as_deref().filter(|name| !is_mastodon_account(name)) {
        let mend = "write the account's name, such as \"checks\"";
        at.wrong("identifier", &format!("{name:?} is no account"), mend);
    }
    budget(at, account.author_hourly_max, account.thread_hourly_max);
}

/// Where a Mastodon server is, and what lets us in.
fn server(at: &mut At<'_>, service: Option<&str>, has_token: bool) {
    not_in_file(at, "token", "token_file");
    match service {
        Some(service) => at.address("service", service, &["http", "https"]),
        None => at.missing("service", "write `service = \"https://...\"`, the server's address"),
    }
    if !has_token {
        let mend = "write `token_file = \"...\"`, a file that holds an access token";
        at.missing("token_file", mend);
    }
}

/// Checks an account on Bluesky.
pub(super) fn bluesky_account(at: &mut At<'_>, account: &Account) {
    not_in_file(at, "password", "password_file");
    at.address("service", &account.service, &["http", "https"]);
    match &account.identifier {
        None => at.missing("identifier", "write `identifier = \"...\"`, the account's handle"),
        Some(name) if !is_account(name) => {
            let mend = "write its handle, such as \"bot.example.org\"";
            at.wrong("identifier", &format!("{name:?} is no account"), mend);
        }
        Some(_) => {}
    }
    if account.password.is_none() && account.password_file.is_none() {
        let mend = "write `password_file = \"...\"`, a file that holds an app password";
        at.missing("password_file", mend);
    }
    budget(at, account.author_hourly_max, account.thread_hourly_max);
}

/// An account that may never answer is better not configured.
pub(super) fn budget(at: &mut At<'_>, author: u32, thread: u32) {
    for (key, zero) in [("author_hourly_max", author == 0), ("thread_hourly_max", thread == 0)] {
        if zero {
            at.wrong(key, "is 0: nobody would ever be answered", "write a number above 0");
        }
    }
}

/// `name` or `name@host`, with or without the first `@`.
fn is_mastodon_account(name: &str) -> bool {
    let name = name.strip_prefix('@').unwrap_or(name);
    let (name, host) = name.split_once('@').map_or((name, None), |(n, host)| (n, Some(host)));
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let host = host.is_none_or(|host| {
        host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
    });
    !name.is_empty() && name.chars().all(word) && host
}

/// A handle, with or without `@`, or a lasting name.
fn is_account(name: &str) -> bool {
    if name.starts_with("did:") {
        return crate::atproto::is_did(name);
    }
    let name = name.strip_prefix('@').unwrap_or(name);
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    name.contains('.') && name.split('.').all(label)
}
