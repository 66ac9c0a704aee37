//! What moderators read after something was decided, and where a post was seen.

use std::collections::HashMap;

use insta::assert_snapshot;

use super::alerts::{alert, at, in_every_language, shown};
use super::*;

#[test]
fn a_decision_is_shown_without_who_made_it_and_leaves_the_buttons_that_make_sense() {
    let told = moderated(&words(), lang("en"), &alert(), Some("q1"));
    let by_now = |lang, by_now| ruled(&words(), lang, &told, &HashMap::new(), by_now);
    let right = Ruled { right: Some(true), ..Ruled::default() };
    let wrong = Ruled { right: Some(false), ..Ruled::default() };
    let reply = by_now(lang("en"), right);
    assert!(reply.text.starts_with(&told.text));
    assert_eq!(reply.entities.len(), told.entities.len() + 1);
    assert_eq!(reply.preview, told.preview);
    let until = at("2026-12-01T00:00:00Z").date_naive();
    let waits = Ruled { answered: true, waits: true, ..Ruled::default() };
    let all = Ruled { right: Some(true), muted: Some(until), waits: false, ..waits };
    let said = |ruled| {
        let said = words().langs().map(|lang| {
            let reply = by_now(lang, ruled);
            let buttons = reply.buttons.iter().flatten();
            let buttons: String = buttons.map(|button| format!(" [{}]", button.label)).collect();
            format!("{}{buttons}", reply.text.strip_prefix(&told.text).unwrap_or_default().trim())
        });
        said.collect::<Vec<_>>()
    };
    assert_snapshot!([right, wrong, waits, all].map(said).concat().join("\n"), @r#"
    Decided: right match. [Answer there] [Mute]
    Decidido: coincide. [Answer there] [Mute]
    Decidido: corresponde. [Answer there] [Mute]
    Décidé : correspond. [Answer there] [Mute]
    Entschieden: passt. [Answer there] [Mute]
    Decided: wrong match.
    Decidido: no coincide.
    Decidido: não corresponde.
    Décidé : ne correspond pas.
    Entschieden: passt nicht.
    Answer there requested. [Right match] [Wrong match] [Take back] [Mute]
    Respuesta allí solicitada. [Right match] [Wrong match] [Cancelar el envío] [Mute]
    Resposta lá solicitada. [Right match] [Wrong match] [Cancelar o envio] [Mute]
    Réponse là-bas demandée. [Right match] [Wrong match] [Annuler l’envoi] [Mute]
    Antwort dort veranlasst. [Right match] [Wrong match] [Zurücknehmen] [Mute]
    Decided: right match.
    Answer there requested.
    Muted until 1 December 2026. [Unmute]
    Decidido: coincide.
    Respuesta allí solicitada.
    Silenciada hasta el 1 de diciembre de 2026. [Reactivar]
    Decidido: corresponde.
    Resposta lá solicitada.
    Silenciada até 1 de dezembro de 2026. [Reativar]
    Décidé : correspond.
    Réponse là-bas demandée.
    En sourdine jusqu’au 1er décembre 2026. [Réactiver]
    Entschieden: passt.
    Antwort dort veranlasst.
    Stumm bis zum 1. Dezember 2026. [Nicht mehr stumm]
    "#);
    // What is stored under an id does what is kept of it.
    let mut stored = told.clone();
    stored.buttons =
        vec![vec![Button { label: "Mute".into(), action: Action::Stored("b".into()) }]];
    let kept = HashMap::from([("b".to_owned(), Action::Mute("c1".into()))]);
    let unmute = ruled(&words(), lang("en"), &stored, &kept, all).buttons;
    assert_eq!(unmute[0][0].action, Action::Unmute("c1".into()));
    assert_eq!(ruled(&words(), lang("en"), &stored, &kept, right).buttons, stored.buttons);
}

#[test]
fn a_group_is_named_as_it_names_itself_and_readers_who_asked_are_counted() {
    let mut told = alert();
    told.post.place = "telegram.main".into();
    told.post.title = Some("Ward 5\nneighbours <b>".into());
    told.asked = 3;
    let seen = |code: &str| {
        let text = shown(code, &told);
        text.lines().skip(3).take(2).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(in_every_language(seen), @r#"
    Seen in “Ward 5 neighbours <b>” (telegram.main): forum.example <https://forum.example/t/4711>
    1 post, 1 account, asked about 3 times so far.
    ---
    Vista en «Ward 5 neighbours <b>» (telegram.main): forum.example <https://forum.example/t/4711>
    Por ahora, 1 publicación, 1 cuenta, 3 preguntas.
    ---
    Vista em “Ward 5 neighbours <b>” (telegram.main): forum.example <https://forum.example/t/4711>
    Até agora, 1 publicação, 1 conta, 3 perguntas.
    ---
    Vu dans « Ward 5 neighbours <b> » (telegram.main) : forum.example <https://forum.example/t/4711>
    Pour l’instant, 1 publication, 1 compte, 3 questions.
    ---
    Gesehen in „Ward 5 neighbours <b>“ (telegram.main): forum.example <https://forum.example/t/4711>
    Bisher 1 Beitrag, 1 Konto, 3-mal gefragt.
    "#);
}
