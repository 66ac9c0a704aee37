//! Answers, as people read them.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_match_says_verdict_publisher_and_date_first() {
    assert_snapshot!(drawn(&told("en", &found(Decision::Match, vec![rated()]))), @r#"
    *False*, says Example Checks (12 March 2026).

    From the check: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    The claim they checked: “The government has stopped handing out insulin”

    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Sources: [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> and 2 more on the page

    Matched automatically to your message. Not the same? Tell me.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Read it at checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Not the same claim: NotSame("insulin")]
    "#);
}

#[test]
fn a_match_in_spanish_says_that_the_summary_is_in_english() {
    assert_snapshot!(drawn(&told("es", &found(Decision::Match, vec![rated()]))), @r#"
    *False*, según Example Checks (12 de marzo de 2026).

    Resumen en inglés: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    La afirmación verificada: «The government has stopped handing out insulin»

    Leer la verificación: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Fuentes: [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> y 2 más en la página

    Relacionado automáticamente con su mensaje. ¿No es lo mismo? Avíseme.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Leer en checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [No es la misma afirmación: NotSame("insulin")]
    "#);
}

#[test]
fn a_match_in_portuguese() {
    assert_snapshot!(drawn(&told("pt", &found(Decision::Match, vec![rated()]))), @r#"
    *False*, segundo Example Checks (12 de março de 2026).

    Resumo em inglês: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    A alegação checada: “The government has stopped handing out insulin”

    Leia a checagem: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Fontes: [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> e mais 2 na página

    Associado automaticamente à sua mensagem. Não é a mesma coisa? Avise.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Ler em checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Não é a mesma alegação: NotSame("insulin")]
    "#);
}

#[test]
fn a_match_in_french() {
    assert_snapshot!(drawn(&told("fr", &found(Decision::Match, vec![rated()]))), @r#"
    *False*, selon Example Checks (12 mars 2026).

    Résumé en anglais : Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    L’affirmation vérifiée : « The government has stopped handing out insulin »

    Lire la vérification : No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Sources : [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> et 2 autres sur la page

    Rapproché automatiquement de votre message. Ce n’est pas la même chose ? Dites-le-moi.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Lire sur checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Ce n’est pas la même affirmation: NotSame("insulin")]
    "#);
}

#[test]
fn a_match_in_german() {
    assert_snapshot!(drawn(&told("de", &found(Decision::Match, vec![rated()]))), @r#"
    *False*, sagt Example Checks (12. März 2026).

    Zusammenfassung auf Englisch: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    Die geprüfte Behauptung: „The government has stopped handing out insulin“

    Zum Faktencheck: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Quellen: [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> und 2 weitere auf der Seite

    Automatisch Ihrer Nachricht zugeordnet. Nicht dasselbe? Sagen Sie es mir.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Lesen auf checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Nicht dieselbe Behauptung: NotSame("insulin")]
    "#);
}

#[test]
fn a_check_without_rating_gets_no_verdict_from_us() {
    assert_snapshot!(drawn(&told("en", &found(Decision::Match, vec![unrated()]))), @r#"
    Answers checked this some time ago (24 February 2023) and gives no rating.

    What they found: The city closed the bridge for a planned inspection [1]. No crack was found [2].

    The question they looked into: “Was the old bridge closed because of a crack?”

    Read the check: answers.example <https://answers.example/fact-checks/bridge-closed-5f2a>

    Matched automatically to your message. Not the same? Tell me.
    (preview https://answers.example/fact-checks/bridge-closed-5f2a)
    [Read it at answers.example: Open("https://answers.example/fact-checks/bridge-closed-5f2a")]
    [What is missing, and who benefits: Context("bridge")]
    [Not the same claim: NotSame("bridge")]
    "#);
}

#[test]
fn what_is_missing_and_who_benefits_comes_after_the_button() {
    let given = found(Decision::Match, vec![unrated()]);
    let reply = with_context(&words(), lang("en"), &given, today(), Audience::Group);
    assert_snapshot!(drawn(&reply), @r#"
    Answers checked this some time ago (24 February 2023) and gives no rating.

    What they found: The city closed the bridge for a planned inspection [1]. No crack was found [2].

    The question they looked into: “Was the old bridge closed because of a crack?”

    *What is missing, according to Answers*
    Two things are left out:
    - The closing was announced in May [1]
    - It lasted one day [2]

    *Possible bias and who benefits, according to Answers*
    Several groups could benefit:
    - Those who want a new bridge
    - Ferry companies

    Read the check: answers.example <https://answers.example/fact-checks/bridge-closed-5f2a>

    Matched automatically to this message. Not the same? Tell me.
    (preview https://answers.example/fact-checks/bridge-closed-5f2a)
    [Read it at answers.example: Open("https://answers.example/fact-checks/bridge-closed-5f2a")]
    [Back to the short answer: Back("bridge")]
    [Not the same claim: NotSame("bridge")]
    "#);
}

#[test]
fn a_similar_claim_is_offered_without_a_verdict_in_front() {
    assert_snapshot!(drawn(&told("en", &found(Decision::Possible, vec![rated()]))), @r#"
    I found a check of a similar claim. It may not be yours.

    The claim they checked: “The government has stopped handing out insulin”

    *False*, says Example Checks (12 March 2026).

    From the check: Insulin is still handed out in all 27 states [1]. One delivery was late in January because a contract changed [3].

    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Sources: [1] Ministry report 1 (health.example) <https://health.example/report/1>, [2] Ministry report 2 (health.example) <https://health.example/report/2>, [3] Ministry report 3 (health.example) <https://health.example/report/3>, [4] Ministry report 4 (health.example) <https://health.example/report/4>, [5] Ministry report 5 (health.example) <https://health.example/report/5> and 2 more on the page

    Matched automatically to your message. Not the same? Tell me.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Read it at checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Not the same claim: NotSame("insulin")]
    "#);
}

#[test]
fn publishers_who_disagree_are_said_to() {
    let other = |publisher: &str, text: &str, class| Match {
        publisher: publisher.into(),
        url: Some(format!("https://{}.example/a", publisher.to_lowercase())),
        rating: rating(text, class),
        ..rated()
    };
    let mut unsure = other("Unsure", "True", RatingClass::True);
    unsure.why.guards.push("number".into());
    let given = found(
        Decision::Match,
        vec![
            rated(),
            other("Newsroom", "Half true", RatingClass::Mixed),
            other("Newsroom", "True", RatingClass::True),
            unsure,
        ],
    );
    let mut short = given;
    for given in &mut short.matches {
        given.sources.clear();
        given.summary = None;
    }
    assert_snapshot!(drawn(&told("en", &short)), @r#"
    *False*, says Example Checks (12 March 2026).
    Publishers do not agree on this one. The others are listed below.

    The claim they checked: “The government has stopped handing out insulin”

    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Also checked by:
    *Half true*, says Newsroom (12 March 2026). newsroom.example <https://newsroom.example/a>

    Matched automatically to your message. Not the same? Tell me.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Read it at checks.example: Open("https://www.checks.example/insulin-handed-out?utm_source=rss")]
    [Not the same claim: NotSame("insulin")]
    "#);
}

#[test]
fn publishers_who_agree_are_only_listed() {
    let mut other = rated();
    other.publisher = "Newsroom".into();
    other.rating = rating("Altered photo", RatingClass::Altered);
    let text = told("en", &found(Decision::Match, vec![rated(), other])).text;
    assert!(text.contains("Altered photo, says Newsroom"), "{text}");
    assert!(!text.contains("do not agree"), "{text}");
}

#[test]
fn nothing_found_is_said_honestly_and_promises_nothing() {
    let none = found(Decision::None, Vec::new());
    let each = words()
        .langs()
        .map(|lang| drawn(&answer(&words(), lang, &none, today(), Audience::Private, 120)));
    assert_snapshot!(each.collect::<Vec<_>>().join("\n---\n"), @r#"
    I found no check of this yet. I looked at the checks of 120 publishers. That says nothing about whether it is true.

    A tip that often helps: find out who said it first, and when.
    ---
    Por ahora no encontré ninguna verificación de esto. Busqué en las de 120 medios. Eso no dice si es cierto o no.

    Un consejo que suele ayudar: averiguar quién lo dijo primero y cuándo.
    ---
    Ainda não encontrei uma checagem disto. Procurei nas checagens de 120 veículos. Isso não diz se é verdade ou não.

    Uma dica que costuma ajudar: descubra quem disse isso primeiro e quando.
    ---
    Je n’ai pas encore trouvé de vérification à ce sujet. J’ai cherché chez 120 médias. Cela ne dit pas si c’est vrai ou faux.

    Un conseil souvent utile : cherchez qui l’a dit en premier, et quand.
    ---
    Dazu habe ich noch keinen Faktencheck gefunden. Gesucht habe ich bei 120 Redaktionen. Das sagt nichts darüber, ob es stimmt.

    Ein Tipp, der oft hilft: herausfinden, wer es zuerst gesagt hat und wann.
    "#);
}

#[test]
fn nothing_found_in_a_group_is_short_and_with_one_or_no_publisher_still_right() {
    let none = found(Decision::None, Vec::new());
    let each = [0, 1, 12_345].map(|publishers| {
        drawn(&answer(&words(), lang("en"), &none, today(), Audience::Group, publishers))
    });
    assert_snapshot!(each.join("\n---\n"), @r#"
    I cannot look this up yet: no published checks are loaded.
    ---
    I found no check of this yet. I looked at the checks of 1 publisher. That says nothing about whether it is true.
    ---
    I found no check of this yet. I looked at the checks of 12,345 publishers. That says nothing about whether it is true.
    "#);
}

#[test]
fn a_verdict_that_is_a_sentence_is_quoted() {
    let mut long = rated();
    long.rating =
        rating("There is no evidence that deliveries of insulin were stopped.", RatingClass::Other);
    long.date_published = Some("not a day".into());
    let mut older = rated();
    older.rating = rating("Falso.", RatingClass::False);
    older.date_published = Some("2024-11-21".into());
    let first = |given| {
        told("en", &found(Decision::Match, vec![given])).text.lines().next().map(str::to_owned)
    };
    let lines = [long, older, unrated()].map(|given| first(given).unwrap_or_default());
    assert_snapshot!(lines.join("\n"), @r#"
    Example Checks says: “There is no evidence that deliveries of insulin were stopped.”
    Falso, says Example Checks in an older check (21 November 2024).
    Answers checked this some time ago (24 February 2023) and gives no rating.
    "#);
}

#[test]
fn words_written_from_right_to_left_do_not_turn_our_sentence() {
    let mut arabic = rated();
    arabic.rating = rating("زائف", RatingClass::False);
    arabic.claim_reviewed = Some("الحكومة أوقفت توزيع الأنسولين".into());
    arabic.in_language = Some("ar".into());
    arabic.sources.clear();
    let reply = told("en", &found(Decision::Match, vec![arabic]));
    assert_eq!(reply.span(&reply.entities[0]), "زائف");
    assert!(reply.text.starts_with("\u{2068}زائف\u{2069}, says Example Checks"), "{}", reply.text);
    assert!(reply.text.contains("Summary in Arabic: Insulin"), "{}", reply.text);
}

#[test]
fn dangerous_addresses_are_not_opened() {
    let mut bad = rated();
    bad.url = Some("javascript:alert(1)".into());
    bad.sources[0].url = Some("tg://resolve?domain=x".into());
    bad.sources[1].url = Some("https://health.example@evil.example/".into());
    let reply = told("en", &found(Decision::Match, vec![bad]));
    assert_eq!(reply.preview, None);
    assert!(
        reply.text.contains("[1] Ministry report 1, [2] Ministry report 2 (evil.example)"),
        "{}",
        reply.text
    );
    let opens = |button: &&Button| matches!(button.action, Action::Open(_));
    assert_eq!(reply.buttons.iter().flatten().filter(opens).count(), 0);
}

#[test]
fn a_verdict_begins_its_line_large_and_is_not_touched_otherwise() {
    let says = |verdict: &str, language: &str| {
        let given = Match {
            rating: rating(verdict, RatingClass::False),
            in_language: Some(language.into()),
            ..rated()
        };
        let said = told("en", &found(Decision::Match, vec![given])).text;
        said.split(", says").next().unwrap_or_default().to_owned()
    };
    let each = [("false", "en"), ("half-true", "en"), ("iddia yanlış", "tr"), ("ложь", "ru")];
    let each = each.map(|(verdict, language)| says(verdict, language));
    assert_eq!(each, ["False", "Half-true", "İddia yanlış", "Ложь"]);
    assert_eq!(["“Fake”", "虚假"].map(|verdict| says(verdict, "zh")), ["“Fake”", "虚假"]);
}
