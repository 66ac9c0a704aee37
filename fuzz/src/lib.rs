//! What several targets share: the parts of an input, and what every reply must hold.

use claimwatch::claim::reply::html::html;
use claimwatch::claim::reply::spans::spans;
use claimwatch::claim::reply::{EntityKind, Reply, TEXT_UNITS_MAX};
use claimwatch::claim::text::is_invisible;

/// Stands between the parts of an input, so that one file holds a post and a check.
const BETWEEN: char = '\u{1f}';

/// The parts of an input in order; empty ones are `None`, and so is what is not there.
pub fn parts<const N: usize>(text: &str) -> [Option<&str>; N] {
    let mut parts = text.split(BETWEEN).map(|part| Some(part).filter(|part| !part.is_empty()));
    std::array::from_fn(|_| parts.next().flatten())
}

/// Lets a panic be caught that a reader of others breaks off with, as the program catches it: the
/// fuzzer would take it for the end. What nobody catches ends the run as before.
pub fn panics_are_caught() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

/// What Telegram and a reader rely on, whatever was quoted: lengths, entities on whole characters
/// and in order, nothing unseen, and the same words in every other form of the reply.
///
/// # Panics
/// If it does not hold.
pub fn holds(reply: &Reply) {
    let wide: Vec<u16> = reply.text.encode_utf16().collect();
    assert!(wide.len() <= TEXT_UNITS_MAX, "{} units", wide.len());
    assert_eq!(reply.text.trim(), reply.text);
    let mut end = 0;
    for entity in &reply.entities {
        assert!(entity.length > 0 && entity.offset >= end, "entities overlap");
        end = entity.offset + entity.length;
        let span = wide.get(entity.offset..end).expect("an entity within the text");
        let span = String::from_utf16(span).expect("no surrogate pair is split");
        assert_eq!(span, reply.span(entity));
        assert_eq!(span.trim(), span);
        if let EntityKind::TextLink(address) = &entity.kind {
            assert!(address.starts_with("http"), "{address}");
        }
    }
    for c in reply.text.chars() {
        let ours = matches!(c, '\n' | '\u{2068}' | '\u{2069}' | '\u{200c}' | '\u{200d}');
        assert!(ours || !c.is_control() && !is_invisible(c), "{c:?}");
    }
    let isolates = |c| reply.text.matches(c).count();
    assert_eq!(isolates('\u{2068}'), isolates('\u{2069}'));
    for button in reply.buttons.iter().flatten() {
        let units = button.label.encode_utf16().count();
        assert!(!button.label.trim().is_empty() && units <= 40, "{}", button.label);
    }
    let told: String = spans(reply).iter().map(|span| span.text).collect();
    assert_eq!(told, reply.text);
    let page = html(reply);
    assert_eq!(page.matches("<a ").count(), page.matches("</a>").count());
    assert!(
        reply.plain().chars().filter(|c| *c != '<').count()
            >= reply.text.chars().filter(|c| *c != '<').count()
    );
}
