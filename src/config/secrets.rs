//! Secrets: read from the files that are named for them, and judged by their form only.

use std::path::Path;

use super::check::{At, alerts};
use super::mistake::{Findings, Place};
use super::tree::Node;
use super::{Settings, read_bounded};
use crate::alerts::settings::{Kind, Receiver};
use crate::chats::settings::{Chat, Mode, Telegram};
use crate::doors::Secret;
use crate::feeds::settings::Feed;
use crate::publishers::settings::Kind as Publishing;

/// Most bytes of a file that holds a secret.
const SECRET_BYTES_MAX: u64 = 4096;
/// Characters of a Telegram token behind its colon.
const TOKEN_CHARS: usize = 35;
/// Fewest characters of a token that lets posts in.
const PUSH_TOKEN_BYTES_MIN: usize = 16;
/// Most characters of a webhook's secret, as Telegram has it.
const WEBHOOK_SECRET_CHARS_MAX: usize = 256;

/// Reads every secret's file, unless the environment already gave the secret.
pub(super) fn read(root: &Node, settings: &mut Settings, findings: &mut Findings) {
    for source in &mut settings.publisher {
        if source.kind == Publishing::Google {
            let path = ["publisher", source.kind.word(), &source.name];
            let file = source.settings.key_file.as_deref();
            from_file(root, &path, "key", file, &mut source.settings.key, findings);
        }
    }
    senders(root, settings, findings);
    for source in &mut settings.feed {
        if let Feed::Mastodon(feed) = &mut source.feed {
            let path = ["feed", "mastodon", &source.name];
            let file = feed.token_file.as_deref();
            from_file(root, &path, "token", file, &mut feed.token, findings);
        }
    }
    for receiver in &mut settings.alert {
        alert(root, receiver, findings);
    }
    let mut seen: Vec<(Secret, String)> = Vec::new();
    for account in &mut settings.chat {
        let bot = match &mut account.chat {
            Chat::Telegram(bot) => bot,
            Chat::Bluesky(bot) => {
                let path = ["chat", "bluesky", &account.name];
                let file = bot.password_file.as_deref();
                from_file(root, &path, "password", file, &mut bot.password, findings);
                continue;
            }
            Chat::Mastodon(bot) => {
                let path = ["chat", "mastodon", &account.name];
                let file = bot.token_file.as_deref();
                from_file(root, &path, "token", file, &mut bot.token, findings);
                continue;
            }
        };
        let path = ["chat", "telegram", &account.name];
        let file = bot.token_file.as_deref();
        from_file(root, &path, "token", file, &mut bot.token, findings);
        let file = bot.webhook_secret_file.as_deref();
        from_file(root, &path, "webhook_secret", file, &mut bot.webhook_secret, findings);
        forms(root, &path, bot, findings);
        let Some(token) = bot.token.clone() else { continue };
        if let Some((_, other)) = seen.iter().find(|(known, _)| *known == token) {
            findings.mistake(
                place(root, &path, "token"),
                format!("{} has the same token as chat.telegram.{other}", path.join(".")),
                "a bot can be asked for its messages by one table only; take one away",
            );
        }
        seen.push((token, account.name.clone()));
    }
}

/// The tokens of those who hand posts over: each long enough not to be guessed, and one sender's
/// only.
fn senders(root: &Node, settings: &mut Settings, findings: &mut Findings) {
    let mut seen: Vec<(Secret, String)> = Vec::new();
    for source in &mut settings.feed {
        let Feed::Push(push) = &mut source.feed else { continue };
        let path = ["feed", "push", &source.name];
        from_file(root, &path, "token", push.token_file.as_deref(), &mut push.token, findings);
        let Some(token) = push.token.clone() else { continue };
        let place = place(root, &path, "token");
        if token.reveal().len() < PUSH_TOKEN_BYTES_MIN {
            let what = format!(
                "{}: the token is shorter than {PUSH_TOKEN_BYTES_MIN} characters",
                path.join(".")
            );
            findings.mistake(place, what, "use one such as `openssl rand -hex 32` prints");
        } else if let Some((_, other)) = seen.iter().find(|(known, _)| *known == token) {
            let what = format!("{} has the same token as feed.push.{other}", path.join("."));
            findings.mistake(place, what, "give each sender a token of its own");
        }
        seen.push((token, source.name.clone()));
    }
}

