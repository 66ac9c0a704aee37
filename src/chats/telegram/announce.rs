//! What the bot says of itself: menus and descriptions in every language, and how it is reached.

use teloxide::payloads::{
    GetMyCommandsSetters, GetMyDescriptionSetters, GetMyShortDescriptionSetters,
    SetMyCommandsSetters, SetMyDescriptionSetters, SetMyShortDescriptionSetters, SetWebhookSetters,
};
use teloxide::prelude::Requester;
use teloxide::types::{AllowedUpdate, BotCommand};

use super::super::settings::Mode;
use super::Telegram;
use crate::chats::CallError;

/// What the bot says of itself in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// ISO 639-1 code; empty for readers of any other language.
    pub language: String,
    /// Commands with what the menu says about each.
    pub menu: Vec<(String, String)>,
    /// Text of the empty chat.
    pub description: String,
    /// Text of the profile.
    pub short_description: String,
}

impl Telegram {
    /// Sets what differs from what the server has, so that restarts cost no calls that change
    /// anything.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn announce(&self, announcement: &Announcement) -> Result<(), CallError> {
        let language = announcement.language.clone();
        let menu: Vec<BotCommand> =
            announcement.menu.iter().map(|(name, text)| BotCommand::new(name, text)).collect();
        if self.bot.get_my_commands().language_code(language.clone()).await? != menu {
            self.bot.set_my_commands(menu).language_code(language.clone()).await?;
        }
        let there = self.bot.get_my_description().language_code(language.clone()).await?;
        if there.description != announcement.description {
            self.bot
                .set_my_description()
                .description(announcement.description.clone())
                .language_code(language.clone())
                .await?;
        }
        let there = self.bot.get_my_short_description().language_code(language.clone()).await?;
        if there.short_description != announcement.short_description {
            self.bot
                .set_my_short_description()
                .short_description(announcement.short_description.clone())
                .language_code(language)
                .await?;
        }
        Ok(())
    }

    /// Tells the server how updates are to reach us. The webhook is left in place at the end: a
    /// replica may still be using it.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn settle_delivery(&self) -> Result<(), CallError> {
        let (Mode::Webhook, Some(url), Some(secret)) =
            (self.settings.mode, &self.settings.webhook_url, &self.settings.webhook_secret)
        else {
            self.bot.delete_webhook().await?;
            return Ok(());
        };
        let url =
            url.parse().map_err(|_| CallError::Refused("webhook_url is no address".into()))?;
        self.bot
            .set_webhook(url)
            .secret_token(secret.reveal())
            .allowed_updates(vec![
                AllowedUpdate::Message,
                AllowedUpdate::EditedMessage,
                AllowedUpdate::ChannelPost,
                AllowedUpdate::EditedChannelPost,
                AllowedUpdate::CallbackQuery,
                AllowedUpdate::MyChatMember,
            ])
            .await?;
        Ok(())
    }
}
