//! What the tables of networks mean: feeds and accounts of Bluesky.

use super::check::{At, not_in_file};
use crate::chats::settings::Bluesky as Account;
use crate::feeds::settings::Bluesky as Feed;

/// Checks a feed from Bluesky's network.
pub(super) fn bluesky_feed(at: &mut At<'_>, feed: &Feed) {
    if let Err(why) = feed.address() {
        let mend = "write it like \"wss://jetstream2.us-east.bsky.network\"";
        at.wrong("service", &format!("is no address that can be used: {why}"), mend);
    }
    at.address("appview", &feed.appview, &["http", "https"]);
    for (index, language) in feed.languages.iter().enumerate() {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let fits =
            (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic());
        if !fits {
            let what = format!("{language:?} is no language code");
            at.wrong_entry("languages", index, &what, "write codes such as \"en\" or \"pt\"");
        }
    }
    for (index, word) in feed.keywords.iter().enumerate() {
        if word.trim().is_empty() {
            let what = "an empty word stands in every post";
            at.wrong_entry("keywords", index, what, "take it away");
        }
    }
    for (index, account) in feed.accounts.iter().enumerate() {
        if !is_account(account) {
            let what = format!("{account:?} is no account");
            at.wrong_entry("accounts", index, &what, "write a handle or a `did:...`");
        }
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
