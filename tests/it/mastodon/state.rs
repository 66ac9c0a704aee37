//! What the server knows: accounts, statuses, notifications, events, and the log of calls.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::entities::{notification, status};
use super::fault::Armed;
use super::markup;

/// The token of the bot, and of the person an independent client acts as.
pub(super) const BOT_TOKEN: &str = "Fake_token-of_the_bot_0123456789abcdefghijk";
pub(super) const BOT_NAME: &str = "claimwatch";
/// How long a key for repeated posts is known.
const KEY_LIFE: Duration = Duration::from_secs(60 * 60);
/// What may be called so often in so many minutes, by the words of the headers.
pub(super) const LIMITS: [(Limit, i64, i64); 3] =
    [(Limit::Api, 300, 5), (Limit::Post, 300, 180), (Limit::Delete, 30, 30)];

/// Which limit a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Limit {
    Api,
    Post,
    Delete,
}

/// One account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) username: String,
    /// Its host, if it is not of this server.
    pub(super) host: Option<String>,
    pub(super) display_name: String,
    pub(super) note: String,
    pub(super) bot: bool,
    pub(super) created: DateTime<Utc>,
}

impl Account {
    /// As it is written in a text, without the first at sign.
    pub(super) fn acct(&self) -> String {
        match &self.host {
            Some(host) => format!("{}@{host}", self.username),
            None => self.username.clone(),
        }
    }
}

/// One status as stored.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub(super) id: u64,
    pub(super) account: u64,
    pub(super) text: String,
    /// Content as a remote server sent it, instead of what is made of the text.
    pub(super) content: Option<String>,
    pub(super) spoiler: String,
    pub(super) sensitive: bool,
    pub(super) visibility: String,
    pub(super) language: Option<String>,
    pub(super) in_reply_to: Option<u64>,
    pub(super) reblog: Option<u64>,
    /// Ids and descriptions of its pictures.
    pub(super) media: Vec<(u64, Option<String>)>,
    pub(super) created: DateTime<Utc>,
    pub(super) edited: Option<DateTime<Utc>>,
    pub(super) deleted: bool,
    /// Earlier texts, oldest first.
    pub(super) edits: Vec<String>,
    /// The `Idempotency-Key` it was posted with.
    pub(super) key: Option<String>,
}

/// Somebody is told of something.
#[derive(Debug, Clone)]
pub(super) struct Notification {
    pub(super) id: u64,
    pub(super) kind: &'static str,
    pub(super) to: u64,
    pub(super) from: u64,
    pub(super) status: Option<u64>,
    pub(super) at: DateTime<Utc>,
}

/// Something that streams tell.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) channels: Vec<String>,
    pub(super) name: &'static str,
    pub(super) data: String,
    pub(super) media: bool,
    /// Sent as it is, by a test.
    pub(super) raw: bool,
}

/// One call, as logged.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
}

/// Everything.
pub(super) struct State {
    pub(super) base: String,
    /// Where streams are, if not at `base`.
    pub(super) streaming: Option<String>,
    pub(super) accounts: BTreeMap<u64, Account>,
    pub(super) statuses: BTreeMap<u64, Status>,
    pub(super) notifications: Vec<Notification>,
    pub(super) lists: BTreeMap<u64, BTreeSet<u64>>,
    pub(super) tokens: BTreeMap<String, u64>,
    pub(super) revoked: BTreeSet<String>,
    pub(super) keys: BTreeMap<(u64, String), (u64, Instant)>,
    /// Calls left and the end of the time they are for.
    pub(super) left: BTreeMap<(u64, Limit), (i64, DateTime<Utc>)>,
    pub(super) events: Vec<Event>,
    /// Streams of an older number end.
    pub(super) cut: u64,
    /// Streams open now, by what they tell.
    pub(super) open: BTreeMap<String, usize>,
    pub(super) faults: Vec<Armed>,
    pub(super) log: Vec<Call>,
    pub(super) violations: Vec<String>,
    last_id: u64,
}

impl State {
    pub(super) fn new() -> Self {
        let mut state = Self {
            base: String::new(),
            streaming: None,
            accounts: BTreeMap::new(),
            statuses: BTreeMap::new(),
            notifications: Vec::new(),
            lists: BTreeMap::new(),
            tokens: BTreeMap::new(),
            revoked: BTreeSet::new(),
            keys: BTreeMap::new(),
            left: BTreeMap::new(),
            events: Vec::new(),
            cut: 0,
            open: BTreeMap::new(),
            faults: Vec::new(),
            log: Vec::new(),
            violations: Vec::new(),
            last_id: 0,
        };
        let bot = state.account(BOT_NAME);
        state.tokens.insert(BOT_TOKEN.to_owned(), bot);
        state
    }

    /// The bot's account.
    pub(super) fn bot(&self) -> u64 {
        self.tokens[BOT_TOKEN]
    }

    /// The next id: it grows with time, as theirs do.
    pub(super) fn fresh_id(&mut self) -> u64 {
        let time = Utc::now().timestamp_millis().unsigned_abs() << 16;
        self.last_id = time.max(self.last_id + 1);
        self.last_id
    }

