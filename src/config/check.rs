//! What no single key can tell: addresses, schedules, thresholds, and keys that need each other.

pub(super) mod alerts;
mod feeds;
mod matching;

use std::net::{IpAddr, SocketAddr};

use url::Url;

use super::Settings;
use super::mistake::{Findings, Place, nearest};
use super::networks;
use super::tree::{Node, Value};
use crate::chats::settings::{Chat, Mode, Peer, Telegram};
use crate::claim::moderation;
use crate::publishers::settings::{Kind, Source};
use crate::schedule::Schedule;
use crate::web::settings::ASKS_MAX;

/// Longest wait of an answer below a post: in a group the talk moves on.
const ANSWER_UNDO_SECONDS_MAX: u32 = 300;
/// Tiers a publisher may have.
const TIERS: std::ops::RangeInclusive<u8> = 1..=3;

/// Checks every table against what its keys mean.
pub(super) fn all(root: &Node, settings: &Settings, findings: &mut Findings) {
    for source in &settings.publisher {
        let path = ["publisher", source.kind.word(), &source.name];
        publisher(&mut At { root, path: &path, findings }, source);
    }
    for source in &settings.feed {
        let path = ["feed", source.feed.kind(), &source.name];
        feeds::check(&mut At { root, path: &path, findings }, &source.feed);
    }
    for account in &settings.chat {
        match &account.chat {
            Chat::Telegram(bot) => {
                let path = ["chat", "telegram", &account.name];
                telegram(&mut At { root, path: &path, findings }, bot);
            }
            Chat::Bluesky(bot) => {
                let path = ["chat", "bluesky", &account.name];
                networks::bluesky_account(&mut At { root, path: &path, findings }, bot);
            }
            Chat::Mastodon(bot) => {
                let path = ["chat", "mastodon", &account.name];
                networks::mastodon_account(&mut At { root, path: &path, findings }, bot);
            }
        }
    }
    for receiver in &settings.alert {
        alerts::receiver(root, receiver, findings);
    }
    matching::check(root, settings, findings);
    moderation(&mut At { root, path: &["moderation"], findings }, &settings.moderation);
    limits(root, settings, findings);
}

/// Numbers a topic may have: those of the message that began it.
const TOPICS: std::ops::RangeInclusive<i64> = 1..=i32::MAX as i64;

/// A table under check.
pub(super) struct At<'a> {
    pub(super) root: &'a Node,
    pub(super) path: &'a [&'a str],
    pub(super) findings: &'a mut Findings,
}

