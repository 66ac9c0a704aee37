//! The short form: what is said in 300 graphemes, in every language.

use super::*;

fn told(answer: &Answer, code: &str) -> String {
    let reply = short(&words(), lang(code), answer, today(), 12, 300);
    assert_eq!(reply.language.as_deref(), Some(code));
    reply.plain()
}

fn found(decision: Decision, matches: Vec<Match>) -> Answer {
    Answer { id: None, decision, matches, reply: None }
}

#[test]
fn snapshots_of_every_language() {
    let answer = found(Decision::Match, vec![rated()]);
    insta::assert_snapshot!(told(&answer, "en"), @"
    False, says Example Checks (12 March 2026).

    From the check: Insulin is still handed out in all 27 states [1]. …

    The claim they checked: “The government has stopped handing out insulin”

    Read the check: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Matched automatically.
    ");
    insta::assert_snapshot!(told(&answer, "de"), @"
    False, sagt Example Checks (12. März 2026).

    Die geprüfte Behauptung: „The government has stopped handing out insulin“

    Zum Faktencheck: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Automatisch zugeordnet.
    ");
    insta::assert_snapshot!(told(&answer, "es"), @"
    False, según Example Checks (12 de marzo de 2026).

    La afirmación verificada: «The government has stopped handing out insulin»

    Leer la verificación: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Relacionado automáticamente.
    ");
    insta::assert_snapshot!(told(&answer, "fr"), @"
    False, selon Example Checks (12 mars 2026).

    L’affirmation vérifiée : « The government has stopped handing out insulin »

    Lire la vérification : checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Rapproché automatiquement.
    ");
    insta::assert_snapshot!(told(&answer, "pt"), @"
    False, segundo Example Checks (12 de março de 2026).

    A alegação checada: “The government has stopped handing out insulin”

    Leia a checagem: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Associado automaticamente.
    ");
}

#[test]
fn snapshots_of_what_is_not_sure_not_agreed_on_or_not_there() {
    insta::assert_snapshot!(told(&found(Decision::Possible, vec![unrated()]), "en"), @"
    I found a check of a similar claim. It may not be this one.

    Answers checked this some time ago (24 February 2023) and gives no rating.

    The question they looked into: “Was the old bridge closed because of a crack?”

    Read the check: answers.example <https://answers.example/fact-checks/bridge-closed-5f2a>
    Matched automatically.
    ");
    let other =
        Match { publisher: "Others".into(), rating: rating("True", RatingClass::True), ..rated() };
    insta::assert_snapshot!(told(&found(Decision::Match, vec![rated(), other]), "en"), @"
    False, says Example Checks (12 March 2026). Publishers do not agree on this one.

    The claim they checked: “The government has stopped handing out insulin”

    Read the check: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Matched automatically.
    ");
    insta::assert_snapshot!(told(&found(Decision::None, Vec::new()), "en"), @"I found no check of this yet. I looked at the checks of 12 publishers. That says nothing about whether it is true.");
}

#[test]
fn more_room_brings_the_summary() {
    let answer = found(Decision::Match, vec![rated()]);
    let reply = short(&words(), lang("en"), &answer, today(), 12, 460);
    insta::assert_snapshot!(reply.plain(), @"
    False, says Example Checks (12 March 2026).

    From the check: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    The claim they checked: “The government has stopped handing out insulin”

    Read the check: checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Matched automatically.
    ");
}
