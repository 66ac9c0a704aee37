//! What moderators read: alerts, the same after a decision, digests.

use chrono::{DateTime, Utc};
use insta::assert_snapshot;

use super::*;
use crate::claim::alert::{Alert, Occasion, Seen, Severity, Spread};

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

pub(super) fn alert() -> Alert {
    let mut matched = rated();
    matched.why.words = ["insulin", "stopped", "handing"].map(str::to_owned).to_vec();
    Alert {
        claim: "c1".into(),
        occasion: Occasion::First,
        severity: Severity::Normal,
        post: Seen {
            text: "They STOPPED handing out insulin!!!\n\nShare before it is deleted".into(),
            url: Some("https://forum.example/t/4711".into()),
            place: "rss.local-forum".into(),
            title: None,
            at: at("2026-11-24T10:00:00Z"),
            answerable: true,
        },
        spread: Spread {
            posts: 1,
            authors: 1,
            places: 1,
            languages: vec!["es".into()],
            last_hour: 1,
            since: at("2026-11-24T10:00:00Z"),
        },
        asked: 0,
        readers: 0,
        decision: Decision::Match,
        matched: Some(matched),
        withdrawn: None,
        page: None,
        at: at("2026-11-24T10:01:00Z"),
    }
}

pub(super) fn grown() -> Alert {
    let mut grown = alert();
    grown.occasion = Occasion::Growth;
    grown.severity = Severity::High;
    grown.decision = Decision::Possible;
    grown.page = Some("https://claims.example.org/claims/c1".into());
    grown.spread = Spread {
        posts: 1_312,
        authors: 801,
        places: 4,
        languages: vec!["es".into(), "en".into(), "tlh".into()],
        last_hour: 58,
        since: at("2026-11-21T10:00:00Z"),
    };
    if let Some(matched) = &mut grown.matched {
        matched.why.guards = ["number", "few-words", "moon-phase"].map(str::to_owned).to_vec();
    }
    grown
}

pub(super) fn shown(code: &str, told: &Alert) -> String {
    drawn(&moderated(&words(), lang(code), told, Some("q1")))
}

pub(super) fn said_in(languages: &[&str], show: impl Fn(&str) -> String) -> String {
    let said: Vec<String> = languages.iter().map(|code| show(code)).collect();
    said.join("\n---\n")
}

pub(super) fn in_every_language(show: impl Fn(&str) -> String) -> String {
    said_in(&["en", "es", "pt", "fr", "de"], show)
}

#[test]
fn a_checked_claim_is_told_with_all_that_helps_to_decide() {
    assert_snapshot!(said_in(&["en", "de"], |code| shown(code, &alert())), @r#"
    *New: a claim that has been checked*

    They STOPPED handing out insulin!!! Share before it is deleted
    Seen in rss.local-forum: forum.example <https://forum.example/t/4711>
    1 post, 1 account so far.
    Language: Spanish

    *False*, says Example Checks (12 March 2026).

    The claim they checked: “The government has stopped handing out insulin”
    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    In common: insulin, stopped, handing
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Right match: Right("q1")][Wrong match: Wrong("q1")]
    [Answer there: AnswerNow("q1")][Mute: Mute("c1")]
    ---
    *Neu: eine geprüfte Behauptung*

    They STOPPED handing out insulin!!! Share before it is deleted
    Gesehen in rss.local-forum: forum.example <https://forum.example/t/4711>
    Bisher 1 Beitrag, 1 Konto.
    Sprache: Spanisch

    *False*, sagt Example Checks (12. März 2026).

    Die geprüfte Behauptung: „The government has stopped handing out insulin“
    Zum Faktencheck: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Gemeinsam: insulin, stopped, handing
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Passt: Right("q1")][Passt nicht: Wrong("q1")]
    [Dort antworten: AnswerNow("q1")][Stumm schalten: Mute("c1")]
    "#);
}