/// The secrets of a receiver of alerts. Addresses that came from a file are judged here.
fn alert(root: &Node, receiver: &mut Receiver, findings: &mut Findings) {
    let name = receiver.name.clone();
    match &mut receiver.kind {
        Kind::Webhook(table) => {
            let path = ["alert", "webhook", &name];
            let file = table.secret_file.as_deref();
            from_file(root, &path, "secret", file, &mut table.secret, findings);
            if let (None, Some(file)) = (&table.url, table.url_file.as_deref()) {
                from_file(root, &path, "url", Some(file), &mut table.url, findings);
                if let Some(url) = &table.url {
                    let at = &mut At { root, path: &path, findings };
                    alerts::webhook_address(at, "url_file", url.reveal());
                }
            }
        }
        Kind::Mail(table) => {
            let path = ["alert", "mail", &name];
            if let (None, Some(file)) = (&table.smtp_url, table.smtp_url_file.as_deref()) {
                from_file(root, &path, "smtp_url", Some(file), &mut table.smtp_url, findings);
                if let Some(url) = &table.smtp_url {
                    alerts::server(&mut At { root, path: &path, findings }, url.reveal());
                }
            }
        }
    }
}

/// Where a secret comes from: its own key, else the key of its file, else its table.
fn place(root: &Node, path: &[&str; 3], key: &str) -> Place {
    let [table, kind, name] = *path;
    let file = format!("{key}_file");
    root.get(&[table, kind, name, key])
        .or_else(|| root.get(&[table, kind, name, &file]))
        .map(|(_, node)| node.place.clone())
        .or_else(|| root.get(path).map(|(place, _)| place.clone()))
        .unwrap_or(Place::Whole)
}

fn from_file(
    root: &Node,
    path: &[&str; 3],
    key: &str,
    file: Option<&str>,
    secret: &mut Option<Secret>,
    findings: &mut Findings,
) {
    let (None, Some(file)) = (&secret, file) else { return };
    let what = match read_bounded(Path::new(file), SECRET_BYTES_MAX) {
        Ok(text) if !text.trim().is_empty() => {
            *secret = Some(Secret::new(text.trim()));
            return;
        }
        Ok(_) => "is empty".to_owned(),
        Err(unread) => unread.to_string(),
    };
    findings.mistake(
        place(root, path, key),
        format!("{}.{key}_file: {file:?} {what}", path.join(".")),
        "put the secret into that file and let this user read it",
    );
}

fn forms(root: &Node, path: &[&str; 3], bot: &Telegram, findings: &mut Findings) {
    // One that stands in the configuration file is already told to go elsewhere.
    let misplaced = |key: &str| {
        let [table, kind, name] = *path;
        let written = root.get(&[table, kind, name, key]);
        written.is_some_and(|(_, node)| !matches!(node.place, Place::Env(_)))
    };
    if let Some(token) = &bot.token
        && !misplaced("token")
        && !is_token(token.reveal())
    {
        findings.mistake(
            place(root, path, "token"),
            format!("{}: the token is not of Telegram's form", path.join(".")),
            "copy it from @BotFather whole: digits, a colon and 35 letters, digits, _ or -",
        );
    }
    if let (Mode::Webhook, Some(secret)) = (bot.mode, &bot.webhook_secret)
        && !misplaced("webhook_secret")
        && !is_webhook_secret(secret.reveal())
    {
        findings.mistake(
            place(root, path, "webhook_secret"),
            format!("{}: the webhook's secret is not of Telegram's form", path.join(".")),
            "use 1 to 256 of A-Z, a-z, 0-9, _ and -, such as `openssl rand -hex 32` prints",
        );
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn is_token(text: &str) -> bool {
    text.split_once(':').is_some_and(|(bot, key)| {
        !bot.is_empty()
            && bot.chars().all(|c| c.is_ascii_digit())
            && key.chars().count() == TOKEN_CHARS
            && is_word(key)
    })
}

fn is_webhook_secret(text: &str) -> bool {
    (1..=WEBHOOK_SECRET_CHARS_MAX).contains(&text.len()) && is_word(text)
}
