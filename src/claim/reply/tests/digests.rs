//! What moderators read of many claims at once: the digest.

use insta::assert_snapshot;

use super::alerts::{alert, at, grown, said_in};
use super::*;
use crate::claim::alert::{Alert, Digest, Gap, Seen, Spread};

fn gap(text: Option<&str>, asked: u64, posts: u64) -> Gap {
    let since = at("2026-11-23T10:00:00Z");
    Gap {
        claim: "g".into(),
        text: text.map(str::to_owned),
        language: Some("es".into()),
        asked,
        spread: Spread { posts, authors: posts, since, ..Spread::default() },
    }
}

fn shown(code: &str) -> String {
    let told = Digest {
        from: at("2026-11-23T08:00:00Z"),
        to: at("2026-11-24T08:00:00Z"),
        claims: vec![grown(), alert()],
        gaps: vec![gap(Some("The old bridge will be sold"), 3, 12), gap(None, 1, 0)],
    };
    let pages = digest(&words(), lang(code), &told);
    assert_eq!(pages.len(), 1);
    drawn(&pages[0])
}

#[test]
fn a_digest_lists_what_spreads_and_what_is_missing() {
    assert_snapshot!(said_in(&["en", "de"], shown), @r#"
    *From 23 November 2026 to 24 November 2026*

    *Checked claims that spread*

    “They STOPPED handing out insulin!!! Share before it is deleted” forum.example <https://forum.example/t/4711>
    **False**, says Example Checks (12 March 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1,312 posts, 801 accounts, 4 places, 58 in the last hour, since 21 November 2026.
    Language: Spanish, English, tlh

    “They STOPPED handing out insulin!!! Share before it is deleted” forum.example <https://forum.example/t/4711>
    False, says Example Checks (12 March 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1 post, 1 account so far.
    Language: Spanish

    *Claims without a check*

    “The old bridge will be sold”
    Asked about 3 times.
    12 posts, 12 accounts, since 23 November 2026.
    Language: Spanish

    Asked about in private; the text is not shown.
    Asked about once.
    Language: Spanish
    ---
    *Vom 23. November 2026 bis zum 24. November 2026*

    *Geprüfte Behauptungen, die sich verbreiten*

    „They STOPPED handing out insulin!!! Share before it is deleted“ forum.example <https://forum.example/t/4711>
    **False**, sagt Example Checks (12. März 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1.312 Beiträge, 801 Konten, 4 Orte, 58 in der letzten Stunde, seit dem 21. November 2026.
    Sprache: Spanisch, Englisch, tlh

    „They STOPPED handing out insulin!!! Share before it is deleted“ forum.example <https://forum.example/t/4711>
    False, sagt Example Checks (12. März 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Bisher 1 Beitrag, 1 Konto.
    Sprache: Spanisch

    *Behauptungen ohne Faktencheck*

    „The old bridge will be sold“
    3 Mal gefragt.
    12 Beiträge, 12 Konten, seit dem 23. November 2026.
    Sprache: Spanisch

    Privat gefragt; der Text wird nicht gezeigt.
    Einmal gefragt.
    Sprache: Spanisch
    "#);
}

#[test]
fn what_has_no_text_is_not_said_to_be_private_where_it_was_public() {
    let day = at("2026-11-24T08:00:00Z");
    let taken_back =
        Alert { post: Seen { text: String::new(), url: None, ..alert().post }, ..alert() };
    let (claims, gaps) = (vec![taken_back], vec![gap(None, 1, 3)]);
    let told = Digest { from: day, to: day, claims, gaps };
    for (code, unkept, private) in [
        ("en", "The text is not kept.", "in private"),
        ("de", "Der Text ist nicht gespeichert.", "Privat"),
        ("es", "El texto no se conserva.", "en privado"),
        ("fr", "Le texte n’est pas conservé.", "en privé"),
        ("pt", "O texto não é guardado.", "em privado"),
    ] {
        let [page] = digest(&words(), lang(code), &told).try_into().expect("one message");
        assert_eq!(page.text.matches(unkept).count(), 2, "{}", page.text);
        assert!(!page.text.contains(private), "{}", page.text);
    }
}

#[test]
fn a_digest_in_spanish_and_portuguese() {
    assert_snapshot!(said_in(&["es", "pt"], shown), @r#"
    *Del 23 de noviembre de 2026 al 24 de noviembre de 2026*

    *Afirmaciones verificadas que se difunden*

    «They STOPPED handing out insulin!!! Share before it is deleted» forum.example <https://forum.example/t/4711>
    **False**, según Example Checks (12 de marzo de 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1.312 publicaciones, 801 cuentas, 4 lugares, 58 en la última hora, desde el 21 de noviembre de 2026.
    Idioma: español, inglés, tlh

    «They STOPPED handing out insulin!!! Share before it is deleted» forum.example <https://forum.example/t/4711>
    False, según Example Checks (12 de marzo de 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Por ahora, 1 publicación, 1 cuenta.
    Idioma: español

    *Afirmaciones sin verificar*

    «The old bridge will be sold»
    Preguntaron 3 veces.
    12 publicaciones, 12 cuentas, desde el 23 de noviembre de 2026.
    Idioma: español

    Pregunta hecha en privado; no se muestra el texto.
    Preguntaron una vez.
    Idioma: español
    ---
    *De 23 de novembro de 2026 a 24 de novembro de 2026*

    *Alegações checadas que se espalham*

    “They STOPPED handing out insulin!!! Share before it is deleted” forum.example <https://forum.example/t/4711>
    **False**, segundo Example Checks (12 de março de 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1.312 publicações, 801 contas, 4 lugares, 58 na última hora, desde 21 de novembro de 2026.
    Idioma: espanhol, inglês, tlh

    “They STOPPED handing out insulin!!! Share before it is deleted” forum.example <https://forum.example/t/4711>
    False, segundo Example Checks (12 de março de 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Até agora, 1 publicação, 1 conta.
    Idioma: espanhol

    *Alegações sem checagem*

    “The old bridge will be sold”
    Perguntaram 3 vezes.
    12 publicações, 12 contas, desde 23 de novembro de 2026.
    Idioma: espanhol

    Perguntada em privado; o texto não é mostrado.
    Perguntaram uma vez.
    Idioma: espanhol
    "#);
}

#[test]
fn a_digest_in_french() {
    assert_snapshot!(shown("fr"), @r#"
    *Du 23 novembre 2026 au 24 novembre 2026*

    *Affirmations vérifiées qui circulent*

    « They STOPPED handing out insulin!!! Share before it is deleted » forum.example <https://forum.example/t/4711>
    **False**, selon Example Checks (12 mars 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    1 312 publications, 801 comptes, 4 endroits, 58 dans la dernière heure, depuis le 21 novembre 2026.
    Langue : espagnol, anglais, tlh

    « They STOPPED handing out insulin!!! Share before it is deleted » forum.example <https://forum.example/t/4711>
    False, selon Example Checks (12 mars 2026). checks.example <https://www.checks.example/insulin-handed-out?utm_source=rss>
    Pour l’instant, 1 publication, 1 compte.
    Langue : espagnol

    *Affirmations sans vérification*

    « The old bridge will be sold »
    Demandé 3 fois.
    12 publications, 12 comptes, depuis le 23 novembre 2026.
    Langue : espagnol

    Question posée en privé ; le texte n’est pas montré.
    Demandé une fois.
    Langue : espagnol
    "#);
}

#[test]
fn a_long_digest_is_several_messages_and_an_empty_one_is_none() {
    let day = at("2026-11-24T08:00:00Z");
    let empty = Digest { from: day, to: day, claims: Vec::new(), gaps: Vec::new() };
    assert_eq!(digest(&words(), lang("en"), &empty), []);
    let long = "A word and another one ".repeat(30);
    let full =
        Digest { claims: vec![grown(); 50], gaps: vec![gap(Some(&long), 1, 1); 50], ..empty };
    let pages = digest(&words(), lang("en"), &full);
    assert!((2..=4).contains(&pages.len()), "{} messages", pages.len());
    let all: String = pages.iter().map(|page| page.text.as_str()).collect();
    assert_eq!(all.matches("… and 30 more").count(), 2);
    assert!(all.starts_with("On 24 November 2026"));
    assert!(pages.iter().all(|page| page.buttons.is_empty() && page.preview.is_none()));
}
