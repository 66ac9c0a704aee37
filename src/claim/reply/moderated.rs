//! What moderators read.

use super::draft::Draft;
use super::{Action, Button, Reply, alert};
use crate::claim::alert::{Alert, Digest};
use crate::claim::post::Post;
use crate::claim::words::{Lang, Words};

/// An alert in a chat; `ask` is the item of the queue that it asks about.
pub fn moderated(words: &Words, lang: Lang, told: &Alert, ask: Option<&str>) -> Reply {
    let post = Post { id: told.post.url.clone(), ..Post::of(told.post.text.clone()) };
    let mut reply = match &told.matched {
        Some(matched) => alert(words, lang, &post, matched),
        None => Reply::default(),
    };
    let button = |key: &str, action: Action| Button { label: words.say(lang, key, &[]), action };
    if let Some(queue) = ask {
        reply.buttons.push(vec![
            button("button-right", Action::Right(queue.to_owned())),
            button("button-wrong", Action::Wrong(queue.to_owned())),
        ]);
        // Only there can we answer a post that did not speak to us.
        if told.post.place.starts_with("telegram.") {
            let answer = Action::AnswerNow(queue.to_owned());
            reply.buttons.push(vec![button("button-answer-now", answer)]);
        }
    }
    reply.buttons.push(vec![button("button-mute", Action::Mute(told.claim.clone()))]);
    reply
}

/// An alert after it was decided about: what was decided, and nothing to press any more.
pub fn decided(words: &Words, lang: Lang, told: &Reply, right: bool) -> Reply {
    let key = if right { "decided-right" } else { "decided-wrong" };
    let mut draft = Draft::default();
    draft.say(words, lang, key, &[]);
    let said = Reply::of(draft);
    let mut reply = Reply { buttons: Vec::new(), ..told.clone() };
    reply.text.push_str("\n\n");
    reply.text.push_str(&said.text);
    reply
}

/// A digest in a chat.
pub fn digest(words: &Words, lang: Lang, told: &Digest) -> Vec<Reply> {
    let lines = told.claims.iter().map(|alert| moderated(words, lang, alert, None).text);
    let gaps = told.gaps.iter().filter_map(|gap| gap.text.clone());
    let text = lines.chain(gaps).collect::<Vec<_>>().join("\n\n");
    vec![Reply { text, ..Reply::default() }]
}
