//! `Draft`: a reply's text and entities, built together so that offsets cannot drift.
//!
//! Words of others never pass through a sentence as markup: each placeholder is first said as one
//! private-use character, and the piece is put in its place here, cleaned and with its entity.

use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::{Entity, EntityKind, Reply};
use crate::claim::review::host_of;
use crate::claim::text::{cut_at_word, is_invisible};
use crate::claim::words::{Lang, Value, Words};

/// Telegram's limit on a message, in UTF-16 units.
pub const TEXT_UNITS_MAX: usize = 4_096;
/// Longest address that is made a link or a button; longer ones are refused by servers.
pub(super) const URL_BYTES_MAX: usize = 2_000;
/// First private-use character that stands for a piece while a sentence is said.
const MARK: u32 = 0xE000;

/// What fills a placeholder.
#[derive(Debug, Clone)]
pub(super) enum Piece<'a> {
    /// Words of others, as they are but cleaned.
    Text(&'a str),
    /// The same in bold.
    Bold(&'a str),
    /// Something already drafted.
    Draft(&'a Draft),
    /// A number, which also chooses the plural.
    Count(usize),
    /// Chooses a variant of the sentence.
    Choice(&'static str),
}

/// Text and entities under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    text: String,
    units: usize,
    entities: Vec<Entity>,
}

impl Draft {
    /// Length so far, in UTF-16 units.
    pub(super) fn units(&self) -> usize {
        self.units
    }

    /// Length so far, in characters.
    pub(super) fn chars(&self) -> usize {
        self.text.chars().count()
    }

    /// Adds a text as it is: only for our own words and for text that was cleaned.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.units += text.encode_utf16().count();
    }

    /// Adds a sentence of ours with its placeholders filled.
    pub(super) fn say(&mut self, words: &Words, lang: Lang, key: &str, args: &[(&str, Piece<'_>)]) {
        let mark = |place: usize| {
            u32::try_from(place).ok().and_then(|place| char::from_u32(MARK + place)).unwrap_or(' ')
        };
        let values: Vec<(&str, Value<'_>)> = args
            .iter()
            .enumerate()
            .map(|(place, (name, piece))| match piece {
                Piece::Count(count) => (*name, Value::from(*count)),
                Piece::Choice(choice) => (*name, Value::from(*choice)),
                _ => (*name, Value::from(mark(place).to_string())),
            })
            .collect();
        let said = words.say(lang, key, &values);
        let mut rest = said.as_str();
        let marks = '\u{e000}'..='\u{e0ff}';
        while let Some((at, found)) = rest.char_indices().find(|(_, c)| marks.contains(c)) {
            self.push(&rest[..at]);
            if let Some((_, piece)) = args.get((u32::from(found) - MARK) as usize) {
                self.piece(piece);
            }
            rest = &rest[at + found.len_utf8()..];
        }
        self.push(rest);
    }

    /// Adds an empty line before what comes next, if something stands before it.
    pub(super) fn paragraph(&mut self) {
        self.gap("\n\n");
    }

    /// Adds a line break before what comes next, if something stands before it.
    pub(super) fn line(&mut self) {
        self.gap("\n");
    }

    fn gap(&mut self, gap: &str) {
        if self.units > 0 {
            self.push(gap);
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Text(text) => self.outside(text, None),
            Piece::Bold(text) => self.outside(text, Some(EntityKind::Bold)),
            Piece::Draft(draft) => self.append(draft),
            Piece::Count(_) | Piece::Choice(_) => {}
        }
    }

    /// Adds words of others: cleaned, and kept from turning the direction of our own sentence.
    pub(super) fn outside(&mut self, text: &str, kind: Option<EntityKind>) {
        let text = clean(text);
        let isolate = text.chars().any(is_right_to_left);
        if isolate {
            self.push("\u{2068}");
        }
        let offset = self.units;
        self.push(&text);
        let length = self.units - offset;
        if let Some(kind) = kind.filter(|_| length > 0) {
            self.entities.push(Entity { kind, offset, length });
        }
        if isolate {
            self.push("\u{2069}");
        }
    }

    /// Adds a quotation set apart: words of others on a line of their own, which may run in their
    /// own direction there.
    pub(super) fn quote(&mut self, text: &str) {
        let offset = self.units;
        self.push(&clean(text));
        let length = self.units - offset;
        if length > 0 {
            self.entities.push(Entity { kind: EntityKind::Blockquote, offset, length });
        }
    }

    /// Adds a text that opens an address; plain where the address is none.
    pub(super) fn link(&mut self, text: &str, url: &str) {
        self.outside(text, address(url).map(EntityKind::TextLink));
    }

    /// All of it in bold, other entities dropped: for headings.
    pub(super) fn all_bold(mut self) -> Self {
        self.entities = vec![Entity { kind: EntityKind::Bold, offset: 0, length: self.units }];
        self.entities.retain(|bold| bold.length > 0);
        self
    }

    /// Adds another draft behind this one.
    pub(super) fn append(&mut self, other: &Self) {
        let by = self.units;
        self.push(&other.text);
        self.entities.extend(
            other
                .entities
                .iter()
                .map(|entity| Entity { offset: entity.offset + by, ..entity.clone() }),
        );
    }

    /// Adds a reply that was finished before.
    pub(super) fn append_reply(&mut self, reply: &Reply) {
        let Reply { text, entities, .. } = reply.clone();
        let units = text.encode_utf16().count();
        self.append(&Self { text, units, entities });
    }

    /// Text and entities, at most [`TEXT_UNITS_MAX`]: the parts are bounded so that this holds, and
    /// should it ever not, the end is cut visibly, with the entities that reach into the cut.
    pub(super) fn finish(mut self) -> (String, Vec<Entity>) {
        if self.units > TEXT_UNITS_MAX {
            let mut units = 0;
            let room = TEXT_UNITS_MAX - 2;
            let fits = self.text.chars().take_while(|c| {
                units += c.len_utf16();
                units <= room
            });
            let chars = fits.count();
            let kept = cut_at_word(&self.text, chars).to_owned();
            let end = kept.encode_utf16().count();
            self.entities.retain(|entity| entity.offset + entity.length <= end);
            self.text = kept + " …";
        }
        // No entity ends with white space, so none reaches into what goes.
        self.text.truncate(self.text.trim_end().len());
        (self.text, self.entities)
    }
}

/// Cleaned words of others on one line: no control characters, no direction or zero-width marks,
/// white space folded, trimmed. Nothing that can be seen is changed.
pub fn clean(text: &str) -> String {
    fold(text, false)
}

/// The same, with line breaks kept (never an empty line).
pub fn clean_lines(text: &str) -> String {
    fold(text, true)
}

fn fold(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len().min(TEXT_UNITS_MAX));
    let mut gap = None;
    let unseen = |c: char| (c.is_control() || is_invisible(c)) && !c.is_whitespace();
    let mut chars = text.chars().filter(|c| is_joiner(*c) || !unseen(*c)).peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            let broken = lines && matches!(c, '\n' | '\u{2028}' | '\u{2029}');
            gap = Some(if broken || gap == Some('\n') { '\n' } else { ' ' });
        } else if is_joiner(c) {
            // Joiners shape Persian, Hindi and emoji; in Latin text they only disguise.
            let joins = |c: Option<char>| {
                c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_joiner(c))
            };
            if gap.is_none() && joins(out.chars().next_back()) && joins(chars.peek().copied()) {
                out.push(c);
            }
        } else {
            if let Some(gap) = gap.take().filter(|_| !out.is_empty()) {
                out.push(gap);
            }
            out.push(c);
        }
    }
    out
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Shortened visibly to at most `words_max` words and `chars_max` characters: whole sentences where
/// they fill a third of that, else a cut at a word.
pub(super) fn shorten(text: &str, words_max: usize, chars_max: usize) -> String {
    let chars = text.chars().count();
    let by_words = end_of_word(text, words_max);
    if chars <= chars_max && by_words == text.len() {
        return text.to_owned();
    }
    let limit = text[..by_words].chars().count().min(chars_max).saturating_sub(2).max(1);
    let sentences = whole_sentences(text, limit);
    let kept =
        if sentences.chars().count() * 3 >= limit { sentences } else { cut_at_word(text, limit) };
    let kept = kept.trim_end_matches(|c: char| {
        c.is_whitespace() || is_joiner(c) || matches!(c, ',' | ';' | ':' | '(')
    });
    format!("{kept} …")
}

/// The leading whole sentences that fit; none if the first is longer. The full stop of an initial
/// or an abbreviation (`John F. Kennedy`, `Dr. Who`, `U.S. troops`) ends none.
fn whole_sentences(text: &str, chars_max: usize) -> &str {
    let mut end = 0;
    let mut chars = 0;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let shown = sentence.trim_end();
        if chars + shown.chars().count() > chars_max {
            break;
        }
        chars += sentence.chars().count();
        if !ends_early(shown) {
            end = start + shown.len();
        }
    }
    &text[..end]
}

