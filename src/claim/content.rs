//! How much a text says that could be looked up. Greetings and thanks say nothing.

use super::analysis::Analyzers;
use super::post::Post;
use super::query::Query;
use super::tokens::fold;

/// Words, without accents, that are said to somebody and claim nothing.
#[rustfmt::skip]
const CHATTER: &[&str] = &[
    "hi", "hello", "hey", "hallo", "hola", "ola", "oi", "salut", "bonjour", "bonsoir", "servus",
    "moin", "ciao", "thanks", "thank", "thx", "ty", "danke", "dankeschon", "gracias", "merci",
    "obrigado", "obrigada", "valeu", "please", "bitte", "favor", "svp", "ok", "okay", "okey", "yes",
    "yep", "no", "nope", "ja", "nein", "si", "oui", "non", "sim", "nao", "good", "great", "nice",
    "cool", "wow", "lol", "haha", "morning", "evening", "night", "afternoon", "day", "guten", "gute",
    "morgen", "abend", "tag", "nacht", "buenos", "buenas", "dias", "tardes", "noches", "bom", "boa",
    "dia", "tarde", "noite", "bonne", "nuit", "journee", "bye", "goodbye", "tschuss", "adios",
    "adeus", "tchau", "revoir", "test", "bot", "super", "perfect", "perfekt", "perfecto", "much",
    "you", "very", "so", "sehr", "mucho",
    "lot", "viel", "vielen", "dank", "muchas", "muito", "beaucoup", "sorry", "welcome",
];

/// What of a text could be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Distinct words that are neither the glue of sentences nor chatter.
    pub words: usize,
    /// Those of them that are not frequent everywhere.
    pub telling: usize,
    /// Whether there is an address.
    pub links: bool,
}

impl Content {
    /// Reads a post.
    pub fn of(post: &Post, analyzers: &Analyzers) -> Self {
        let query = Query::of(post, analyzers);
        let said = || {
            query.terms.iter().filter(|term| {
                let word = fold(&term.surface);
                !CHATTER.contains(&word.as_ref())
            })
        };
        Self {
            words: said().count(),
            telling: said().filter(|term| !term.weak).count(),
            links: !query.urls.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chatter_says_nothing_and_a_short_claim_does() {
        let analyzers = Analyzers::new();
        let content = |text: &str| Content::of(&Post::of(text), &analyzers);
        for text in [
            "hi",
            "Thanks!",
            "?",
            "👍",
            "",
            "Thank you very much",
            "Guten Morgen",
            "¡Muchas gracias!",
            "bom dia",
            "Merci beaucoup",
            "ok",
            "haha 😂",
            "Vielen Dank!",
            "Bonne nuit",
        ] {
            assert_eq!(content(text).telling, 0, "{text}");
        }
        for text in [
            "5G causes covid",
            "vaccines kill",
            "Trump is dead",
            "Bill Gates died",
            "moon landing fake",
            "la tierra es plana",
            "Impfungen machen magnetisch",
            "vacina mata",
            "疫苗会致命",
        ] {
            let said = content(text);
            assert!(said.words >= 2 && said.telling >= 1, "{text}: {said:?}");
        }
        assert!(content("https://example.org/a").links);
    }
}
