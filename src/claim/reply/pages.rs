//! Everything we say that is not an answer: commands, menus, thanks, toasts, the line to
//! moderators.

use super::answer::{link, verdict};
use super::draft::{Draft, Piece, address, clean, shorten, shown_host};
use super::{Action, Button, Reply};
use crate::claim::answer::Match;
use crate::claim::post::{Command, Post};
use crate::claim::words::{Lang, Words};

/// Longest beginning of a post in a line to moderators.
const POST_WORDS_MAX: usize = 25;
const POST_CHARS_MAX: usize = 160;
/// Longest report shown to moderators.
const REPORT_WORDS_MAX: usize = 200;
const REPORT_CHARS_MAX: usize = 1_000;
const HOST_CHARS_MAX: usize = 30;
const OPERATOR_CHARS_MAX: usize = 120;
/// Telegram's limits, in UTF-16 units.
const MENU_UNITS_MAX: usize = 256;
const DESCRIPTION_UNITS_MAX: usize = 512;
const SHORT_DESCRIPTION_UNITS_MAX: usize = 120;
const TOAST_UNITS_MAX: usize = 200;

/// What the command pages tell about this installation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Publishers whose checks are in the index.
    pub publishers: usize,
    /// Checks in the index.
    pub checks: usize,
    /// Who runs it, as the operator wants to be named.
    pub operator: Option<&'a str>,
    /// Hours after which a message that was dealt with is deleted.
    pub retention_hours: usize,
    /// Days for which other things are kept.
    pub kept: Kept,
    /// The bot's name without `@`.
    pub bot_username: &'a str,
}

/// Days for which what readers asked and were told is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// A question that nothing was found for.
    pub questions_days: usize,
    /// The same where its reader asked to be told, counted from then.
    pub follow_up_days: usize,
    /// Which check was told in which message.
    pub answers_days: usize,
    /// The secret under which people are counted.
    pub people_days: usize,
    /// Posts of feeds, and who said "not the same claim".
    pub posts_days: usize,
}

/// A short notice over the chat after a button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// “Not the same claim” was noted.
    NotSame,
    /// “Tell me” was noted.
    TellMe,
    /// It was noted before.
    TellMeAgain,
    /// Too much is noted to note any more.
    TellMeFull,
    /// The language was changed to the one this is said in.
    Language,
    /// The language will follow the message again.
    LanguageAuto,
    /// We no longer know what the button was for.
    Expired,
    /// Something failed on our side.
    Failed,
    /// A moderator's decision is kept.
    Decided,
    /// Somebody had decided before.
    DecidedBefore,
    /// No more alerts about a claim for a while.
    Muted,
    /// Alerts about it again.
    Unmuted,
    /// The post is answered where it stands.
    Answered,
    /// That answer is not sent any more.
    TakenBack,
    /// It was sent before it could be taken back.
    TooLate,
    /// It can't be answered there.
    NoPlace,
    /// Only admins of the group may change that.
    NoAdmin,
}

impl Toast {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::NotSame,
        Self::TellMe,
        Self::TellMeAgain,
        Self::TellMeFull,
        Self::Language,
        Self::LanguageAuto,
        Self::Expired,
        Self::Failed,
        Self::Decided,
        Self::DecidedBefore,
        Self::Muted,
        Self::Unmuted,
        Self::Answered,
        Self::TakenBack,
        Self::TooLate,
        Self::NoPlace,
        Self::NoAdmin,
    ];
}

/// Thanks after “not the same claim”.
pub fn not_same(words: &Words, lang: Lang) -> Reply {
    paragraphs(words, lang, &[("not-same", &[]), ("not-same-tip", &[])])
}

/// About whom what was held is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Somebody in their own conversation with us.
    Reader,
    /// A group, because an admin wants it.
    Group,
    /// One member of a group; what the group asked and set stays.
    Member,
}

/// What was forgotten.
pub fn forgotten(words: &Words, lang: Lang, whose: Whose) -> Reply {
    let key = match whose {
        Whose::Reader => "forget",
        Whose::Group => "forget-group",
        Whose::Member => return paragraphs(words, lang, &[("forget-member", &[])]),
    };
    paragraphs(words, lang, &[(key, &[]), ("forget-more", &[])])
}

