//! The whole way: a watched post becomes an alert in its topic, at a webhook and in a mailbox, over
//! TLS too.

use super::receiver::Receiver;
use super::smtp::Smtp;
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_reaches_its_topic_and_every_receiver_once() {
    let (receiver, server) =
        (Receiver::start(&["503 Busy\r\nretry-after: 1"]).await, Smtp::start(&[]).await);
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    let threads = ["Now", "Today", "Some day"].map(|name| {
        let topic = room.topic(name);
        topic.body(topic.says("hello"))["message_thread_id"].as_i64().expect("a topic")
    });
    let [high, normal, low] = threads;
    world.api.hears_everything();
    world.write("alerts.secret", "a secret");
    world.write("smtp.url", &server.url());
    let more = format!(
        "moderators = {}\nwatch = [{}]\ntopics = {{ high = {high}, normal = {normal}, low = {low} }}\n\
         [alert.webhook.desk]\nurl = \"{}\"\nsecret_file = \"alerts.secret\"\n\
         [alert.mail.desk]\nsmtp_url_file = \"smtp.url\"\nfrom = \"alerts@claims.example\"\n\
         to = \"desk@news.example\"\nlanguage = \"de\"\n",
        room.id,
        town.id,
        receiver.url()
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    town.by("Ana").says(RICE);
    world.until("the alert is told everywhere", |world| {
        let told = "SELECT count(*) FROM outbox WHERE state = 'sent'";
        world.count(told) == 3
    });
    let alert = room.messages().pop().expect("an alert");
    assert_eq!(alert.thread, Some(normal));
    assert!(
        alert.text.starts_with("New: a claim that has been checked\n\nShock: rice"),
        "{}",
        alert.text
    );
    let requests = receiver.requests();
    assert_eq!(requests.len(), 2, "once held off, once taken");
    let sent: serde_json::Value = serde_json::from_str(&requests[1].body).expect("JSON");
    assert_eq!(sent["alert"]["post"]["text"], RICE);
    assert_eq!(sent["alert"]["occasion"], "first");
    let given = server.given();
    assert_eq!(
        (given.len(), given[0].to.as_slice()),
        (1, ["desk@news.example".to_owned()].as_slice())
    );
    assert!(given[0].message.contains("Subject: Neu: "), "{}", given[0].message);
    let said = world.said();
    for secret in ["T0KEN", "a secret", "desk@news.example", "plastic pellets"] {
        assert!(!said.contains(secret), "{secret} in the log:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_has_a_topic_of_its_own_if_one_is_named() {
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    let topic = room.topic("Every morning");
    let digest = topic.body(topic.says("hello"))["message_thread_id"].as_i64().expect("a topic");
    world.api.hears_everything();
    let more = format!(
        "moderators = {}\nwatch = [{}]\ntopics = {{ normal = 1, digest = {digest} }}\n\
         [moderation]\ndigest = \"* * * * * *\"\n",
        room.id, town.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    let begun = "SELECT count(*) FROM source WHERE name = 'moderation.digest'";
    world.until("the first look", |world| world.count(begun) == 1);
    town.says(RICE);
    let thread = |what: &str| {
        let told = room.messages().into_iter().find(|one| one.text.contains(what));
        told.map(|one| one.thread)
    };
    world.until("a digest", |_| thread("Checked claims that spread").is_some());
    world.until("the alert", |_| thread("New: a claim").is_some());
    let threads = [thread("Checked claims that spread"), thread("New: a claim")];
    assert_eq!(threads, [Some(Some(digest)), Some(None)], "1 is the general one");
    world.end();
}

/// A world in which a post of a group is mailed to `url`, and that group.
pub(super) async fn mailing(url: &str) -> (World, crate::botapi::Chat) {
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    world.api.hears_everything();
    world.write("smtp.url", url);
    let more = format!(
        "moderators = {}\nwatch = [{}]\n[alert.mail.desk]\nsmtp_url_file = \"smtp.url\"\n\
         from = \"alerts@claims.example\"\nto = \"desk@news.example\"\n",
        room.id, town.id
    );
    world.again(&more, "127.0.0.1:0");
    (world, town)
}

/// Lets the group's post be told before the mail server is trusted, then trusts it.
pub(super) fn told_once_trusted(world: &mut World, town: &crate::botapi::Chat) {
    world.start();
    town.by("Ana").says(RICE);
    world.hears("is from an authority that is not known");
    world.until("the chat is told", |world| world.outbox("sent") == 1);
    world.stop();
    world.env("SSL_CERT_FILE", format!("{}/authority.pem", crate::door::MADE));
    world.start();
    world.until("the mailbox is told", |world| world.outbox("sent") == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_until_the_server_is_trusted_and_goes_once_over_tls_after_a_login() {
    let server = Smtp::secured("good").await;
    let url = format!("smtp://me:word@localhost:{}", server.port);
    let (mut world, town) = mailing(&url).await;
    told_once_trusted(&mut world, &town);
    let given = server.given();
    assert_eq!(given.len(), 1);
    assert!(given[0].secured);
    assert_eq!(given[0].login, "AUTH PLAIN AG1lAHdvcmQ=", "the name and the password, in base64");
    assert_eq!(given[0].to, ["desk@news.example"]);
    assert!(given[0].message.contains("plastic pellets"), "{}", given[0].message);
    assert!(!world.said().contains("word@"), "{}", world.said());
    world.end();
}
