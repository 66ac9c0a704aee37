//! Words that are usually written without a capital, so that one tells a name or not.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words by how they are written: `true` nearly always small, `false` mostly.
static SMALL: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    let list = include_str!("../../../../index/analyzers/small.txt");
    let (mostly, always) = list.split_once("## nearly always").unwrap_or((list, ""));
    let words = |part: &'static str| part.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    let always = words(always).map(|word| (word, true));
    words(mostly).map(|word| (word, false)).chain(always).collect()
});

/// Whether a word is usually written small, as the list has it or in another of its forms.
pub(super) fn is_small(word: &str) -> bool {
    known(word).is_some()
}

/// Whether a word is hardly ever part of a name.
pub(super) fn is_never_named(word: &str) -> bool {
    known(word) == Some(true)
}

fn known(word: &str) -> Option<bool> {
    let bare = word.strip_suffix("'s").unwrap_or(word);
    SMALL.get(bare).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        for word in ["men", "vaccine", "women's", "eleicoes", "gouvernement"] {
            assert!(is_small(word), "{word}");
        }
        for name in ["providence", "wisconsin", "greenpeace", "bolsonaro", "trump's"] {
            assert!(!is_small(name), "{name}");
        }
        assert!(is_small("target") && !is_never_named("target"));
    }
}