#[test]
fn a_checked_claim_is_told_in_spanish_portuguese_and_french() {
    assert_snapshot!(said_in(&["es", "pt", "fr"], |code| shown(code, &alert())), @r#"
    *Nueva: una afirmación ya verificada*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vista en rss.local-forum: forum.example <https://forum.example/t/4711>
    Por ahora, 1 publicación, 1 cuenta.
    Idioma: español

    *False*, según Example Checks (12 de marzo de 2026).

    La afirmación verificada: «The government has stopped handing out insulin»
    Leer la verificación: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En común: insulin, stopped, handing
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Coincide: Right("q1")][No coincide: Wrong("q1")]
    [Responder allí: AnswerNow("q1")][Silenciar: Mute("c1")]
    ---
    *Nova: uma alegação já checada*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vista em rss.local-forum: forum.example <https://forum.example/t/4711>
    Até agora, 1 publicação, 1 conta.
    Idioma: espanhol

    *False*, segundo Example Checks (12 de março de 2026).

    A alegação checada: “The government has stopped handing out insulin”
    Leia a checagem: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Em comum: insulin, stopped, handing
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Corresponde: Right("q1")][Não corresponde: Wrong("q1")]
    [Responder lá: AnswerNow("q1")][Silenciar: Mute("c1")]
    ---
    *Nouveau : une affirmation déjà vérifiée*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vu dans rss.local-forum : forum.example <https://forum.example/t/4711>
    Pour l’instant, 1 publication, 1 compte.
    Langue : espagnol

    *False*, selon Example Checks (12 mars 2026).

    L’affirmation vérifiée : « The government has stopped handing out insulin »
    Lire la vérification : No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En commun : insulin, stopped, handing
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Correspond: Right("q1")][Ne correspond pas: Wrong("q1")]
    [Répondre là-bas: AnswerNow("q1")][Mettre en sourdine: Mute("c1")]
    "#);
}

#[test]
fn a_claim_that_grows_says_how_far_it_is_and_what_speaks_against_the_match() {
    assert_snapshot!(said_in(&["en", "de"], |code| shown(code, &grown())), @r#"
    *Urgent. Growing: 1,312 posts so far*

    They STOPPED handing out insulin!!! Share before it is deleted
    Seen in rss.local-forum: forum.example <https://forum.example/t/4711>

    1,312 posts, 801 accounts, 4 places, 58 in the last hour, since 21 November 2026.
    Language: Spanish, English, tlh
    More about this claim: claims.example.org <https://claims.example.org/claims/c1>

    The claim they checked: “The government has stopped handing out insulin”

    *False*, says Example Checks (12 March 2026).
    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    In common: insulin, stopped, handing
    May be another claim: another number, the post is very short, moon-phase
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Right match: Right("q1")][Wrong match: Wrong("q1")]
    [Answer there: AnswerNow("q1")][Mute: Mute("c1")]
    ---
    *Dringend. Wächst: bisher 1.312 Beiträge*

    They STOPPED handing out insulin!!! Share before it is deleted
    Gesehen in rss.local-forum: forum.example <https://forum.example/t/4711>

    1.312 Beiträge, 801 Konten, 4 Orte, 58 in der letzten Stunde, seit dem 21. November 2026.
    Sprache: Spanisch, Englisch, tlh
    Mehr zu dieser Behauptung: claims.example.org <https://claims.example.org/claims/c1>

    Die geprüfte Behauptung: „The government has stopped handing out insulin“

    *False*, sagt Example Checks (12. März 2026).
    Zum Faktencheck: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Gemeinsam: insulin, stopped, handing
    Vielleicht eine andere Behauptung: andere Zahl, der Beitrag ist sehr kurz, moon-phase
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Passt: Right("q1")][Passt nicht: Wrong("q1")]
    [Dort antworten: AnswerNow("q1")][Stumm schalten: Mute("c1")]
    "#);
}