impl At<'_> {
    /// Where a key's value stands, else where its table does.
    fn place(&self, key: &str) -> Place {
        let full: Vec<&str> = self.path.iter().copied().chain([key]).collect();
        self.written(key).map_or_else(
            || {
                let table = &full[..full.len() - 1];
                self.root.get(table).map_or(Place::Whole, |(place, _)| place.clone())
            },
            |node| node.place.clone(),
        )
    }

    /// A key as it was written.
    fn written(&self, key: &str) -> Option<&Node> {
        let full: Vec<&str> = self.path.iter().copied().chain([key]).collect();
        self.root.get(&full).map(|(_, node)| node)
    }

    /// Where an entry of a list stands.
    fn entry(&self, key: &str, at: usize) -> Place {
        match self.written(key).map(|node| &node.value) {
            Some(Value::Array(nodes)) => {
                nodes.get(at).map_or_else(|| self.place(key), |node| node.place.clone())
            }
            _ => self.place(key),
        }
    }

    pub(super) fn wrong(&mut self, key: &str, what: &str, mend: &str) {
        let (place, path) = (self.place(key), self.path.join("."));
        self.findings.mistake(place, format!("`{path}.{key}` {what}"), mend);
    }

    /// As [`wrong`](Self::wrong), of an entry of a list.
    pub(super) fn wrong_entry(&mut self, key: &str, at: usize, what: &str, mend: &str) {
        let (place, path) = (self.entry(key, at), self.path.join("."));
        self.findings.mistake(place, format!("`{path}.{key}`: {what}"), mend);
    }

    pub(super) fn missing(&mut self, key: &str, mend: &str) {
        // A key that is there but could not be read, or is only misspelt, has been told already.
        let table = match self.root.get(self.path) {
            Some((_, Node { value: Value::Table(table), .. })) => table,
            _ => return,
        };
        if !table.keys().any(|written| nearest(written, [key]).is_some()) {
            let (place, path) = (self.place(key), self.path.join("."));
            self.findings.mistake(place, format!("[{path}] has no `{key}`"), mend);
        }
    }

    pub(super) fn address(&mut self, key: &str, text: &str, schemes: &[&str]) {
        let place = self.place(key);
        self.address_at(place, key, text, schemes);
    }

    fn address_at(&mut self, place: Place, key: &str, text: &str, schemes: &[&str]) {
        let why = match Url::parse(text) {
            Ok(url) if !schemes.contains(&url.scheme()) => {
                format!("must begin with {}://", schemes.join(":// or "))
            }
            Ok(url) if url.scheme() != "file" && url.host_str().is_none_or(str::is_empty) => {
                "names no host".to_owned()
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "carries a user name or password".to_owned()
            }
            Ok(url) => return self.present(place, key, &url),
            Err(url::ParseError::RelativeUrlWithoutBase) => "https:// is missing".to_owned(),
            Err(error) => error.to_string(),
        };
        let path = self.path.join(".");
        let what = format!("`{path}.{key}` is no address that can be used: {why}");
        let example = match key {
            "api_url" => "https://api.telegram.org",
            "webhook_url" => "https://bot.example.org/hook",
            "service" if self.path.contains(&"mastodon") => "https://mastodon.social",
            "service" => "https://bsky.social",
            "appview" => "https://public.api.bsky.app",
            _ => "https://example.org/feed",
        };
        self.findings.mistake(place, what, format!("write it like \"{example}\""));
    }

    /// A file that is not there yet may still come: a warning, no mistake.
    fn present(&mut self, place: Place, key: &str, url: &Url) {
        if url.scheme() == "file" && !url.to_file_path().is_ok_and(|path| path.exists()) {
            let what = format!("`{}.{key}`: there is no file {url}", self.path.join("."));
            self.findings.warning(place, what, "put it there, or nothing is taken in");
        }
    }

    fn schedule(&mut self, schedule: &str, zone: &str) {
        self.cron("schedule", schedule, zone);
    }

    fn cron(&mut self, key: &str, schedule: &str, zone: &str) {
        if zone.parse::<chrono_tz::Tz>().is_err() {
            let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
            let mend = match nearest(zone, known) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "write an IANA name such as \"Europe/Berlin\"".to_owned(),
            };
            self.wrong("time_zone", &format!("is {zone:?}, which is no time zone"), &mend);
        }
        if let Err(error) = Schedule::parse(schedule, "UTC") {
            self.wrong(
                key,
                &format!("cannot be read: {error}"),
                "write five fields as in crontab(5), such as \"*/30 * * * *\"",
            );
        }
    }
}

fn publisher(at: &mut At<'_>, source: &Source) {
    let settings = &source.settings;
    let google = source.kind == Kind::Google;
    let schemes = ["http", "https", "file"];
    if let Some(url) = &settings.url {
        at.address("url", url, &schemes);
        if !settings.urls.is_empty() {
            at.wrong("urls", "stands beside `url`", "keep one of the two");
        }
    }
    for (index, url) in settings.urls.iter().enumerate() {
        let place = at.entry("urls", index);
        at.address_at(place, "urls", url, &schemes);
    }
    if settings.addresses().next().is_none() && !google {
        if at
            .written("urls")
            .is_some_and(|node| matches!(&node.value, Value::Array(a) if a.is_empty()))
        {
            at.wrong("urls", "is empty", "write at least one address");
        } else if at.written("urls").is_none() {
            at.missing("url", "write `url = \"https://...\"`, the publisher's address");
        }
    }
    at.schedule(&settings.schedule, &settings.time_zone);
    if let Some(language) = &settings.language
        && !((2..=3).contains(&language.len()) && language.chars().all(|c| c.is_ascii_lowercase()))
    {
        let what = format!("is {language:?}, which is no language code");
        at.wrong("language", &what, "write a code such as \"en\" or \"pt\"");
    }
    if !TIERS.contains(&settings.tier) {
        let what = format!("is {}", settings.tier);
        at.wrong("tier", &what, "write 1 (preferred), 2 or 3 (last)");
    }
    not_in_file(at, "key", "key_file");
    if google {
        if settings.key.is_none() && settings.key_file.is_none() {
            at.missing("key_file", "write `key_file = \"...\"`, a file that holds the API key");
        }
        if settings.query.as_deref().is_none_or(|query| query.trim().is_empty()) {
            at.missing("query", "write `query = \"...\"`, what is to be searched for");
        }
        return;
    }
    for (key, given) in [
        ("key_file", settings.key_file.is_some()),
        ("key", settings.key.is_some()),
        ("query", settings.query.is_some()),
    ] {
        if given {
            at.wrong(key, "is for [publisher.google.NAME] only", "take it away");
        }
    }
}

