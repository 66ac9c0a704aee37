//! The client this program uses reads everything the server says.

use serde_json::json;
use teloxide::prelude::*;
use teloxide::types::{
    AllowedUpdate, BotCommand, BotCommandScope, ChatAction, ReactionType, ReplyParameters,
    UpdateKind,
};
use teloxide::{ApiError, RequestError};

use super::{BotApi, Fault, Origin};

fn bot(api: &BotApi) -> Bot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Bot::new(api.token()).set_api_url(api.url().parse().expect("an address"))
}

#[tokio::test]
async fn teloxide_reads_every_kind_of_update() {
    let api = BotApi::start().await;
    let bot = bot(&api);
    api.hears_everything();
    assert_eq!(bot.get_me().await.expect("the bot").username(), api.bot_name());
    let (ann, town, news) = (api.private("Ann"), api.group("Town"), api.channel("News"));
    let asked = ann.says("is it true? https://example.org/1");
    ann.forwards(&Origin::Person("Carl"), "a rumour");
    ann.forwards(&Origin::Hidden("Somebody"), "a rumour");
    ann.forwards(&Origin::Channel("Rumours"), "a rumour");
    ann.photo(b"picture", "what is this?");
    ann.edits(asked, "is it really true?");
    let topic = town.topic("Rumours");
    topic.by("Bob").says("/check@claimwatch_bot");
    let post = news.says("a post");
    news.edits(post, "a better post");
    ann.blocks();
    ann.unblocks();
    api.basic_group("Village").migrates();
    let updates = bot.get_updates().timeout(1).await.expect("updates");
    assert_eq!(updates.len(), api.waiting());
    for update in &updates {
        assert!(!matches!(update.kind, UpdateKind::Error(_)), "{update:?}");
    }
    assert_eq!(api.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn teloxide_sends_what_the_server_takes() {
    let api = BotApi::start().await;
    let bot = bot(&api);
    let ann = api.private("Ann");
    let chat = ChatId(ann.id);
    let asked = teloxide::types::MessageId(ann.says("is it true?").try_into().expect("small"));
    let eyes = ReactionType::Emoji { emoji: "👀".to_owned() };
    bot.set_message_reaction(chat, asked).reaction([eyes]).await.expect("a reaction");
    assert_eq!(ann.reactions(1), ["👀"]);
    bot.send_chat_action(chat, ChatAction::Typing).await.expect("an action");
    assert_eq!(ann.actions(), ["typing"]);
    let reply = ReplyParameters::new(asked);
    let sent = bot.send_message(chat, "yes").reply_parameters(reply).await.expect("a message");
    assert_eq!(ann.messages()[0].reply_to, Some(1));
    let same = bot.edit_message_text(chat, sent.id, "yes").await.expect_err("unchanged");
    assert!(matches!(same, RequestError::Api(ApiError::MessageNotModified)), "{same:?}");
    bot.get_chat(chat).await.expect("the chat");
    let scope = BotCommandScope::AllPrivateChats;
    let check = BotCommand::new("check", "checks");
    bot.set_my_commands([check.clone()]).scope(scope.clone()).await.expect("set");
    assert_eq!(bot.get_my_commands().scope(scope).await.expect("commands"), [check]);
    let hook = "https://example.org/hook".parse().expect("an address");
    let set = bot.set_webhook(hook).secret_token("s3cret".to_owned());
    set.allowed_updates([AllowedUpdate::Message]).await.expect("a webhook");
    let info = bot.get_webhook_info().await.expect("its state");
    assert_eq!(info.url.expect("set").as_str(), "https://example.org/hook");
    bot.delete_webhook().await.expect("no webhook");
    assert_eq!(api.violations(), Vec::<String>::new(), "{}", api.story());
    api.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 9 });
    let flood = bot.send_message(chat, "x").await.expect_err("flood");
    assert!(matches!(flood, RequestError::RetryAfter(wait) if wait.seconds() == 9), "{flood:?}");
    api.heal();
    let old = api.basic_group("Village");
    let new = old.migrates();
    let moved = bot.send_message(ChatId(old.id), "x").await.expect_err("moved");
    assert!(matches!(moved, RequestError::MigrateToChatId(id) if id.0 == new.id), "{moved:?}");
    ann.blocks();
    let blocked = bot.send_message(chat, "x").await.expect_err("blocked");
    assert!(matches!(blocked, RequestError::Api(ApiError::BotBlocked)), "{blocked:?}");
    let log = api.log();
    assert_eq!(log[1].params, json!({"chat_id": ann.id, "action": "typing"}));
}