/// Whether what looks like a sentence ends in an initial or an abbreviation only.
pub(super) fn ends_early(sentence: &str) -> bool {
    let last = sentence.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = last.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix('.').is_some_and(|word| {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        word.contains('.') || (capital && word.chars().count() <= 3)
    })
}

/// Where the `words_max`-th word of a text ends, in bytes.
fn end_of_word(text: &str, words_max: usize) -> usize {
    let mut words = 0;
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if inside && words == words_max {
                return at;
            }
            inside = false;
        } else if !inside {
            inside = true;
            words += 1;
        }
    }
    text.len()
}

/// An address a reader may be sent to: http or https, of a length servers take. As it was written
/// where that is plain ASCII.
pub fn address(url: &str) -> Option<String> {
    let url = url.trim();
    let parsed = Url::parse(url).ok()?;
    let plain = url.chars().all(|c| c.is_ascii_graphic());
    let address = if plain { url.to_owned() } else { parsed.to_string() };
    let opens = matches!(parsed.scheme(), "http" | "https") && host_of(&parsed).is_some();
    (opens && address.len() <= URL_BYTES_MAX).then_some(address)
}

/// The host of an address as it is shown: of a long one the end, because that is what tells whose
/// it is.
pub fn shown_host(url: &str, chars_max: usize) -> Option<String> {
    let host = host_of(&Url::parse(&address(url)?).ok()?)?;
    let chars = host.chars().count();
    if chars <= chars_max {
        return Some(host);
    }
    let end: String = host.chars().skip(chars - chars_max.saturating_sub(1)).collect();
    Some(format!("…{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_words_are_cleaned_and_not_changed() {
        assert_eq!(clean(" a\u{202e}b\u{200b}c\n\n d\u{0} CO₂ ½ … "), "abc d CO₂ ½ …");
        assert_eq!(clean_lines("a\r\n\r\n- b \n- c\n"), "a\n- b\n- c");
        assert_eq!(
            clean("👨\u{200d}👩 می\u{200c}خواهم pass\u{200d}word"),
            "👨\u{200d}👩 می\u{200c}خواهم password"
        );
        assert_eq!(clean("é\u{200d}\u{202e}"), "é");
        assert_eq!(clean("é\u{200d}\u{200e}w é\u{200c}\u{200d}é"), "éw é\u{200d}é");
    }

    #[test]
    fn shortening_is_seen() {
        assert_eq!(shorten("One two three four.", 4, 100), "One two three four.");
        assert_eq!(shorten("One two three. Four five six seven.", 5, 100), "One two three. …");
        assert_eq!(
            shorten("No. The longer explanation follows here, and on.", 7, 100),
            "No. The longer explanation follows here …"
        );
        assert_eq!(shorten("没有证据表明这是真的。", 40, 6), "没有证据 …");
    }

    #[test]
    fn an_initial_ends_no_sentence() {
        let text =
            "It is the wrong man. He met President John F. Kennedy in the U.S. Senate in May.";
        assert_eq!(shorten(text, 10, 100), "It is the wrong man. …");
        assert_eq!(whole_sentences(text, 70), "It is the wrong man.");
        assert_eq!(whole_sentences(text, 10), "");
    }

    #[test]
    fn addresses_show_the_host_they_open() {
        assert_eq!(shown_host("https://www.Snopes.com/a", 40).as_deref(), Some("snopes.com"));
        assert_eq!(
            shown_host("https://snopes.com@evil.example/", 40).as_deref(),
            Some("evil.example")
        );
        assert_eq!(
            shown_host("https://snopes.com.a.long.evil.example/", 13).as_deref(),
            Some("…evil.example")
        );
        assert_eq!(shown_host("javascript:alert(1)", 40), None);
        assert_eq!(address("http://./"), None, "no host to show");
        assert_eq!(address(&format!("https://a.example/{}", "a".repeat(URL_BYTES_MAX))), None);
    }
}
