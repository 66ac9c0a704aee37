//! What moderators read when readers say that a check is about another claim.

use super::Reply;
use super::alert::{POST_CHARS_MAX, POST_WORDS_MAX, Speaker, buttons, heading, headline};
use super::draft::{Draft, Piece, address, clean, shorten};
use crate::claim::alert::Alert;
use crate::claim::words::{Lang, Words};

/// A check that readers call one of another claim. What they asked is theirs: only a public post
/// that says the same is shown.
pub(super) fn doubted(words: &Words, lang: Lang, told: &Alert, ask: Option<&str>) -> Reply {
    let teller = Speaker::of(words, lang, told);
    let mut draft = Draft::default();
    draft.append(&heading(&headline(words, lang, told)));
    let text = shorten(&clean(&told.post.text), POST_WORDS_MAX, POST_CHARS_MAX);
    draft.paragraph();
    if text.is_empty() {
        teller.say(&mut draft, "alert-not-same-asked", &[]);
    } else {
        teller.say(&mut draft, "alert-not-same-like", &[]);
        draft.paragraph();
        draft.quote(&text);
        if let Some(link) = teller.link(&told.post) {
            draft.line();
            draft.append(&link);
        }
    }
    if let Some(given) = &told.matched {
        teller.check(&mut draft, given, told.decision);
    }
    if ask.is_some() {
        draft.paragraph();
        let button = words.say(lang, "button-wrong", &[]);
        teller.say(&mut draft, "alert-not-same-wrong", &[("button", Piece::Text(&button))]);
    }
    let mut reply = Reply::of(draft);
    reply.preview = told.matched.as_ref().and_then(|given| given.url.as_deref()).and_then(address);
    reply.buttons = buttons(words, lang, told, ask);
    reply
}
