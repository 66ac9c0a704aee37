//! Notifications: who mentioned us, and which status they ask about.

use std::sync::PoisonError;

use serde_json::Value;

use super::{GONE, Mastodon, Me};
use crate::chats::CallError;
use crate::chats::mentions::{Mention, Mentions};
use crate::claim::post::{Audience, Incoming, Intent, Post, ReplyTo};
use crate::mastodon::{Status, is_id};

/// Notifications of one page, and most pages of one look.
const PAGE: &str = "40";
const PAGE_MAX: usize = 40;
const PAGES_MAX: usize = 5;
/// A reply to us of fewer words is talk, no claim.
const REPLY_WORDS_MIN: usize = 4;
/// A mention whose thread can't be read is set aside after so many tries.
const TRIES_MAX: u32 = 3;
/// Most mentions whose tries are counted.
const UNREAD_MAX: usize = 500;

impl Mastodon {
    /// See [`Addressed::mentions`](crate::chats::mentions::Addressed::mentions).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn mentions(&self, cursor: Option<&str>) -> Result<Mentions, CallError> {
        let me = self.me().await?;
        let path = "/api/v1/notifications";
        let Some(cursor) = cursor else {
            let newest = self.get(path, &[("types[]", "mention"), ("limit", "1")]).await?;
            let newest = list(&newest)?.first().and_then(id_of).unwrap_or("0").to_owned();
            return Ok(Mentions { mentions: Vec::new(), cursor: Some(newest) });
        };
        let mut found = Mentions { mentions: Vec::new(), cursor: Some(cursor.to_owned()) };
        for _ in 0..PAGES_MAX {
            let after = found.cursor.clone().unwrap_or_default();
            let query = [("types[]", "mention"), ("min_id", after.as_str()), ("limit", PAGE)];
            let page = self.get(path, &query).await?;
            let page = list(&page)?;
            for note in page.iter().rev() {
                found.mentions.extend(self.mention(note, &me).await?);
            }
            let newest = page.first().and_then(id_of).filter(|newest| *newest != after);
            let Some(newest) = newest else { break };
            found.cursor = Some(newest.to_owned());
            if page.len() < PAGE_MAX {
                break;
            }
        }
        Ok(found)
    }

    /// Reads a notification, and the thread it is about; `None` if it is none that is for us.
    async fn mention(&self, note: &Value, me: &Me) -> Result<Option<Mention>, CallError> {
        if note.get("type").and_then(Value::as_str) != Some("mention") {
            return Ok(None);
        }
        let Some(status) = note.get("status").and_then(Status::of) else { return Ok(None) };
        let aside = unwanted(&status, me);
        let above = match (aside, &status.in_reply_to) {
            (None, Some(_)) => self.above(&status.id).await?,
            _ => Some(Vec::new()),
        };
        let root = above.iter().flatten().next().map_or(&status.id, |root| &root.id).clone();
        let incoming = match (aside, above) {
            (Some(why), _) => Err(why),
            (None, None) => Err("the thread it stands in can't be read"),
            (None, Some(above)) => {
                asked(&status, above.last(), me).map(|post| self.incoming(&status, &root, post))
            }
        };
        Ok(Some(Mention {
            author: status.account.id.clone(),
            id: status.id,
            thread: root,
            incoming,
        }))
    }

    /// The statuses above one, the thread's first before all; `None` if that can't be known.
    async fn above(&self, id: &str) -> Result<Option<Vec<Status>>, CallError> {
        match self.get(&format!("/api/v1/statuses/{id}/context"), &[]).await {
            Ok(context) => {
                let above = context.get("ancestors").and_then(Value::as_array);
                self.unread.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
                Ok(above.map(|above| above.iter().filter_map(Status::of).collect()))
            }
            Err(CallError::Refused(why)) if why == GONE => Ok(None),
            Err(CallError::Broken(why)) => {
                let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
                if unread.len() >= UNREAD_MAX {
                    unread.clear();
                }
                let tries = unread.entry(id.to_owned()).or_default();
                *tries += 1;
                // A thread that breaks the server shall not keep all others waiting.
                if *tries >= TRIES_MAX { Ok(None) } else { Err(CallError::Broken(why)) }
            }
            Err(failed) => Err(failed),
        }
    }

    fn incoming(&self, status: &Status, root: &str, post: Post) -> Incoming {
        let audience = if status.is_open() { Audience::Public } else { Audience::Private };
        Incoming {
            reply_to: Some(ReplyTo {
                chat: self.name.clone(),
                conversation: status.account.id.clone(),
                message: Some(format!("{} {root}", status.id)),
                thread: None,
                audience,
            }),
            client_language: status.language.clone(),
            ..Incoming::of(Intent::Question, post, status.created.unwrap_or_default())
        }
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, CallError> {
    value.as_array().ok_or(CallError::Broken("the answer is no list"))
}

fn id_of(value: &Value) -> Option<&str> {
    value.get("id")?.as_str().filter(|id| is_id(id))
}

/// Why a mention is set aside, whatever it says.
fn unwanted(status: &Status, me: &Me) -> Option<&'static str> {
    if status.account.id == me.id {
        return Some("from ourselves");
    }
    if status.account.bot {
        return Some("from a bot");
    }
    status.account.wants_no_bots.then_some("its author's profile asks bots to stay away")
}

