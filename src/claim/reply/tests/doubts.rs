//! What moderators read when readers say that a check is about another claim.

use insta::assert_snapshot;

use super::alerts::{alert, said_in, shown};
use super::*;
use crate::claim::alert::{Alert, Occasion, Seen};

fn doubted() -> Alert {
    let decision = Decision::Possible;
    let post = Seen { answerable: false, ..alert().post };
    Alert { occasion: Occasion::NotSame, readers: 2, decision, post, ..alert() }
}

fn private() -> Alert {
    Alert { claim: String::new(), post: Seen::default(), ..doubted() }
}

#[test]
fn readers_who_say_not_the_same_claim_are_counted_and_what_they_asked_is_not_shown() {
    assert_snapshot!(said_in(&["en", "de"], |code| shown(code, &private())), @r#"
    *2 readers say: not the same claim*

    They got the check below for nearly the same text. What readers ask is not shown.

    The claim they checked: “The government has stopped handing out insulin”

    *False*, says Example Checks (12 March 2026).
    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    In common: insulin, stopped, handing

    If it is wrong for them, press “Wrong match”: such questions do not get it any more.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Right match: Right("q1")][Wrong match: Wrong("q1")]
    ---
    *2 Personen sagen: nicht dieselbe Behauptung*

    Sie bekamen den Faktencheck unten zu fast dem gleichen Text. Was jemand fragt, wird nicht gezeigt.

    Die geprüfte Behauptung: „The government has stopped handing out insulin“

    *False*, sagt Example Checks (12. März 2026).
    Zum Faktencheck: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Gemeinsam: insulin, stopped, handing

    Passt er dazu nicht, hilft „Passt nicht“: Solche Fragen bekommen ihn dann nicht mehr.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Passt: Right("q1")][Passt nicht: Wrong("q1")]
    "#);
}

#[test]
fn readers_are_counted_in_spanish_portuguese_and_french() {
    assert_snapshot!(said_in(&["es", "pt", "fr"], |code| shown(code, &private())), @r#"
    *2 personas dicen: no es la misma afirmación*

    Recibieron la verificación de abajo por textos casi iguales. Lo que alguien pregunta no se muestra.

    La afirmación verificada: «The government has stopped handing out insulin»

    *False*, según Example Checks (12 de marzo de 2026).
    Leer la verificación: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En común: insulin, stopped, handing

    Si no corresponde, pulse «No coincide»: esas preguntas ya no la recibirán.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Coincide: Right("q1")][No coincide: Wrong("q1")]
    ---
    *2 pessoas dizem: não é a mesma alegação*

    Receberam a checagem abaixo por textos quase iguais. O que alguém pergunta não é mostrado.

    A alegação checada: “The government has stopped handing out insulin”

    *False*, segundo Example Checks (12 de março de 2026).
    Leia a checagem: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Em comum: insulin, stopped, handing

    Se não servir, toque em “Não corresponde”: perguntas assim deixam de recebê-la.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Corresponde: Right("q1")][Não corresponde: Wrong("q1")]
    ---
    *2 personnes disent : ce n’est pas la même affirmation*

    La vérification ci-dessous a été donnée pour des textes presque identiques. Ce que l’on demande n’est pas montré.

    L’affirmation vérifiée : « The government has stopped handing out insulin »

    *False*, selon Example Checks (12 mars 2026).
    Lire la vérification : No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    En commun : insulin, stopped, handing

    Si elle ne convient pas, appuyez sur « Ne correspond pas » : de telles questions ne la recevront plus.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Correspond: Right("q1")][Ne correspond pas: Wrong("q1")]
    "#);
}

#[test]
fn a_public_post_that_says_the_same_is_shown_with_readers_doubts() {
    assert_snapshot!(shown("en", &doubted()), @r#"
    *2 readers say: not the same claim*

    They got the check below for nearly this text, which was also seen in public:

    They STOPPED handing out insulin!!! Share before it is deleted
    forum.example <https://forum.example/t/4711>

    The claim they checked: “The government has stopped handing out insulin”

    *False*, says Example Checks (12 March 2026).
    Read the check: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    In common: insulin, stopped, handing

    If it is wrong for them, press “Wrong match”: such questions do not get it any more.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Right match: Right("q1")][Wrong match: Wrong("q1")]
    [Mute: Mute("c1")]
    "#);
    assert_snapshot!(shown("de", &Alert { readers: 1, ..doubted() }), @r#"
    *1 Person sagt: nicht dieselbe Behauptung*

    Sie bekamen den Faktencheck unten zu fast diesem Text, der auch öffentlich zu lesen war:

    They STOPPED handing out insulin!!! Share before it is deleted
    forum.example <https://forum.example/t/4711>

    Die geprüfte Behauptung: „The government has stopped handing out insulin“

    *False*, sagt Example Checks (12. März 2026).
    Zum Faktencheck: No, insulin is still handed out (checks.example) <https://www.checks.example/insulin-handed-out?utm_source=rss>

    Gemeinsam: insulin, stopped, handing

    Passt er dazu nicht, hilft „Passt nicht“: Solche Fragen bekommen ihn dann nicht mehr.
    (preview https://www.checks.example/insulin-handed-out?utm_source=rss)
    [Passt: Right("q1")][Passt nicht: Wrong("q1")]
    [Stumm schalten: Mute("c1")]
    "#);
}