/// A secret in the configuration file would end up in backups and bug reports.
pub(super) fn not_in_file(at: &mut At<'_>, key: &str, file: &str) {
    if at.written(key).is_some_and(|node| !matches!(node.place, Place::Env(_))) {
        let mend = format!("put it into a file of its own and name that with `{file}`");
        at.wrong(key, "is a secret and must not stand here", &mend);
    }
}

fn telegram(at: &mut At<'_>, bot: &Telegram) {
    not_in_file(at, "token", "token_file");
    not_in_file(at, "webhook_secret", "webhook_secret_file");
    if bot.token.is_none() && bot.token_file.is_none() {
        at.missing("token_file", "write `token_file = \"...\"`, a file that holds the bot's token");
    }
    at.address("api_url", &bot.api_url, &["http", "https"]);
    if let Some(url) = &bot.webhook_url {
        at.address("webhook_url", url, &["https"]);
    }
    match bot.mode {
        Mode::Webhook => {
            if bot.webhook_url.is_none() {
                at.missing("webhook_url", "write the https address Telegram is to send to");
            }
            if bot.webhook_secret.is_none() && bot.webhook_secret_file.is_none() {
                at.missing("webhook_secret_file", "webhook mode needs a secret: name its file");
            }
        }
        Mode::Polling => {
            for (key, given) in [
                ("webhook_url", bot.webhook_url.is_some()),
                ("webhook_secret_file", bot.webhook_secret_file.is_some()),
            ] {
                if given {
                    let (place, path) = (at.place(key), at.path.join("."));
                    let what = format!("`{path}.{key}` does nothing while the mode is polling");
                    at.findings.warning(place, what, "set `mode = \"webhook\"` or take it away");
                }
            }
        }
    }
    if let Some(Peer::Name(name)) = &bot.moderators {
        let place = at.place("moderators");
        peer_name(at, place, "moderators", name);
    }
    topics(at, bot);
    for (index, peer) in bot.watch.iter().enumerate() {
        if let Peer::Name(name) = peer {
            let place = at.entry("watch", index);
            peer_name(at, place, "watch", name);
        }
    }
}

fn topics(at: &mut At<'_>, bot: &Telegram) {
    let numbers = [bot.topics.high, bot.topics.normal, bot.topics.low, bot.topics.digest];
    if numbers.iter().flatten().any(|number| !TOPICS.contains(number)) {
        let mend =
            "write the number at the end of a link to a message in it, t.me/c/CHAT/TOPIC/...";
        at.wrong("topics", "holds a number that is no topic's", mend);
    }
    if numbers.iter().any(Option::is_some) && bot.moderators.is_none() {
        let mend = "write `moderators`, the chat that gets alerts, or take it away";
        at.wrong("topics", "stands without `moderators`", mend);
    }
}

