//! What can be called, and what comes of it.

use chrono::Utc;
use serde_json::{Value, json};

use super::entities::{Form, instance, notification, own_account, status};
use super::markup;
use super::params::Params;
use super::state::{Limit, State, Status};

/// Most characters of a status, its warning included.
pub(super) const CHARS_MAX: usize = 500;
const PAGE: usize = 20;
const PAGE_MAX: usize = 40;
const VISIBILITIES: [&str; 4] = ["public", "unlisted", "private", "direct"];

/// One call that may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Instance,
    Verify,
    Update,
    Notifications,
    Notification(u64),
    Post,
    Status(u64),
    Context(u64),
    Delete(u64),
    Edit(u64),
    Boost(u64),
    Public,
    Tag,
    List(u64),
    Home,
}

/// A refusal: status and the words of `error`. `strict`: wrong whatever the state is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: String,
    pub(super) strict: bool,
}

impl Refusal {
    pub(super) fn of(status: u16, error: &str) -> Self {
        Self { status, error: error.to_owned(), strict: false }
    }

    pub(super) fn strict(status: u16, error: &str) -> Self {
        Self { strict: true, ..Self::of(status, error) }
    }

    /// As the server says it of what is not there, or not for whoever asks.
    fn missing() -> Self {
        Self::of(404, "Record not found")
    }
}

/// What a call gives: its body and, for pages, the first and the last id of it.
pub(super) struct Given {
    pub(super) body: Value,
    pub(super) page: Option<(u64, u64)>,
}

impl From<Value> for Given {
    fn from(body: Value) -> Self {
        Self { body, page: None }
    }
}

/// The method of a path, and the parameters it knows.
pub(super) fn known(method: &str, path: &str) -> Option<(Method, &'static str)> {
    const PAGES: &str = "max_id since_id min_id limit";
    const TIMELINE: &str = "max_id since_id min_id limit local remote only_media";
    const NOTIFICATIONS: &str =
        "max_id since_id min_id limit types exclude_types supported_types account_id";
    const POST: &str = "status in_reply_to_id sensitive spoiler_text visibility language";
    const EDIT: &str = "status sensitive spoiler_text language";
    let path = path.strip_prefix("/api/")?.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let number = |at: usize| parts[at].parse::<u64>().ok();
    Some(match (method, parts.as_slice()) {
        ("GET", ["v2", "instance"]) => (Method::Instance, ""),
        ("GET", ["v1", "accounts", "verify_credentials"]) => (Method::Verify, ""),
        ("PATCH", ["v1", "accounts", "update_credentials"]) => {
            (Method::Update, "bot note display_name")
        }
        ("GET", ["v1", "notifications"]) => (Method::Notifications, NOTIFICATIONS),
        ("GET", ["v1", "notifications", _]) => (Method::Notification(number(2)?), ""),
        ("POST", ["v1", "statuses"]) => (Method::Post, POST),
        ("GET", ["v1", "statuses", _]) => (Method::Status(number(2)?), ""),
        ("GET", ["v1", "statuses", _, "context"]) => (Method::Context(number(2)?), ""),
        ("DELETE", ["v1", "statuses", _]) => (Method::Delete(number(2)?), ""),
        ("PUT", ["v1", "statuses", _]) => (Method::Edit(number(2)?), EDIT),
        ("POST", ["v1", "statuses", _, "reblog"]) => (Method::Boost(number(2)?), ""),
        ("GET", ["v1", "timelines", "public"]) => (Method::Public, TIMELINE),
        ("GET", ["v1", "timelines", "tag", _]) => (Method::Tag, TIMELINE),
        ("GET", ["v1", "timelines", "list", _]) => (Method::List(number(3)?), PAGES),
        ("GET", ["v1", "timelines", "home"]) => {
            (Method::Home, "max_id since_id min_id limit local")
        }
        _ => return None,
    })
}

impl Method {
    /// Whether nobody may call it without a token.
    pub(super) fn needs_token(self) -> bool {
        !matches!(
            self,
            Self::Instance | Self::Public | Self::Tag | Self::Status(_) | Self::Context(_)
        )
    }

    pub(super) fn limit(self) -> Limit {
        match self {
            Self::Post | Self::Boost(_) => Limit::Post,
            Self::Delete(_) => Limit::Delete,
            _ => Limit::Api,
        }
    }
}

