//! Mail: what a mailbox gets, and what becomes of what a server does not take.

use std::time::Duration;

use claimwatch::alerts::settings::{Mail as Settings, Mailboxes};
use claimwatch::alerts::{Mail, TellError, Told};
use claimwatch::doors::Secret;

use super::smtp::{Fault, Smtp};
use super::{alert, clock, digest, hostile, words};

pub(crate) fn mail(url: &str, to: &[&str]) -> Mail {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = Settings {
        smtp_url: Some(Secret::new(url)),
        from: Some("Claimwatch <alerts@claims.example>".into()),
        to: Mailboxes::Several(to.iter().map(|one| (*one).to_owned()).collect()),
        ..Settings::default()
    };
    Mail::new("mail.desk".into(), &settings, words(), clock()).expect("mailboxes")
}

const TO: [&str; 2] = ["desk@news.example", "Ann <ann@news.example>"];

#[tokio::test]
async fn an_alert_is_one_message_to_all_mailboxes() {
    let server = Smtp::start(&[]).await;
    let mail = mail(&server.url(), &TO);
    mail.tell("0123abcd", Told::Alert(&alert())).await.expect("taken");
    let given = server.given();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].from, "alerts@claims.example");
    assert_eq!(given[0].to, ["desk@news.example", "ann@news.example"]);
    let boundary =
        given[0].message.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
    let message =
        given[0].message.replace(boundary.expect("two parts"), "BOUNDARY").replace('\r', "");
    insta::assert_snapshot!(message, @r#"
    From: Claimwatch <alerts@claims.example>
    Date: Tue, 24 Nov 2026 10:00:00 +0000
    Message-ID: <0123abcd@claims.example>
    Subject: Urgent. Growing: 12 posts so far: =?utf-8?b?4oCcVGhleQ==?= STOPPED
     handing out =?utf-8?b?aW5zdWxpbiEhIeKAnQ==?=
    To: desk@news.example, Ann <ann@news.example>
    References: <claim.c1@claims.example>
    Auto-Submitted: auto-generated
    List-Id: <desk.claimwatch.claims.example>
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="BOUNDARY"

    --BOUNDARY
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Urgent. Growing: 12 posts so far

    They STOPPED handing out insulin!!!
    Seen in rss.local-forum: forum.example <https://forum.example/t/4711>

    12 posts, 9 accounts, 2 places, 3 in the last hour, since 22 November 2026.
    Language: Spanish

    The claim they checked: =E2=80=9CThe government has stopped handing out ins=
    ulin=E2=80=9D

    False, says Example Checks (12 March 2026).
    Read the check: No, insulin is still handed out (checks.example) <https://w=
    ww.checks.example/insulin(1)>

    In common: insulin
    May be another claim: another number
    --BOUNDARY
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <!doctype html>
    <html lang=3D"en">
    <body>
    <p><strong dir=3D"auto">Urgent. Growing: 12 posts so far</strong></p>
    <blockquote><p dir=3D"auto">They STOPPED handing out insulin!!!</p>
    </blockquote>
    <p>Seen in rss.local-forum: <a rel=3D"nofollow noopener noreferrer" href=3D=
    "https://forum.example/t/4711">forum.example</a></p>
    <p>12 posts, 9 accounts, 2 places, 3 in the last hour, since 22 November 20=
    26.<br>
    Language: Spanish</p>
    <p>The claim they checked: =E2=80=9CThe government has stopped handing out =
    insulin=E2=80=9D</p>
    <p><strong dir=3D"auto">False</strong>, says Example Checks (12 March 2026)=
    .<br>
    Read the check: <a rel=3D"nofollow noopener noreferrer" href=3D"https://www=
    .checks.example/insulin(1)">No, insulin is still handed out (checks.example=
    )</a></p>
    <p>In common: insulin<br>
    May be another claim: another number</p>
    </body>
    </html>

    --BOUNDARY--
    "#);
}