#[test]
fn a_claim_that_grows_is_told_in_spanish_portuguese_and_french() {
    assert_snapshot!(said_in(&["es", "pt", "fr"], |code| shown(code, &grown())), @r#"
    *Urgente. Crece: 1.312 publicaciones hasta ahora*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vista en rss.local-forum: forum.example <https://forum.example/t/4711>

    1.312 publicaciones, 801 cuentas, 4 lugares, 58 en la última hora, desde el 21 de noviembre de 2026.
    Idioma: español, inglés, tlh
    Más sobre esta afirmación: claims.example.org <https://claims.example.org/claims/c1>

    La afirmación verificada: «The government has stopped handing out insulin»

    *False*, según Example Checks (12 de marzo de 2026).
    Leer la verificación: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En común: insulin, stopped, handing
    Quizá sea otra afirmación: otro número, la publicación es muy corta, moon-phase
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Coincide: Right("q1")][No coincide: Wrong("q1")]
    [Responder allí: AnswerNow("q1")][Silenciar: Mute("c1")]
    ---
    *Urgente. Crescendo: 1.312 publicações até agora*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vista em rss.local-forum: forum.example <https://forum.example/t/4711>

    1.312 publicações, 801 contas, 4 lugares, 58 na última hora, desde 21 de novembro de 2026.
    Idioma: espanhol, inglês, tlh
    Mais sobre esta alegação: claims.example.org <https://claims.example.org/claims/c1>

    A alegação checada: “The government has stopped handing out insulin”

    *False*, segundo Example Checks (12 de março de 2026).
    Leia a checagem: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Em comum: insulin, stopped, handing
    Talvez seja outra alegação: outro número, a publicação é muito curta, moon-phase
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Corresponde: Right("q1")][Não corresponde: Wrong("q1")]
    [Responder lá: AnswerNow("q1")][Silenciar: Mute("c1")]
    ---
    *Urgent. En hausse : 1 312 publications jusqu’ici*

    They STOPPED handing out insulin!!! Share before it is deleted
    Vu dans rss.local-forum : forum.example <https://forum.example/t/4711>

    1 312 publications, 801 comptes, 4 endroits, 58 dans la dernière heure, depuis le 21 novembre 2026.
    Langue : espagnol, anglais, tlh
    Plus sur cette affirmation : claims.example.org <https://claims.example.org/claims/c1>

    L’affirmation vérifiée : « The government has stopped handing out insulin »

    *False*, selon Example Checks (12 mars 2026).
    Lire la vérification : No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En commun : insulin, stopped, handing
    Peut-être une autre affirmation : autre nombre, la publication est très courte, moon-phase
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Correspond: Right("q1")][Ne correspond pas: Wrong("q1")]
    [Répondre là-bas: AnswerNow("q1")][Mettre en sourdine: Mute("c1")]
    "#);
}