/// Carries a call out.
pub(super) fn call(
    state: &mut State,
    method: Method,
    path: &str,
    params: &Params,
    caller: Option<u64>,
    key: Option<&str>,
) -> Result<Given, Refusal> {
    let me = caller.unwrap_or_default();
    match method {
        Method::Instance => Ok(instance(state).into()),
        Method::Verify => Ok(own_account(state, &state.accounts[&me]).into()),
        Method::Update => {
            let account = state.accounts.get_mut(&me).expect("whose token it is");
            if params.0.contains_key("bot") {
                account.bot = params.flag("bot");
            }
            if params.0.contains_key("note") {
                account.note = params.text("note");
            }
            if params.0.contains_key("display_name") {
                account.display_name = params.text("display_name");
            }
            Ok(own_account(state, &state.accounts[&me]).into())
        }
        Method::Notifications => Ok(notifications(state, params, me)),
        Method::Notification(id) => {
            let told = state.notifications.iter().find(|told| told.id == id && told.to == me);
            Ok(notification(state, told.ok_or_else(Refusal::missing)?, caller).into())
        }
        Method::Post => post(state, params, me, key),
        Method::Status(id) => {
            let told = state.readable(id, caller).ok_or_else(Refusal::missing)?;
            Ok(status(state, told, caller, Form::Answer).into())
        }
        Method::Context(id) => context(state, id, caller),
        Method::Delete(id) => delete(state, id, me),
        Method::Edit(id) => edit(state, id, params, me),
        Method::Boost(id) => boost(state, id, me),
        Method::Public => {
            let local =
                |host: bool| !(params.flag("local") && host || params.flag("remote") && !host);
            let public = |state: &State, told: &Status| {
                let to = told.in_reply_to.and_then(|id| state.statuses.get(&id));
                told.visibility == "public"
                    && told.reblog.is_none()
                    && to.is_none_or(|to| to.account == told.account)
                    && local(state.accounts[&told.account].host.is_some())
            };
            Ok(timeline(state, params, caller, public))
        }
        Method::Tag => {
            let tag = path.rsplit('/').next().unwrap_or_default().to_owned();
            let tagged = |_: &State, told: &Status| {
                let has = |name: &String| name.eq_ignore_ascii_case(&tag);
                told.visibility == "public" && markup::tags(&told.text).iter().any(has)
            };
            Ok(timeline(state, params, caller, tagged))
        }
        Method::List(id) => {
            let members = state.lists.get(&id).cloned().ok_or_else(Refusal::missing)?;
            let listed = |_: &State, told: &Status| {
                members.contains(&told.account) && told.visibility != "direct"
            };
            Ok(timeline(state, params, caller, listed))
        }
        Method::Home => Ok(timeline(state, params, caller, |_, told| told.account == me)),
    }
}

/// A page of what there is, newest first; from `min_id` on it is the oldest there is.
fn page(mut all: Vec<u64>, params: &Params) -> (Vec<u64>, Option<(u64, u64)>) {
    let limit = params.number("limit").map_or(PAGE, |limit| limit as usize).clamp(1, PAGE_MAX);
    let bound = |name: &str| params.number(name);
    let (min, since, max) = (bound("min_id"), bound("since_id"), bound("max_id"));
    all.retain(|id| {
        min.is_none_or(|min| *id > min)
            && since.is_none_or(|since| *id > since)
            && max.is_none_or(|max| *id < max)
    });
    all.sort_unstable();
    let skip = if min.is_some() { 0 } else { all.len().saturating_sub(limit) };
    let mut shown: Vec<u64> = all.into_iter().skip(skip).take(limit).collect();
    shown.reverse();
    let ends = shown.first().copied().zip(shown.last().copied());
    (shown, ends)
}

fn timeline(
    state: &State,
    params: &Params,
    caller: Option<u64>,
    fits: impl Fn(&State, &Status) -> bool,
) -> Given {
    let all = state.statuses.values().filter(|told| !told.deleted && fits(state, told));
    let all = all.filter(|told| !params.flag("only_media") || !told.media.is_empty());
    let (shown, page) = page(all.map(|told| told.id).collect(), params);
    let shown = shown.iter().map(|id| status(state, &state.statuses[id], caller, Form::Answer));
    Given { body: shown.collect(), page }
}

fn notifications(state: &State, params: &Params, me: u64) -> Given {
    let (types, excluded) = (params.list("types"), params.list("exclude_types"));
    let wanted = |kind: &str| {
        let named = |list: &[String]| list.iter().any(|one| one == kind);
        (types.is_empty() || named(&types)) && !named(&excluded)
    };
    let there = |id: &Option<u64>| id.is_none_or(|id| !state.statuses[&id].deleted);
    let all = state.notifications.iter().filter(|told| told.to == me && there(&told.status));
    let all = all.filter(|told| wanted(told.kind));
    let (shown, page) = page(all.map(|told| told.id).collect(), params);
    let told = shown.iter().filter_map(|id| state.notifications.iter().find(|told| told.id == *id));
    Given { body: told.map(|told| notification(state, told, Some(me))).collect(), page }
}

fn check_text(params: &Params) -> Result<(), Refusal> {
    let (text, spoiler) = (params.text("status"), params.text("spoiler_text"));
    if text.trim().is_empty() {
        return Err(Refusal::strict(422, "Validation failed: Text can't be blank"));
    }
    if markup::graphemes(&spoiler) + markup::length(&text) > CHARS_MAX {
        let error = format!("Validation failed: Text character limit of {CHARS_MAX} exceeded");
        return Err(Refusal::strict(422, &error));
    }
    Ok(())
}