/// What a command is answered with: for `/check` when nothing follows it, for `/forget` and
/// `/report` when they are done.
pub fn command(words: &Words, lang: Lang, command: Command, facts: &Facts<'_>) -> Reply {
    match command {
        Command::Start => {
            let keys = [("start", &[][..]), ("start-who", &[]), ("start-more", &[])];
            with_operator(words, lang, &keys, facts)
        }
        Command::Help => help(words, lang, facts),
        Command::Privacy => privacy(words, lang, facts),
        Command::Forget => forgotten(words, lang, Whose::Reader),
        Command::Settings => settings(words, lang),
        Command::Check => paragraphs(words, lang, &[("check", &[])]),
        Command::Report => paragraphs(words, lang, &[("report", &[])]),
        Command::Listen => paragraphs(words, lang, &[("listen-how", &[])]),
    }
}

/// The commands with what the menu says about each, at most 256 characters.
pub fn menu(words: &Words, lang: Lang) -> Vec<(Command, String)> {
    let say = |command: Command| words.say(lang, &format!("menu-{}", command.name()), &[]);
    Command::ALL
        .into_iter()
        .map(|command| (command, within(say(command), MENU_UNITS_MAX)))
        .collect()
}

/// What the bot's empty chat says, at most 512 characters.
pub fn description(words: &Words, lang: Lang) -> String {
    within(words.say(lang, "description", &[]), DESCRIPTION_UNITS_MAX)
}

/// What the bot's profile says, at most 120 characters.
pub fn short_description(words: &Words, lang: Lang) -> String {
    within(words.say(lang, "short-description", &[]), SHORT_DESCRIPTION_UNITS_MAX)
}

/// One line for moderators: the post, the check, the link.
pub fn alert(words: &Words, lang: Lang, post: &Post, matched: &Match) -> Reply {
    let text = shorten(&clean(&post.text), POST_WORDS_MAX, POST_CHARS_MAX);
    let verdict = verdict(words, lang, matched, None);
    let link = link(matched, None);
    let mut place = Draft::default();
    // A feed's post is known by its address; else what it links to is all there is to open.
    for url in post.id.iter().chain(&post.urls) {
        if let Some(host) = shown_host(url, HOST_CHARS_MAX).filter(|_| place.units() == 0) {
            place.link(&host, url);
        }
    }
    let key = if place.units() > 0 { "alert-at" } else { "alert" };
    let args = [
        ("place", Piece::Draft(&place)),
        ("post", Piece::Text(&text)),
        ("verdict", Piece::Draft(&verdict)),
        ("link", Piece::Draft(&link)),
    ];
    let mut draft = Draft::default();
    draft.say(words, lang, key, &args);
    let mut reply = Reply::of(draft);
    reply.preview = matched.url.as_deref().and_then(address);
    reply
}

/// Why there is nothing to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Too few words.
    TooLittle,
    /// Nothing that can be read.
    Unreadable,
}

/// Says in one sentence how to ask.
pub fn hint(words: &Words, lang: Lang, hint: Hint) -> Reply {
    let key = match hint {
        Hint::TooLittle => "too-little",
        Hint::Unreadable => "unreadable",
    };
    paragraphs(words, lang, &[(key, &[])])
}

/// Asks a reader who reports nothing what is wrong.
pub fn report_how(words: &Words, lang: Lang) -> Reply {
    paragraphs(words, lang, &[("report-how", &[])])
}

/// A reader's report, for moderators, and the check that the answer tells which it is about. What
/// the reader wrote is shortened.
pub fn reported(words: &Words, lang: Lang, report: &str, about: Option<&Match>) -> Reply {
    let text = shorten(&clean(report), REPORT_WORDS_MAX, REPORT_CHARS_MAX);
    let key = if text.is_empty() { "reported-empty" } else { "reported" };
    let mut draft = Draft::default();
    draft.say(words, lang, key, &[("text", Piece::Text(&text))]);
    if let Some(given) = about {
        let told = verdict(words, lang, given, None);
        let link = link(given, given.name.as_deref());
        draft.paragraph();
        let args = [("verdict", Piece::Draft(&told)), ("link", Piece::Draft(&link))];
        draft.say(words, lang, "reported-about", &args);
    }
    Reply::of(draft)
}

