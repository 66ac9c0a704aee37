//! What is said to whom beside answers: what the operator should know and what keeps nothing from
//! working; what was asked for in a way that can't be answered; what becomes of a question.

use super::served::served;
use super::{NONE, assert_problem};

#[tokio::test]
async fn a_silent_feed_is_a_notice_and_the_program_stays_ready() {
    let served = served().await;
    served.health.notice("rss.town", Some("nothing has come".to_owned()));
    let ready = served.get("/readyz").await;
    assert_eq!(ready.status, 200);
    let notices = r#","notices":[{"part":"rss.town","error":"nothing has come"}]}"#;
    assert!(ready.body.ends_with(notices), "{}", ready.body);
    served.health.notice("rss.town", None);
    let ready = served.get("/readyz").await;
    assert_eq!(ready.body, r#"{"ready":true,"failing":[]}"#);
    served.end().await;
}

#[tokio::test]
async fn a_language_without_words_is_told_and_not_answered_in_english() {
    let served = served().await;
    let ask = |lang: &str| serde_json::json!({"text": "a lighthouse was moved", "lang": lang});
    for unknown in ["xx", "english", "", &"y".repeat(5_000)] {
        let told = served.ask(ask(unknown)).await;
        assert_problem(&told, 400, "send one of en, es, pt, fr, de as \"lang\", or leave it out");
        assert!(told.body.len() < 400, "{}", told.body);
    }
    for (lang, says) in [("pt-BR", "Ainda não"), ("de_CH", "Dazu habe ich"), ("EN", "I found")] {
        let told = served.ask(serde_json::json!({"text": "blue cheese in Quillon", "lang": lang}));
        let told = told.await;
        assert_eq!(told.status, 200, "{lang}");
        let reply = told.json()["reply"].as_str().expect("a reply").to_owned();
        assert!(reply.starts_with(says), "{reply}");
    }
    let none = serde_json::json!({"text": "blue cheese in Quillon", "lang": null});
    assert_eq!(served.ask(none).await.status, 200);
    served.end().await;
}

#[tokio::test]
async fn what_is_sent_to_the_page_is_told_that_it_was_not_read() {
    let served = served().await;
    for (lang, says) in [
        ("en", "This address only shows pages"),
        ("de", "Diese Adresse zeigt nur Seiten"),
        ("es", "Esta dirección solo muestra páginas"),
        ("fr", "Cette adresse ne fait qu’afficher des pages"),
        ("pt", "Este endereço só mostra páginas"),
    ] {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nAccept-Language: {lang}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        );
        let told = served.send(head.as_bytes()).await;
        assert_eq!((told.status, told.header("allow")), (405, "GET,HEAD"));
        assert!(told.body.contains(says) && told.body.contains("href=\"/\""), "{}", told.body);
    }
    served.end().await;
}

#[tokio::test]
async fn browsers_that_look_for_an_icon_get_no_mistake() {
    let served = served().await;
    let icon = served.get("/favicon.ico").await;
    assert_eq!((icon.status, icon.body.as_str()), (204, ""));
    assert_eq!(icon.header("cache-control"), "public, max-age=86400");
    served.end().await;
}

#[tokio::test]
async fn the_page_says_where_a_question_stands() {
    let served = served().await;
    for (lang, says) in [
        ("en", "and so in the history of this browser"),
        ("de", "und damit im Verlauf dieses Browsers"),
        ("es", "en el historial de este navegador"),
        ("fr", "dans l’historique de ce navigateur"),
        ("pt", "no histórico deste navegador"),
    ] {
        for path in ["/?".to_owned(), format!("{NONE}&")] {
            let page = served.get(&format!("{path}lang={lang}")).await;
            assert!(page.body.contains(says), "{}", page.body);
        }
    }
    served.end().await;
}