#[tokio::test]
async fn words_of_others_become_neither_headers_nor_markup() {
    let server = Smtp::start(&[]).await;
    mail(&server.url(), &TO).tell("1", Told::Alert(&hostile())).await.expect("taken");
    let given = server.given();
    assert_eq!(given[0].to.len(), 2, "nobody was added");
    let (head, body) = given[0].message.split_once("\r\n\r\n").expect("a head");
    let names: Vec<&str> = head
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').expect("a header").0)
        .collect();
    let ours = [
        "From",
        "Date",
        "Message-ID",
        "Subject",
        "To",
        "References",
        "Auto-Submitted",
        "List-Id",
        "MIME-Version",
        "Content-Type",
    ];
    assert!(names.iter().all(|name| ours.contains(name)), "{names:?}");
    let page = body.split("text/html").nth(1).expect("a page");
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;"), "{page}");
}

#[tokio::test]
async fn the_same_row_has_the_same_message_id_and_a_digest_is_mail_too() {
    let server = Smtp::start(&[]).await;
    let mail = mail(&server.url(), &TO);
    for _ in 0..2 {
        mail.tell("7", Told::Digest(&digest(30))).await.expect("taken");
    }
    mail.tell("8", Told::Digest(&digest(0))).await.expect("nothing to do");
    let given = server.given();
    assert_eq!(given.len(), 2);
    for one in &given {
        assert!(one.message.contains("Message-ID: <7@claims.example>\r\n"), "{}", one.message);
        assert!(one.message.contains("Subject: From 23 November 2026 to 24 November 2026\r\n"));
    }
}

#[tokio::test]
async fn where_a_server_fails_decides_what_becomes_of_the_row() {
    let busy = Err(TellError::Later(Duration::from_secs(120)));
    let open = Err(TellError::Broken("it did not say whether it took the message"));
    let refused = |why: &str| Err(TellError::Refused(why.to_owned()));
    for (at, answer, wanted) in [
        ("connect", "", Err(TellError::Unreachable)),
        ("connect", "421 busy", busy.clone()),
        ("connect", "554 go away", refused("status 554")),
        ("MAIL", "", Err(TellError::Unreachable)),
        ("MAIL", "451 not now", busy.clone()),
        ("RCPT", "550 5.1.1 no desk@news.example here", refused("status 550")),
        ("RCPT", "450 grey list", busy.clone()),
        ("DATA", "", Err(TellError::Unreachable)),
        (".", "", open),
        (".", "452 full", busy),
        (".", "552 too large", refused("status 552")),
    ] {
        let server = Smtp::start(&[Fault { at, answer }]).await;
        let ended = mail(&server.url(), &TO).tell("1", Told::Alert(&alert())).await;
        assert_eq!(ended, wanted, "{at} {answer}");
        assert_eq!((server.given().len(), server.connections()), (0, 1), "{at} {answer}");
    }
    let nobody = mail("smtp://127.0.0.1:1?tls=none", &TO);
    assert_eq!(nobody.tell("1", Told::Alert(&alert())).await, Err(TellError::Unreachable));
}

#[tokio::test]
async fn a_mailbox_that_is_refused_does_not_keep_the_others_from_reading() {
    let server = Smtp::start(&[]).await;
    let both = mail(&server.url(), &["unknown@news.example", "desk@news.example"]);
    both.tell("1", Told::Alert(&alert())).await.expect("taken");
    assert_eq!(server.given()[0].to, ["desk@news.example"]);
    let none = mail(&server.url(), &["unknown@news.example"]);
    let ended = none.tell("2", Told::Alert(&alert())).await;
    assert_eq!(ended, Err(TellError::Refused("status 550".to_owned())));
}

#[tokio::test]
async fn without_starttls_nothing_is_sent_in_the_open() {
    let server = Smtp::start(&[]).await;
    let url = format!("smtp://me:word@127.0.0.1:{}", server.port);
    let ended = mail(&url, &TO).tell("1", Told::Alert(&alert())).await;
    assert!(
        matches!(&ended, Err(TellError::Refused(why)) if why.contains("STARTTLS")),
        "{ended:?}"
    );
    assert_eq!(server.given().len(), 0);
}