#[test]
fn each_occasion_has_its_headline() {
    let occasions = [
        Occasion::First,
        Occasion::Growth,
        Occasion::Answered,
        Occasion::Changed,
        Occasion::Silent,
        Occasion::NotSame,
    ];
    let headlines = |code: &str| {
        let mut all = occasions
            .map(|occasion| headline(&words(), lang(code), &Alert { occasion, ..alert() }));
        all[1] = headline(&words(), lang(code), &Alert { matched: None, ..alert() });
        all.join("\n")
    };
    assert_snapshot!(in_every_language(headlines), @r#"
    New: a claim that has been checked
    Spreading: a claim without a check
    A claim that spreads has now been checked
    A check was changed or taken back
    rss.local-forum has gone silent
    0 readers say: not the same claim
    ---
    Nueva: una afirmación ya verificada
    Se difunde: una afirmación sin verificar
    Ya hay una verificación de una afirmación que se difunde
    Una verificación cambió o fue retirada
    rss.local-forum ha dejado de publicar
    0 personas dicen: no es la misma afirmación
    ---
    Nova: uma alegação já checada
    Espalhando-se: uma alegação sem checagem
    Uma alegação que se espalha acaba de ser checada
    Uma checagem foi alterada ou retirada
    rss.local-forum parou de publicar
    0 pessoa diz: não é a mesma alegação
    ---
    Nouveau : une affirmation déjà vérifiée
    En circulation : une affirmation sans vérification
    Une affirmation qui circule vient d’être vérifiée
    Une vérification a été modifiée ou retirée
    rss.local-forum ne publie plus rien
    0 personne dit : ce n’est pas la même affirmation
    ---
    Neu: eine geprüfte Behauptung
    Verbreitet sich: eine Behauptung ohne Faktencheck
    Zu einer verbreiteten Behauptung gibt es jetzt einen Faktencheck
    Ein Faktencheck wurde geändert oder zurückgezogen
    rss.local-forum ist verstummt
    0 Personen sagen: nicht dieselbe Behauptung
    "#);
}

#[test]
fn a_check_that_may_be_of_another_claim_is_not_said_to_be_of_this_one() {
    let unsure = Alert { occasion: Occasion::Answered, decision: Decision::Possible, ..alert() };
    let headlines = in_every_language(|code| headline(&words(), lang(code), &unsure));
    assert_snapshot!(headlines, @r#"
    A claim that spreads has perhaps been checked now
    ---
    Quizá ya haya una verificación de una afirmación que se difunde
    ---
    Uma alegação que se espalha talvez já tenha sido checada
    ---
    Une affirmation qui circule vient peut-être d’être vérifiée
    ---
    Zu einer verbreiteten Behauptung gibt es jetzt vielleicht einen Faktencheck
    "#);
}

#[test]
fn a_source_that_is_silent_asks_for_nothing() {
    let silent = Alert { occasion: Occasion::Silent, ..alert() };
    assert_snapshot!(in_every_language(|code| shown(code, &silent)), @r#"
    *rss.local-forum has gone silent*

    The last post came on 24 November 2026. It has never been silent for so long: please see whether it still works.
    ---
    *rss.local-forum ha dejado de publicar*

    La última publicación llegó el 24 de noviembre de 2026. Nunca hubo un silencio tan largo: compruebe si todo funciona.
    ---
    *rss.local-forum parou de publicar*

    A última publicação chegou em 24 de novembro de 2026. Nunca houve um silêncio tão longo: veja se tudo ainda funciona.
    ---
    *rss.local-forum ne publie plus rien*

    La dernière publication date du 24 novembre 2026. Jamais le silence n’a duré si longtemps : vérifiez que tout fonctionne.
    ---
    *rss.local-forum ist verstummt*

    Der letzte Beitrag kam am 24. November 2026. So lange war es dort noch nie still: Bitte nachsehen, ob noch alles geht.
    "#);
}

#[test]
fn what_has_no_check_asks_for_no_decision() {
    let told = Alert { matched: None, decision: Decision::None, ..alert() };
    let buttons = |told: &Alert, ask| {
        let reply = moderated(&words(), lang("en"), told, ask);
        let actions = reply.buttons.into_iter().flatten().map(|button| button.action);
        actions.collect::<Vec<_>>()
    };
    let mute = Action::Mute("c1".into());
    assert_eq!(buttons(&told, Some("q1")), buttons(&alert(), None));
    assert_eq!(buttons(&alert(), None), std::slice::from_ref(&mute));
    let q = || "q1".to_owned();
    let all = [Action::Right(q()), Action::Wrong(q()), Action::AnswerNow(q()), mute.clone()];
    assert_eq!(buttons(&alert(), Some("q1")), all);
    let mut elsewhere = alert();
    elsewhere.post.answerable = false;
    let decide = [Action::Right(q()), Action::Wrong(q()), mute];
    assert_eq!(buttons(&elsewhere, Some("q1")), decide, "nobody can be answered in a feed");
}

#[test]
fn a_subject_is_one_line_with_how_the_post_begins() {
    let mut told = grown();
    told.post.text = format!("Look\r\nBcc: all@example.org {}", "and more ".repeat(60));
    assert_snapshot!(subject(&words(), lang("en"), &told), @"Urgent. Growing: 1,312 posts so far: “Look Bcc: all@example.org and more and more and more and more and more and …”");
    told.post.text = " \n".to_owned();
    assert_snapshot!(subject(&words(), lang("en"), &told), @"Urgent. Growing: 1,312 posts so far");
}
