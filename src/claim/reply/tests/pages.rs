//! Commands, menus, toasts and alerts, as people read them.

use insta::assert_snapshot;

use super::*;

#[test]
fn thanks_for_not_the_same() {
    assert_snapshot!(drawn(&not_same(&words(), lang("en"))), @r#"
    Thank you. I noted that this check is about another claim.

    If you like, send me only the sentence you want checked. That often works better.
    "#);
}

#[test]
fn what_is_said_later() {
    let (words, until) = (words(), NaiveDate::from_ymd_opt(2026, 12, 22).expect("a day"));
    let none = Answer { id: None, decision: Decision::None, matches: vec![], reply: None };
    let found = |decision| Answer { decision, matches: vec![unrated()], ..none.clone() };
    let asked = NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day");
    let mut offered = answer(&words, lang("en"), &none, today(), Audience::Group, 3);
    offer(&mut offered, &words, lang("en"), "in1".into());
    let later = |language, decision, audience| {
        let days = (today(), asked);
        follow_up(&words, lang(language), &found(decision), days, audience)
    };
    let each = [
        offered,
        awaited(&words, lang("en"), &none, (today(), until), Audience::Group, 3),
        not_same_again(&words, lang("pt"), until),
        later("en", Decision::Possible, Audience::Group),
        later("de", Decision::Match, Audience::Private),
    ];
    assert_snapshot!(each.map(|reply| drawn(&reply)).join("\n---\n"), @r#"
    I found no check of this yet. I looked at the checks of 3 publishers. That says nothing about whether it is true.
    [Tell me when there is one: TellMe("in1")]
    ---
    I found no check of this yet. I looked at the checks of 3 publishers. That says nothing about whether it is true.

    Noted. If a check of this appears by 22 December 2026, I will tell you here.
    ---
    Obrigado. Anotei que esta checagem trata de outra alegação.

    Continuo procurando até 22 de dezembro de 2026 e aviso aqui se surgir outra checagem.
    ---
    This was asked here on 18 November 2026. I had found nothing then.

    I found a check of a similar claim. It may not be this one.

    The question they looked into: “Was the old bridge closed because of a crack?”

    Answers checked this some time ago (24 February 2023) and gives no rating.

    What they found: The city closed the bridge for a planned inspection [1]. No crack was found [2].

    Read the check: answers.example <https://answers.example/fact-checks/bridge-closed-5f2a>

    Matched automatically to this message. Not the same? Tell me.
    (preview https://answers.example/fact-checks/bridge-closed-5f2a)
    [Read it at answers.example: Open("https://answers.example/fact-checks/bridge-closed-5f2a")]
    [What is missing, and who benefits: Context("bridge")]
    [Not the same claim: NotSame("bridge")]
    ---
    Danach haben Sie am 18. November 2026 gefragt. Damals hatte ich nichts gefunden.

    Answers hat das vor längerer Zeit geprüft (24. Februar 2023) und gibt keine Bewertung ab.

    Zusammenfassung auf Englisch: The city closed the bridge for a planned inspection [1]. No crack was found [2].

    Die untersuchte Frage: „Was the old bridge closed because of a crack?“

    Zum Faktencheck: answers.example <https://answers.example/fact-checks/bridge-closed-5f2a>

    Automatisch Ihrer Nachricht zugeordnet. Nicht dasselbe? Sagen Sie es mir.
    (preview https://answers.example/fact-checks/bridge-closed-5f2a)
    [Lesen auf answers.example: Open("https://answers.example/fact-checks/bridge-closed-5f2a")]
    [Was fehlt und wem es nützt: Context("bridge")]
    [Nicht dieselbe Behauptung: NotSame("bridge")]
    "#);
}

#[test]
fn corrections_in_every_language() {
    let words = words();
    let mut further = rated();
    further.publisher = "Newsroom".into();
    further.url = Some("https://newsroom.example/a".into());
    let decision = Decision::Match;
    let both = Answer { id: None, decision, matches: vec![rated(), further], reply: None };
    let changes = [Change::Verdict("Newsroom".into(), None), Change::Withdrawn("Answers".into())];
    let whole = corrected(&words, lang("en"), &both, today(), Audience::Private, &changes);
    // What comes below is as in any answer.
    let head: Vec<String> = drawn(&whole).lines().take(7).map(str::to_owned).collect();
    let mut said = vec![head.join("\n")];
    for lang in words.langs() {
        let gone = withdrawn(&words, lang, &rated(), today(), Audience::Private);
        let verdict = [
            Change::Verdict("Answers".into(), Some("Half true".into())),
            Change::Withdrawn("Newsroom".into()),
        ];
        let given = Answer { decision: Decision::Possible, ..both.clone() };
        let changed = corrected(&words, lang, &given, today(), Audience::Group, &verdict);
        let head: Vec<&str> = changed.text.lines().take(3).collect();
        said.push(format!("{}\n{}", drawn(&gone), head.join("\n")));
    }
    assert_snapshot!(said.join("\n---\n"), @r#"
    Correction (22 November 2026): Newsroom has changed its verdict.

    Correction (22 November 2026): a check by Answers that was listed here has been withdrawn.

    The claim they checked: “The government has stopped handing out insulin”

    **False**, says Example Checks (12 March 2026).
    ---
    Correction (22 November 2026): the check by Example Checks that was shown here has been withdrawn. Please do not rely on what it said.

    Send the message again, and I look for other checks.
    Correction (22 November 2026): Answers has changed its verdict (before: “Half true”).

    Correction (22 November 2026): a check by Newsroom that was listed here has been withdrawn.
    ---
    Corrección (22 de noviembre de 2026): se ha retirado la verificación de Example Checks que se mostraba aquí. No se fíe de lo que decía, por favor.

    Envíe el mensaje de nuevo y busco otras verificaciones.
    Corrección (22 de noviembre de 2026): Answers ha cambiado su veredicto (antes: «Half true»).

    Corrección (22 de noviembre de 2026): se ha retirado una verificación de Newsroom que figuraba aquí.
    ---
    Correção (22 de novembro de 2026): a checagem de Example Checks que aparecia aqui foi retirada. Por favor, não confie no que ela dizia.

    Envie a mensagem de novo e procuro outras checagens.
    Correção (22 de novembro de 2026): Answers mudou seu veredito (antes: “Half true”).

    Correção (22 de novembro de 2026): uma checagem de Newsroom que constava aqui foi retirada.
    ---
    Correction (22 novembre 2026) : la vérification de Example Checks affichée ici a été retirée. Merci de ne plus vous fier à ce qu’elle disait.

    Renvoyez le message, et je chercherai d’autres vérifications.
    Correction (22 novembre 2026) : Answers a changé son verdict (avant : « Half true »).

    Correction (22 novembre 2026) : une vérification de Newsroom qui figurait ici a été retirée.
    ---
    Berichtigung (22. November 2026): Der Faktencheck von Example Checks, der hier stand, wurde zurückgezogen. Bitte verlassen Sie sich nicht mehr darauf.

    Schicken Sie die Nachricht noch einmal, dann suche ich nach anderen Faktenchecks.
    Berichtigung (22. November 2026): Answers hat die Bewertung geändert (zuvor: „Half true“).

    Berichtigung (22. November 2026): Ein Faktencheck von Newsroom, der hier genannt war, wurde zurückgezogen.
    "#);
}

fn page(which: Command) -> String {
    let facts = Facts {
        publishers: 120,
        checks: 88_895,
        operator: Some("Example Newsroom, help@example.org"),
        retention_hours: 24,
        kept: Kept {
            questions_days: 7,
            follow_up_days: 30,
            answers_days: 365,
            people_days: 30,
            posts_days: 30,
        },
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

    In a group: reply to a message with /check, or mention @example_bot. I stay silent otherwise, unless admins of the group switch on /listen.

    The answer names the publisher, its verdict, the date and the link. If the check is about something else, press “Not the same claim”.

    I look at 88,895 checks of 120 publishers. I read text, not what is shown in pictures or videos.

    /settings changes the language, /report tells those who run this bot about a mistake, /privacy says what I keep, /forget deletes it.
    "#);
}

#[test]
fn the_privacy_page() {
    assert_snapshot!(page(Command::Privacy), @r#"
    I read what you send me here. In groups I read messages that mention me, answer me or use /check. Where those who run this bot watch a group, or its admins switched on /listen, I compare its other messages, too, and keep the words only of those that match a check or that several people repeat.

    Your messages and button presses are deleted 24 hours after they are dealt with. Your name is not kept. The number of this chat is, for as long as I may have something to correct there.

    Only a question that I found no check for is kept longer, 7 days, so that you can ask to be told later. In groups, too, only if it was meant for me.

    If you do, it is kept for 30 days from then on, also when you have been told: that may have been about another claim.

    Which check I showed in which message is kept for 365 days, so that its buttons work and I can correct it if the check changes.

    Who presses “Not the same claim” is kept for 30 days, as a name under a secret, with a mark of the question from which no word can be read; then, for as long as the answer, only that it was pressed. Of /report only that it came is kept.

    Who wrote a public post that I look at is deleted once the post has been compared and counted. What is left is a name under a secret, and that secret is thrown away after 30 days.

    The address of such a post, which may name its author, stays as long as the post does. If the post is deleted on Bluesky or Mastodon, its words are deleted here, too, and its address soon after.

    Your choice of language, and whether a group wants me to listen, is kept until you change it or send /forget.

    /forget deletes what is still held about you, at once. In a group it deletes what is held about the group if an admin sends it, and what is held about the sender alone if anybody else does.

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
    /listen For admins of a group: let me answer unasked, or not
    /start What this bot does
    Wondering whether something is true? Send or forward it. This bot looks for published fact checks of it and shows what they found, with the link. Verdicts always come from the publisher named beside them. Your messages are deleted soon after they are answered: see /privacy.
    Send or forward a claim and see what fact-checkers have published about it.
    Thank you, noted.
    Noted. I will tell you here.
    That is noted already.
    You are waiting for as many answers as I can remember. /forget clears them.
    Done. I answer in English from now on.
    Done. I answer in the language of your message.
    This button is too old. Please send the message again.
    That did not work. Please try again in a moment.
    Noted for all moderators.
    Somebody has decided this before.
    Muted. You will hear no more of this claim for a while.
    No longer muted.
    The answer is on its way to where the post stands.
    Taken back. Nothing is sent.
    Too late: it was sent.
    This post can’t be answered where it stands.
    Only admins of this group can change that.
    "#);
}
