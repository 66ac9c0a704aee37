//! What the operator should know and what keeps nothing from working.

use super::served::served;

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