fn post(state: &mut State, params: &Params, me: u64, key: Option<&str>) -> Result<Given, Refusal> {
    if let Some(earlier) = key.and_then(|key| state.posted_with(me, key)) {
        let there = state.statuses.get(&earlier).filter(|status| !status.deleted);
        let there = there.ok_or_else(Refusal::missing)?;
        return Ok(status(state, there, Some(me), Form::Answer).into());
    }
    check_text(params)?;
    let visibility = match params.text("visibility") {
        empty if empty.is_empty() => "public".to_owned(),
        named if VISIBILITIES.contains(&named.as_str()) => named,
        other => return Err(Refusal::strict(422, &format!("{other} is no visibility"))),
    };
    let to = params.number("in_reply_to_id");
    if to.is_some_and(|to| state.readable(to, Some(me)).is_none()) {
        let error = "The post you are trying to reply to does not appear to exist.";
        return Err(Refusal::of(404, error));
    }
    let spoiler = params.text("spoiler_text");
    let language = Some(params.text("language")).filter(|language| !language.is_empty());
    let id = state.fresh_id();
    let made = Status {
        id,
        account: me,
        text: params.text("status"),
        content: None,
        sensitive: params.flag("sensitive") || !spoiler.is_empty(),
        spoiler,
        visibility,
        language: language.or_else(|| Some("en".to_owned())),
        in_reply_to: to,
        reblog: None,
        media: Vec::new(),
        created: Utc::now(),
        edited: None,
        deleted: false,
        edits: Vec::new(),
        key: key.map(str::to_owned),
    };
    state.publish(made);
    if let Some(key) = key {
        state.keys.insert((me, key.to_owned()), (id, std::time::Instant::now()));
    }
    Ok(status(state, &state.statuses[&id], Some(me), Form::Answer).into())
}

fn own(state: &State, id: u64, me: u64) -> Result<&Status, Refusal> {
    let own = state.statuses.get(&id).filter(|status| !status.deleted && status.account == me);
    own.ok_or_else(Refusal::missing)
}

fn edit(state: &mut State, id: u64, params: &Params, me: u64) -> Result<Given, Refusal> {
    own(state, id, me)?;
    check_text(params)?;
    let told = state.statuses.get_mut(&id).expect("it is there");
    let earlier = std::mem::replace(&mut told.text, params.text("status"));
    told.spoiler = params.text("spoiler_text");
    told.sensitive = params.flag("sensitive") || !told.spoiler.is_empty();
    // Put in place of itself it is as it was.
    if earlier != told.text {
        told.edits.push(earlier);
        told.edited = Some(Utc::now());
        state.tell(id, "status.update");
    }
    Ok(status(state, &state.statuses[&id], Some(me), Form::Answer).into())
}

fn delete(state: &mut State, id: u64, me: u64) -> Result<Given, Refusal> {
    let body = status(state, own(state, id, me)?, Some(me), Form::Deleted);
    state.tell(id, "delete");
    state.statuses.get_mut(&id).expect("it is there").deleted = true;
    Ok(body.into())
}

fn boost(state: &mut State, of: u64, me: u64) -> Result<Given, Refusal> {
    let visibility = state.readable(of, Some(me)).ok_or_else(Refusal::missing)?.visibility.clone();
    let id = state.boost(of, me, visibility);
    Ok(status(state, &state.statuses[&id], Some(me), Form::Answer).into())
}

fn context(state: &State, id: u64, caller: Option<u64>) -> Result<Given, Refusal> {
    let told = state.readable(id, caller).ok_or_else(Refusal::missing)?;
    let mut ancestors = Vec::new();
    let mut above = told.in_reply_to;
    while let Some(there) = above.and_then(|id| state.readable(id, caller)) {
        ancestors.insert(0, status(state, there, caller, Form::Answer));
        above = there.in_reply_to;
    }
    let below = state.statuses.values().filter(|other| other.in_reply_to == Some(id));
    let below = below.filter(|other| state.readable(other.id, caller).is_some());
    let below: Vec<Value> = below.map(|other| status(state, other, caller, Form::Answer)).collect();
    Ok(json!({"ancestors": ancestors, "descendants": below}).into())
}

impl State {
    /// Passes a status on.
    pub(super) fn boost(&mut self, of: u64, by: u64, visibility: String) -> u64 {
        let id = self.fresh_id();
        let made = Status {
            id,
            account: by,
            text: String::new(),
            content: None,
            spoiler: String::new(),
            sensitive: false,
            visibility,
            language: None,
            in_reply_to: None,
            reblog: Some(of),
            media: Vec::new(),
            created: Utc::now(),
            edited: None,
            deleted: false,
            edits: Vec::new(),
            key: None,
        };
        self.publish(made)
    }
}
