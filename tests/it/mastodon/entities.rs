//! The server's objects as JSON, field by field as a real server writes them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::markup;
use super::state::{Account, Notification, State, Status};

/// For whom a status is written, which changes its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An answer to a call.
    Answer,
    /// The answer to its own deletion: its source instead of its content.
    Deleted,
    /// An event of a stream, the same for everybody.
    Streamed,
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An account as others see it.
pub(super) fn account(state: &State, account: &Account) -> Value {
    let (base, acct) = (&state.base, account.acct());
    let statuses = state.statuses.values().filter(|status| status.account == account.id).count();
    let avatar = format!("{base}/avatars/original/missing.png");
    let header = format!("{base}/headers/original/missing.png");
    let note = markup::html(state, &account.note);
    json!({
        "id": account.id.to_string(),
        "username": account.username,
        "acct": acct,
        "display_name": account.display_name,
        "locked": false,
        "bot": account.bot,
        "discoverable": true,
        "indexable": false,
        "group": false,
        "created_at": time(account.created),
        "note": note,
        "url": format!("{base}/@{acct}"),
        "uri": format!("{base}/ap/users/{}", account.id),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": statuses,
        "last_status_at": Utc::now().date_naive().to_string(),
        "hide_collections": null,
        "show_media": true,
        "show_media_replies": true,
        "show_featured": true,
        "noindex": false,
        "feature_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
        "emojis": [],
        "roles": [],
        "fields": [],
    })
}

/// An account as its owner sees it.
pub(super) fn own_account(state: &State, own: &Account) -> Value {
    let mut value = account(state, own);
    value["source"] = json!({
        "privacy": "public",
        "sensitive": false,
        "language": null,
        "note": own.note,
        "fields": [],
        "follow_requests_count": 0,
        "hide_collections": null,
        "discoverable": true,
        "indexable": false,
        "attribution_domains": [],
        "quote_policy": "public",
    });
    value["role"] = json!({
        "id": "-99",
        "name": "",
        "permissions": "65536",
        "color": "",
        "highlighted": false,
        "collection_limit": 10,
    });
    value
}

fn media(state: &State, (id, description): &(u64, Option<String>)) -> Value {
    let file =
        |size: &str| format!("{}/system/media_attachments/files/{id}/{size}/a.png", state.base);
    json!({
        "id": id.to_string(),
        "type": "image",
        "url": file("original"),
        "preview_url": file("small"),
        "remote_url": null,
        "preview_remote_url": null,
        "text_url": null,
        "meta": {
            "original": {"width": 60, "height": 60, "size": "60x60", "aspect": 1.0},
            "small": {"width": 48, "height": 48, "size": "48x48", "aspect": 1.0},
        },
        "description": description,
        "blurhash": "UGC~-#M{0JfkNFofR%M{IURj%Mt7E0oM%MR*",
    })
}

/// What names a status everywhere, and where it is read.
fn addresses(state: &State, told: &Status) -> (String, String) {
    let (base, id, by) = (&state.base, told.id, &state.accounts[&told.account]);
    let uri = format!("{base}/ap/users/{}/statuses/{id}", told.account);
    match told.reblog {
        Some(_) => {
            let url = format!("{base}/users/{}/statuses/{id}/activity", by.username);
            (format!("{uri}/activity"), url)
        }
        None => (uri, format!("{base}/@{}/{id}", by.acct())),
    }
}

/// A status, for whom it may concern.
pub(super) fn status(state: &State, told: &Status, viewer: Option<u64>, form: Form) -> Value {
    let by = &state.accounts[&told.account];
    let (uri, url) = addresses(state, told);
    let to = told.in_reply_to;
    let to_account = to.and_then(|id| state.statuses.get(&id)).map(|to| to.account.to_string());
    let replies = state.statuses.values().filter(|other| other.in_reply_to == Some(told.id));
    let boosts = state.statuses.values().filter(|other| other.reblog == Some(told.id));
    let boosts = boosts.filter(|boost| !boost.deleted);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    put("id", told.id.to_string().into());
    put("created_at", time(told.created).into());
    put("in_reply_to_id", to.map(|id| id.to_string()).into());
    put("in_reply_to_account_id", to_account.into());
    put("sensitive", told.sensitive.into());
    put("spoiler_text", told.spoiler.clone().into());
    put("visibility", told.visibility.clone().into());
    put("language", told.language.clone().into());
    put("uri", uri.into());
    put("url", url.into());
    put("replies_count", replies.count().into());
    put("reblogs_count", boosts.clone().count().into());
    put("favourites_count", 0.into());
    put("quotes_count", 0.into());
    put("edited_at", told.edited.map(time).into());
    if let Some(viewer) = viewer.filter(|_| form != Form::Streamed) {
        let boosted = boosts.clone().any(|boost| boost.account == viewer);
        put("favourited", false.into());
        put("reblogged", boosted.into());
        put("muted", false.into());
        put("bookmarked", false.into());
        if told.account == viewer && told.reblog.is_none() {
            put("pinned", false.into());
        }
    }
    if form == Form::Deleted {
        put("text", told.text.clone().into());
    } else {
        let made =
            || if told.reblog.is_some() { String::new() } else { markup::html(state, &told.text) };
        put("content", told.content.clone().unwrap_or_else(made).into());
    }
    if viewer.is_some() && form != Form::Streamed {
        put("filtered", json!([]));
    }
    let boosted = told.reblog.and_then(|id| state.statuses.get(&id));
    put("reblog", boosted.map(|of| status(state, of, viewer, form)).into());
    put("application", application(by.host.is_none()));
    put("account", account(state, by));
    put("media_attachments", told.media.iter().map(|one| media(state, one)).collect());
    put("mentions", mentions(state, told));
    put("tags", tags(state, told));
    put("emojis", json!([]));
    put("tagged_collections", json!([]));
    put("quote", Value::Null);
    put("card", Value::Null);
    put("poll", Value::Null);
    put(
        "quote_approval",
        json!({"automatic": ["public"], "manual": [], "current_user": "automatic"}),
    );
    if form == Form::Streamed {
        put("filtered", json!([]));
    }
    Value::Object(fields)
}