/// What is asked about: the status above, or, if there is none or it is ours, what was written.
///
/// # Errors
/// Why nothing is.
fn asked(status: &Status, above: Option<&Status>, me: &Me) -> Result<Post, &'static str> {
    match above {
        Some(above) if above.account.id == me.id => {
            let post = own(status, me);
            let words = post.text.split_whitespace().count();
            if words < REPLY_WORDS_MIN { Err("a reply to us of few words") } else { Ok(post) }
        }
        // Clients write everybody who was spoken to into the next reply.
        Some(above) if above.speaks_to(&me.id) => Err("the mention was carried over from above"),
        Some(above) => Ok(post(above, above.said())),
        None => Ok(own(status, me)),
    }
    .and_then(|post| {
        let says = !post.text.is_empty() || !post.alt.is_empty() || !post.urls.is_empty();
        if says { Ok(post) } else { Err("it asks nothing") }
    })
}

/// What was written to us, without the names at its beginning and ours anywhere.
fn own(status: &Status, me: &Me) -> Post {
    let ours = format!("@{}", me.username);
    let is_name = |word: &str| word.len() > 1 && word.starts_with('@');
    let is_ours =
        |word: &str| word.trim_end_matches([',', ':', '.', '!', '?']).eq_ignore_ascii_case(&ours);
    let lines = status.text.lines().enumerate().map(|(at, line)| {
        let words = line.split(' ');
        let words: Vec<&str> = if at == 0 {
            words.skip_while(|word| is_name(word)).collect()
        } else {
            words.collect()
        };
        words.into_iter().filter(|word| !is_ours(word)).collect::<Vec<_>>().join(" ")
    });
    let text = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
    // Who asks is nobody the claim is about.
    Post { author: None, ..post(status, text) }
}

fn post(status: &Status, text: String) -> Post {
    Post {
        id: status.url.clone(),
        text,
        lang: status.language.clone(),
        urls: status.links.clone(),
        alt: status.alt.clone(),
        author: Some(status.account.name.clone()).filter(|name| !name.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mastodon::Account;

    fn me() -> Me {
        Me { id: "1".into(), username: "Claimwatch".into(), uri: String::new() }
    }

    fn status(author: &str, text: &str) -> Status {
        let account =
            Account { id: author.into(), name: format!("N{author}"), ..Account::default() };
        Status { id: "7".into(), account, text: text.into(), ..Status::default() }
    }

    #[test]
    fn what_is_asked_about_is_the_status_above_or_the_words_themselves() {
        let asks = status("2", "@ben @claimwatch is it\ntrue, @ClaimWatch? @ana");
        let own = asked(&asks, None, &me()).expect("a post");
        assert_eq!((own.text.as_str(), own.author), ("is it\ntrue, @ana", None));
        let rumour = Status { warning: "cw".into(), ..status("3", "they say so") };
        let about = asked(&asks, Some(&rumour), &me()).expect("a post");
        assert_eq!((about.text.as_str(), about.author.as_deref()), ("cw\nthey say so", Some("N3")));

        let ours = status("1", "False, says somebody");
        let reply = |text: &str| asked(&status("2", text), Some(&ours), &me());
        assert_eq!(reply("@claimwatch thank you so"), Err("a reply to us of few words"));
        assert!(reply("@claimwatch and is rice of plastic?").is_ok());
        let spoken = Status { mentions: vec![("1".into(), "claimwatch".into())], ..rumour };
        let carried = asked(&asks, Some(&spoken), &me());
        assert_eq!(carried, Err("the mention was carried over from above"));
        assert_eq!(asked(&status("2", "@claimwatch"), None, &me()), Err("it asks nothing"));
        let pictured = Status { alt: vec!["a chart".into()], ..status("2", "@claimwatch") };
        assert!(asked(&pictured, None, &me()).is_ok());
    }

    #[test]
    fn bots_and_those_who_want_none_are_not_answered() {
        let mut asks = status("2", "x");
        assert_eq!(unwanted(&asks, &me()), None);
        asks.account.wants_no_bots = true;
        assert!(unwanted(&asks, &me()).is_some());
        asks.account.bot = true;
        assert_eq!(unwanted(&asks, &me()), Some("from a bot"));
        assert_eq!(unwanted(&status("1", "x"), &me()), Some("from ourselves"));
    }
}
