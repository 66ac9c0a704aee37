//! Commands, menus, toasts and alerts, as people read them.

use insta::assert_snapshot;

use super::*;

#[test]
fn thanks_for_not_the_same() {
    assert_snapshot!(drawn(&not_same(&words(), lang("en"))), @r#"
    Thank you. We noted that this check is about another claim.

    If you like, send us only the sentence you want checked. That often works better.
    "#);
}

fn page(which: Command) -> String {
    let facts = Facts {
        publishers: 120,
        checks: 88_895,
        operator: Some("Example Newsroom, help@example.org"),
        retention_hours: 24,
        bot_username: "example_bot",
    };
    drawn(&command(&words(), lang("en"), which, &facts))
}

#[test]
fn the_start_page() {
    assert_snapshot!(page(Command::Start), @r#"
    Send me a message that makes you wonder, or forward it. I look for published fact checks of it and show you what they found, with the link.

    I do not judge by myself. Every verdict you see comes from the publisher named beside it.

    What I keep: /privacy. How it works: /help.

    This bot is run by Example Newsroom, help@example.org.
    "#);
}

#[test]
fn the_help_page() {
    assert_snapshot!(page(Command::Help), @r#"
    Here: send or forward a text, a picture with a caption, or a link. No command is needed.

    In a group: reply to a message with /check, or mention @example_bot. I stay silent otherwise.

    The answer names the publisher, its verdict, the date and the link. If the check is about something else, press “Not the same claim”.

    I look at 88,895 checks of 120 publishers. I read text, not what is shown in pictures or videos.

    /settings changes the language, /report tells us about a mistake, /privacy says what I keep, /forget deletes it.
    "#);
}

#[test]
fn the_privacy_page() {
    assert_snapshot!(page(Command::Privacy), @r#"
    I read what you send me here. In groups I read only messages that mention me, answer me or use /check.

    Your messages and button presses, with the name and number Telegram sends along, are deleted 24 hours after they are dealt with.

    Your choice of language is kept until you change it or send /forget.

    /forget deletes what is still held about you, at once.

    This bot is run by Example Newsroom, help@example.org.
    "#);
}

#[test]
fn the_settings_page() {
    assert_snapshot!(page(Command::Settings), @r#"
    In which language shall I answer?

    What publishers wrote stays in their own language.
    [English: Language("en")][Español: Language("es")]
    [Português: Language("pt")][Français: Language("fr")]
    [Deutsch: Language("de")]
    [Language of my message: Language("")]
    "#);
}

#[test]
fn the_short_pages() {
    let pages = [Command::Forget, Command::Check, Command::Report].map(page);
    assert_snapshot!(pages.join("\n---\n"), @r#"
    Done. What was still held about you is deleted.

    You can go on using the bot whenever you like.
    ---
    What shall I check? Write it after /check, or reply to a message with /check.
    ---
    Thank you. Your report is noted for the people who run this bot.
    "#);
}

#[test]
fn moderators_get_one_line() {
    let post = Post {
        id: Some("https://www.news.example/posts/1".into()),
        text: "They STOPPED handing out insulin!!!\n\nShare before it is deleted".into(),
        ..Post::default()
    };
    let each = [post, Post::of("They stopped handing out insulin")]
        .map(|post| drawn(&alert(&words(), lang("en"), &post, &rated())));
    assert_snapshot!(each.join("\n---\n"), @r#"
    Post at news.example <https://www.news.example/posts/1>: “They STOPPED handing out insulin!!! Share before it is deleted” *False*, says Example Checks (12 March 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    ---
    Post: “They stopped handing out insulin” *False*, says Example Checks (12 March 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    "#);
}

#[test]
fn the_menu_and_the_profile() {
    let words = words();
    let mut lines: Vec<String> = menu(&words, lang("en"))
        .into_iter()
        .map(|(command, text)| format!("/{} {text}", command.name()))
        .collect();
    lines.push(description(&words, lang("en")));
    lines.push(short_description(&words, lang("en")));
    lines.extend(Toast::ALL.map(|which| toast(&words, lang("en"), which)));
    assert_snapshot!(lines.join("\n"), @r#"
    /check Look for fact checks of a text
    /help How to use this bot
    /settings Choose the language
    /privacy What is kept, and for how long
    /forget Delete what is kept about me
    /report Report a mistake
    /start What this bot does
    Wondering whether something is true? Send or forward it. This bot looks for published fact checks of it and shows what they found, with the link. Verdicts always come from the publisher named beside them. Your messages are deleted soon after they are answered: see /privacy.
    Send or forward a claim and see what fact-checkers have published about it.
    Thank you, noted.
    Done. I answer in English from now on.
    Done. I answer in the language of your message.
    This button is too old. Please send the message again.
    That did not work. Please try again in a moment.
    Noted for all moderators.
    Somebody has decided this before.
    Muted. You will hear no more of this claim for a while.
    The answer is on its way to where the post stands.
    This post can’t be answered where it stands.
    "#);
}