/// Which program posted it; of other servers' statuses nobody knows.
fn application(known: bool) -> Value {
    if known { json!({"name": "a client", "website": null}) } else { Value::Null }
}

fn mentions(state: &State, told: &Status) -> Value {
    let one = |id: u64| {
        let account = &state.accounts[&id];
        json!({
            "id": id.to_string(),
            "username": account.username,
            "url": format!("{}/@{}", state.base, account.acct()),
            "acct": account.acct(),
        })
    };
    state.mentioned(told).into_iter().map(one).collect()
}

fn tags(state: &State, told: &Status) -> Value {
    let one = |name: &String| json!({"name": name, "url": format!("{}/tags/{name}", state.base)});
    markup::tags(&told.text).iter().map(one).collect()
}

/// Something an account is told.
pub(super) fn notification(state: &State, told: &Notification, viewer: Option<u64>) -> Value {
    let mut value = json!({
        "id": told.id.to_string(),
        "type": told.kind,
        "created_at": time(told.at),
        "group_key": format!("ungrouped-{}", told.id),
        "account": account(state, &state.accounts[&told.from]),
    });
    if let Some(of) = told.status.and_then(|id| state.statuses.get(&id)) {
        value["status"] = status(state, of, viewer, Form::Answer);
    }
    value
}

/// What the server says of itself.
pub(super) fn instance(state: &State) -> Value {
    json!({
        "domain": state.base.trim_start_matches("http://"),
        "title": "Mastodon",
        "version": "4.7.3",
        "source_url": "https://example.org/source",
        "description": "",
        "usage": {"users": {"active_month": 4}},
        "thumbnail": {"url": format!("{}/preview.png", state.base), "description": ""},
        "icon": [],
        "languages": ["en"],
        "configuration": configuration(state),
        "registrations": {
            "enabled": true,
            "approval_required": false,
            "reason_required": false,
            "message": null,
            "min_age": null,
            "url": null,
        },
        "api_versions": {"mastodon": 11},
        "wrapstodon": null,
        "contact": {"email": "", "account": null},
        "rules": [],
    })
}

fn configuration(state: &State) -> Value {
    let streaming = state.streaming.as_ref().unwrap_or(&state.base).replacen("http", "ws", 1);
    json!({
        "urls": {
            "streaming": streaming,
            "status": null,
            "about": format!("{}/about", state.base),
            "privacy_policy": format!("{}/privacy-policy", state.base),
            "terms_of_service": null,
        },
        "vapid": {"public_key": ""},
        "accounts": {
            "max_display_name_length": 40,
            "max_note_length": 500,
            "max_avatar_description_length": 150,
            "max_header_description_length": 150,
            "max_featured_tags": 10,
            "max_pinned_statuses": 5,
            "max_profile_fields": 4,
            "profile_field_name_limit": 255,
            "profile_field_value_limit": 255,
        },
        "statuses": {
            "max_characters": super::methods::CHARS_MAX,
            "max_media_attachments": 4,
            "characters_reserved_per_url": markup::URL_CHARS,
        },
        "media_attachments": {
            "description_limit": 10000,
            "image_matrix_limit": 33_177_600,
            "image_size_limit": 16_777_216,
            "supported_mime_types": ["image/png"],
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
            "video_size_limit": 103_809_024,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": false},
        "timelines_access": {
            "live_feeds": {"local": "public", "remote": "public"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
            "trending_link_feeds": {"local": "public", "remote": "public"},
        },
        "limited_federation": false,
    })
}