/// A notice of at most 200 characters.
pub fn toast(words: &Words, lang: Lang, which: Toast) -> String {
    let key = match which {
        Toast::NotSame => "toast-not-same",
        Toast::TellMe => "toast-tell-me",
        Toast::TellMeAgain => "toast-tell-me-again",
        Toast::TellMeFull => "toast-tell-me-full",
        Toast::Language => "toast-language",
        Toast::LanguageAuto => "toast-language-auto",
        Toast::Expired => "toast-expired",
        Toast::Failed => "toast-failed",
        Toast::Decided => "toast-decided",
        Toast::DecidedBefore => "toast-decided-before",
        Toast::Muted => "toast-muted",
        Toast::Unmuted => "toast-unmuted",
        Toast::Answered => "toast-answered",
        Toast::TakenBack => "toast-taken-back",
        Toast::TooLate => "toast-too-late",
        Toast::NoPlace => "toast-no-place",
        Toast::NoAdmin => "toast-no-admin",
    };
    within(words.say(lang, key, &[]), TOAST_UNITS_MAX)
}

pub(super) type Said<'a> = (&'a str, &'a [(&'a str, Piece<'a>)]);

fn help(words: &Words, lang: Lang, facts: &Facts<'_>) -> Reply {
    let checks = words.number(lang, facts.checks);
    let publishers = words.number(lang, facts.publishers);
    let group = [("bot", Piece::Text(facts.bot_username))];
    let scope = [("checks", Piece::Text(&checks)), ("publishers", Piece::Text(&publishers))];
    let said = [
        ("help-ask", &[][..]),
        ("help-group", &group),
        ("help-answer", &[]),
        ("help-scope", &scope),
        ("help-commands", &[]),
    ];
    paragraphs(words, lang, &said)
}

fn privacy(words: &Words, lang: Lang, facts: &Facts<'_>) -> Reply {
    let counted = [
        ("privacy-keep", facts.retention_hours),
        ("privacy-none", facts.kept.questions_days),
        ("privacy-awaited", facts.kept.follow_up_days),
        ("privacy-answers", facts.kept.answers_days),
        ("privacy-pressed", facts.kept.posts_days),
        ("privacy-people", facts.kept.people_days),
    ];
    let numbers = counted.map(|(_, count)| words.number(lang, count));
    let counts: Vec<(&str, [(&str, Piece<'_>); 2])> = counted
        .iter()
        .zip(&numbers)
        .map(|((key, count), number)| {
            (*key, [("n", Piece::Count(*count)), ("count", Piece::Text(number))])
        })
        .collect();
    let mut said = vec![("privacy-read", &[][..])];
    said.extend(counts.iter().map(|(key, args)| (*key, &args[..])));
    said.extend(
        ["privacy-deleted", "privacy-settings", "privacy-forget"].map(|key| (key, &[][..])),
    );
    with_operator(words, lang, &said, facts)
}

fn settings(words: &Words, lang: Lang) -> Reply {
    let mut reply = paragraphs(words, lang, &[("settings", &[]), ("settings-note", &[])]);
    let button = |label, code: &str| Button { label, action: Action::Language(code.to_owned()) };
    let own: Vec<Button> =
        words.langs().map(|own| button(words.say(own, "own-name", &[]), own.code())).collect();
    reply.buttons = own.chunks(2).map(<[Button]>::to_vec).collect();
    reply.buttons.push(vec![button(words.say(lang, "button-language-auto", &[]), "")]);
    reply
}

fn with_operator(words: &Words, lang: Lang, said: &[Said<'_>], facts: &Facts<'_>) -> Reply {
    let operator = facts.operator.map(clean).unwrap_or_default();
    let operator = shorten(&operator, usize::MAX, OPERATOR_CHARS_MAX);
    if operator.is_empty() {
        return paragraphs(words, lang, said);
    }
    let named = [("operator", Piece::Text(&operator))];
    let mut all = said.to_vec();
    all.push(("operator", &named));
    paragraphs(words, lang, &all)
}

pub(super) fn paragraphs(words: &Words, lang: Lang, said: &[Said<'_>]) -> Reply {
    let mut draft = Draft::default();
    for (key, args) in said {
        draft.paragraph();
        draft.say(words, lang, key, args);
    }
    Reply::of(draft)
}

/// A sentence of ours within a limit; all shipped ones are (a test), an overridden one is cut.
fn within(text: String, units_max: usize) -> String {
    if text.encode_utf16().count() <= units_max {
        return text;
    }
    let mut units = 1;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= units_max
    });
    kept.chain(['…']).collect()
}