    /// The account called so, made on first sight; `name@host` is of another server.
    pub(super) fn account(&mut self, acct: &str) -> u64 {
        if let Some(known) = self.accounts.values().find(|known| known.acct() == acct) {
            return known.id;
        }
        let id = self.fresh_id();
        let (username, host) = match acct.split_once('@') {
            Some((name, host)) => (name.to_owned(), Some(host.to_owned())),
            None => (acct.to_owned(), None),
        };
        let account = Account {
            id,
            username,
            host,
            display_name: String::new(),
            note: String::new(),
            bot: false,
            created: Utc::now(),
        };
        self.accounts.insert(id, account);
        id
    }

    /// The account a text names with `@name` or `@name@host`.
    pub(super) fn named(&self, name: &str) -> Option<&Account> {
        self.accounts.values().find(|account| account.acct().eq_ignore_ascii_case(name))
    }

    /// Whose token it is.
    pub(super) fn whose(&self, token: &str) -> Option<u64> {
        self.tokens.get(token).copied().filter(|_| !self.revoked.contains(token))
    }

    /// Accounts that a status speaks to.
    pub(super) fn mentioned(&self, status: &Status) -> Vec<u64> {
        let names = markup::names(&status.text);
        let mut all = Vec::new();
        for name in names {
            if let Some(account) = self.named(&name)
                && !all.contains(&account.id)
            {
                all.push(account.id);
            }
        }
        all
    }

    /// A status that is there and may be read by this account.
    pub(super) fn readable(&self, id: u64, viewer: Option<u64>) -> Option<&Status> {
        let status = self.statuses.get(&id).filter(|status| !status.deleted)?;
        let open = matches!(status.visibility.as_str(), "public" | "unlisted");
        let theirs = viewer.is_some_and(|viewer| {
            status.account == viewer || self.mentioned(status).contains(&viewer)
        });
        (open || theirs).then_some(status)
    }

    /// Stores a status and tells everybody it concerns.
    pub(super) fn publish(&mut self, status: Status) -> u64 {
        let id = status.id;
        let mentioned = self.mentioned(&status);
        let from = status.account;
        self.statuses.insert(id, status);
        for to in mentioned {
            if to != from && self.accounts[&to].host.is_none() {
                self.notify("mention", to, from, Some(id));
            }
        }
        self.tell(id, "update");
        id
    }

    /// Tells an account something.
    pub(super) fn notify(&mut self, kind: &'static str, to: u64, from: u64, of: Option<u64>) {
        let id = self.notifications.len() as u64 + 21;
        let made = Notification { id, kind, to, from, status: of, at: Utc::now() };
        let data = notification(self, &made, Some(to)).to_string();
        self.notifications.push(made);
        let channels = vec![format!("user {to}"), format!("user/notification {to}")];
        self.events.push(Event { channels, name: "notification", data, media: false, raw: false });
    }

    /// Tells the streams that a status is there, was changed or is gone.
    pub(super) fn tell(&mut self, id: u64, name: &'static str) {
        let told = &self.statuses[&id];
        let (media, channels) = (!told.media.is_empty(), self.channels(told));
        let data = match name {
            "delete" => id.to_string(),
            _ => status(self, told, None, super::entities::Form::Streamed).to_string(),
        };
        self.events.push(Event { channels, name, data, media, raw: false });
    }

    /// The streams that hear of a status.
    fn channels(&self, status: &Status) -> Vec<String> {
        let account = &self.accounts[&status.account];
        let mut all = vec![format!("user {}", status.account)];
        let listed = self.lists.iter().filter(|(_, members)| members.contains(&status.account));
        let open = status.visibility == "public" || status.visibility == "unlisted";
        if open {
            all.extend(listed.map(|(list, _)| format!("list {list}")));
        }
        if status.visibility != "public" || status.reblog.is_some() {
            return all;
        }
        let place = if account.host.is_some() { "remote" } else { "local" };
        for tag in markup::tags(&status.text) {
            all.push(format!("hashtag {}", tag.to_lowercase()));
            if account.host.is_none() {
                all.push(format!("hashtag/local {}", tag.to_lowercase()));
            }
        }
        let to = status.in_reply_to.and_then(|id| self.statuses.get(&id)).map(|to| to.account);
        if to.is_none_or(|to| to == status.account) {
            all.extend(["public".to_owned(), format!("public/{place}")]);
        }
        all
    }

    /// The status this key was used for before, by this account.
    pub(super) fn posted_with(&self, account: u64, key: &str) -> Option<u64> {
        let (id, at) = self.keys.get(&(account, key.to_owned()))?;
        (at.elapsed() < KEY_LIFE).then_some(*id)
    }

    /// Counts a call; what is left, and until when.
    pub(super) fn count(&mut self, account: u64, limit: Limit) -> (i64, i64, DateTime<Utc>) {
        let (_, most, minutes) = LIMITS[limit as usize];
        let now = Utc::now();
        let fresh = (most, now + TimeDelta::minutes(minutes));
        let left = self.left.entry((account, limit)).or_insert(fresh);
        if left.1 <= now {
            *left = fresh;
        }
        left.0 -= 1;
        (most, left.0, left.1)
    }

    /// Notes something a careful program would not have done.
    pub(super) fn violation(&mut self, call: &str, what: &str) {
        self.violations.push(format!("{call}: {what}"));
    }
}
