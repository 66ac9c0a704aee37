//! What a message holds: who had a hand in it, in which topic it stands, which words it says.

use teloxide::types::{Message, MessageEntityKind, MessageOrigin, User};

use crate::claim::post::Post;

/// Most addresses taken from the links of a message.
const LINKS_MAX: usize = 16;

/// Whether an admin speaks as the group itself.
pub(super) fn is_anonymous(message: &Message) -> bool {
    message.sender_chat.as_ref().is_some_and(|sender| sender.id == message.chat.id)
}

/// Whether a bot or a channel had a hand in a message of a group: it was written by way of a bot,
/// a bot said it first, or it stands there in the name of a channel.
pub(super) fn is_indirect(message: &Message) -> bool {
    let other = message.sender_chat.as_ref().is_some_and(|sender| sender.id != message.chat.id);
    other || message.via_bot.is_some() || forwarded_from(message).is_some_and(|user| user.is_bot)
}

/// Who said a forwarded message first, where that shows.
pub(super) fn forwarded_from(message: &Message) -> Option<&User> {
    match message.forward_origin()? {
        MessageOrigin::User { sender_user, .. } => Some(sender_user),
        _ => None,
    }
}

/// The topic that a message stands in.
pub(super) fn thread(message: &Message) -> Option<i64> {
    message.thread_id.filter(|_| message.is_topic_message).map(|thread| i64::from(thread.0.0))
}

/// Whether a message shows another one: it is a reply, and not only to the beginning of its topic,
/// as all there are.
pub(super) fn shows(message: &Message) -> bool {
    let replied = message.reply_to_message().map(|replied| i64::from(replied.id.0));
    replied.is_some() && replied != thread(message)
}

/// Where a text mentions a user, as a whole name.
pub(super) fn mention(text: &str, username: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let wanted = format!("@{}", username.to_ascii_lowercase());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    lower.match_indices(&wanted).map(|(start, found)| (start, start + found.len())).find(
        |(start, end)| !lower[..*start].ends_with(is_name) && !lower[*end..].starts_with(is_name),
    )
}

/// Text or caption.
pub(super) fn words(message: &Message) -> &str {
    message.text().or_else(|| message.caption()).unwrap_or_default()
}

/// The post that a message is: its words, links hidden behind words, and who said it first.
pub(super) fn post(message: &Message, text: &str) -> Post {
    let entities = message.entities().or_else(|| message.caption_entities()).unwrap_or_default();
    let links = entities.iter().filter_map(|entity| match &entity.kind {
        MessageEntityKind::TextLink { url } => Some(url.to_string()),
        _ => None,
    });
    let author = message.forward_origin().and_then(|origin| match origin {
        MessageOrigin::User { sender_user, .. } => Some(sender_user.full_name()),
        MessageOrigin::HiddenUser { .. } => None,
        MessageOrigin::Chat { sender_chat, .. } => sender_chat.title().map(str::to_owned),
        MessageOrigin::Channel { chat, .. } => chat.title().map(str::to_owned),
    });
    Post {
        id: None,
        text: text.to_owned(),
        lang: None,
        urls: links.take(LINKS_MAX).collect(),
        author,
        alt: Vec::new(),
    }
}