fn peer_name(at: &mut At<'_>, place: Place, key: &str, name: &str) {
    let fits = name.strip_prefix('@').is_some_and(|name| {
        (4..=32).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    if !fits {
        let what = format!("`{}.{key}`: {name:?} is no chat", at.path.join("."));
        at.findings.mistake(place, what, "write a chat's number or its public \"@name\"");
    }
}

fn limits(root: &Node, settings: &Settings, findings: &mut Findings) {
    let http = &settings.http;
    let at = &mut At { root, path: &["http"], findings };
    for (index, entry) in http.allow.iter().enumerate() {
        if !is_allowable(entry) {
            let place = at.entry("allow", index);
            let what = format!("`http.allow`: {entry:?} is no address");
            let mend = "write \"127.0.0.1:8001\", \"10.0.0.0/8\" or \"intranet.example:443\"";
            at.findings.mistake(place, what, mend);
        }
    }
    let too_small = "write a number above 0";
    for (key, zero) in [
        ("body_bytes_max", http.body_bytes_max == 0),
        ("deadline_ms", http.deadline_ms == 0),
        ("per_host_max", http.per_host_max == 0),
    ] {
        if zero {
            at.wrong(key, "is 0: nothing could ever be fetched", too_small);
        }
    }
    if http.user_agent.trim().is_empty() || http.user_agent.contains(char::is_control) {
        at.wrong("user_agent", "is empty or not on one line", "write a name and a contact address");
    }
    let at = &mut At { root, path: &["web"], findings };
    for (key, zero) in [
        ("body_bytes_max", settings.web.body_bytes_max == 0),
        ("deadline_ms", settings.web.deadline_ms == 0),
    ] {
        if zero {
            at.wrong(key, "is 0: nothing could ever be answered", too_small);
        }
    }
    if let Some(asks) = settings.web.asks_max.filter(|asks| asks.get() > ASKS_MAX) {
        let mend = format!("write {ASKS_MAX} at most, or take it away");
        at.wrong("asks_max", &format!("is {asks}: no machine looks up so many at once"), &mend);
    }
    let kept = &settings.retention;
    let at = &mut At { root, path: &["retention"], findings };
    for (key, zero) in [
        ("updates_hours", kept.updates_hours == 0),
        ("posts_days", kept.posts_days == 0),
        ("people_days", kept.people_days == 0),
        ("questions_days", kept.questions_days == 0),
        ("follow_up_days", kept.follow_up_days == 0),
    ] {
        if zero {
            at.wrong(key, "is 0: it would be deleted while in use", too_small);
        }
    }
}

fn moderation(at: &mut At<'_>, told: &moderation::Settings) {
    if let Err(why) = told.quiet() {
        at.wrong("quiet_hours", &why, "write when they begin and end, as `\"22:00-07:00\"`");
    }
    let digest = told.digest.as_deref().unwrap_or("0 0 * * *");
    at.cron("digest", digest, &told.time_zone);
    if told.answer_undo_seconds > ANSWER_UNDO_SECONDS_MAX {
        let mend = format!("write {ANSWER_UNDO_SECONDS_MAX} or less; 0 sends it at once");
        at.wrong("answer_undo_seconds", "is too long: the talk would have moved on", &mend);
    }
    for (key, wrong, mend) in [
        ("growth_factor", told.growth_factor < 2, "write 2 or more"),
        ("claim_daily_max", told.claim_daily_max == 0, "write 1 or more"),
        ("claims_max", told.claims_max < 100, "write 100 or more"),
        ("mute_days", told.mute_days == 0, "write 1 or more"),
        ("spread_min", told.spread_min == 0, "write 1 or more"),
        ("not_same_min", told.not_same_min == 0, "write 1 or more"),
        (
            "unchecked_people_min",
            (1..3).contains(&told.unchecked_people_min),
            "write 3 or more, or 0",
        ),
    ] {
        if wrong {
            at.wrong(key, "is too small", mend);
        }
    }
}

/// An address, a network, or a host with its port.
fn is_allowable(entry: &str) -> bool {
    if entry.parse::<SocketAddr>().is_ok() || entry.parse::<IpAddr>().is_ok() {
        return true;
    }
    if let Some((ip, bits)) = entry.split_once('/') {
        let most = match ip.parse() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        return bits.parse::<u8>().is_ok_and(|bits| bits <= most);
    }
    entry.split_once(':').is_some_and(|(host, port)| {
        port.parse::<u16>().is_ok_and(|port| port > 0)
            && !host.is_empty()
            && host.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            })
            && !host.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}
