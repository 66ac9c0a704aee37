//! Mail: a message to each alert and digest, as text and as HTML, over SMTP.
//!
//! The steps are taken one by one, because only the last one can leave it open whether the server
//! took the message: what fails before is surely not sent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Message, message::MessageBuilder};

use super::settings::{Mail as Settings, Security, Server};
use super::{TellError, Told};
use crate::claim::reply::html::{escape, html};
use crate::claim::reply::{self, Reply};
use crate::claim::words::{Lang, Words};
use crate::doors::{Clock, Secret};
use crate::http::Distrust;

/// How long connecting may take, everything before the message, the message, and goodbye: together
/// less than the lease of a row that is being sent.
const CONNECT: Duration = Duration::from_secs(10);
const READY: Duration = Duration::from_secs(30);
const TAKEN: Duration = Duration::from_secs(60);
const GOODBYE: Duration = Duration::from_secs(2);
/// How long a server is left alone that cannot take a message now.
const BUSY: Duration = Duration::from_secs(120);

/// One list of mailboxes.
pub struct Mail {
    name: String,
    server: Server,
    from: Mailbox,
    to: Vec<Mailbox>,
    lang: Lang,
    words: Arc<Words>,
    clock: Clock,
}

impl Mail {
    /// The receiver of that name, `mail.NAME`.
    ///
    /// # Errors
    /// If an address cannot be read, which checking the settings refuses.
    pub fn new(name: String, settings: &Settings, words: Arc<Words>, clock: Clock) -> Result<Self> {
        let url = settings.smtp_url.as_ref().map(Secret::reveal).unwrap_or_default();
        let server = Server::parse(url)
            .map_err(|why| anyhow::anyhow!("the mail server's address of {name} {why}"))?;
        let from = settings.from.as_deref().unwrap_or_default();
        let from = mailbox(from).with_context(|| format!("{name}: `from` is no mail address"))?;
        let to = settings.to.all().iter().map(|to| mailbox(to)).collect::<Option<Vec<_>>>();
        let to = to.filter(|to| !to.is_empty());
        let to = to.with_context(|| format!("{name}: `to` is no mail address"))?;
        let lang = words.choose(&[&settings.language]);
        Ok(Self { name, server, from, to, lang, words, clock })
    }

    /// Tells all its mailboxes what a row says, in one message.
    ///
    /// # Errors
    /// See [`TellError`].
    pub async fn tell(&self, id: &str, told: Told<'_>) -> Result<(), TellError> {
        if told.is_empty() {
            return Ok(());
        }
        let said = told.said(&self.words, self.lang);
        let message = self
            .message(id, told, &said)
            .map_err(|error| TellError::Refused(format!("no message can be made: {error:#}")))?;
        let ready = tokio::time::timeout(READY, self.ready()).await;
        let mut server = ready.unwrap_or(Err(TellError::Unreachable))?;
        let bytes = message.formatted();
        match tokio::time::timeout(TAKEN, server.message(&bytes)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.status().is_some() => return Err(why(&error)),
            _ => return Err(TellError::Broken("it did not say whether it took the message")),
        }
        // It is taken; whether goodbye is said does not matter.
        drop(tokio::time::timeout(GOODBYE, server.quit()).await);
        Ok(())
    }

    fn message(&self, id: &str, told: Told<'_>, said: &[Reply]) -> Result<Message> {
        let domain = self.from.email.domain();
        let name = self.name.trim_start_matches("mail.");
        let subject = match told {
            Told::Alert(alert) => reply::subject(&self.words, self.lang, alert),
            Told::Digest(digest) => reply::digest_headline(&self.words, self.lang, digest),
        };
        let mut message = Message::builder()
            .from(self.from.clone())
            .date(self.clock.now().into())
            .message_id(Some(format!("<{id}@{domain}>")))
            .subject(subject);
        for to in &self.to {
            message = message.to(to.clone());
        }
        if let Told::Alert(alert) = told
            && alert.claim.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            // All messages about one claim stand together.
            message = message.references(format!("<claim.{}@{domain}>", alert.claim));
        }
        message = header(message, "Auto-Submitted", "auto-generated".to_owned())?;
        message = header(message, "List-Id", format!("<{name}.claimwatch.{domain}>"))?;
        let plain = said.iter().map(Reply::plain).collect::<Vec<_>>().join("\n\n");
        let page = page(self.lang.code(), said);
        Ok(message.multipart(MultiPart::alternative_plain_html(plain, page))?)
    }

    /// A server that waits for the message. One mailbox that it refuses does not keep the others
    /// from reading it.
    async fn ready(&self) -> Result<AsyncSmtpConnection, TellError> {
        let mut server = self.connect().await?;
        let from = MailFrom::new(Some(self.from.email.clone()), Vec::new());
        taken(server.command(from).await)?;
        let mut refused = Vec::new();
        for to in &self.to {
            match taken(server.command(Rcpt::new(to.email.clone(), Vec::new())).await) {
                Ok(_) => {}
                Err(TellError::Refused(why)) => refused.push(why),
                Err(error) => return Err(error),
            }
        }
        if let Some(why) = refused.first() {
            if refused.len() == self.to.len() {
                return Err(TellError::Refused(why.clone()));
            }
            let (few, all) = (refused.len(), self.to.len());
            tracing::warn!("{}: {few} of {all} mailboxes in `to` are refused: {why}", self.name);
        }
        taken(server.command(Data).await)?;
        Ok(server)
    }

    /// A connection on which a message may be given.
    async fn connect(&self) -> Result<AsyncSmtpConnection, TellError> {
        let Server { host, port, security, login } = &self.server;
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let tls = || TlsParameters::new_rustls(host.clone()).map_err(|error| why(&error));
        let wrapped = (*security == Security::Tls).then(tls).transpose()?;
        let address = (host.as_str(), *port);
        let connect =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &hello, wrapped, None);
        let mut server = taken(connect.await)?;
        if *security == Security::StartTls {
            if !server.can_starttls() {
                let why = "it offers no STARTTLS; use smtps://, or ?tls=none on this machine";
                return Err(TellError::Refused(why.to_owned()));
            }
            taken(server.starttls(tls()?, &hello).await)?;
        }
        if let Some((user, password)) = login {
            let login = Credentials::new(user.clone(), password.reveal().to_owned());
            taken(server.auth(DEFAULT_MECHANISMS, &login).await)?;
        }
        Ok(server)
    }
}

/// A mail address with or without a name before it; nothing that could begin another header.
pub(super) fn mailbox(text: &str) -> Option<Mailbox> {
    if text.contains(char::is_control) {
        return None;
    }
    text.parse().ok()
}

fn header(message: MessageBuilder, name: &'static str, value: String) -> Result<MessageBuilder> {
    let name = HeaderName::new_from_ascii(name.to_owned())?;
    Ok(message.raw_header(HeaderValue::new(name, value)))
}

/// A page without anything that is fetched or run.
fn page(language: &str, said: &[Reply]) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"");
    escape(language, &mut out);
    out.push_str("\">\n<body>\n");
    for reply in said {
        out.push_str(&html(reply));
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// What came of a step before the message was given.
fn taken<T>(answer: Result<T, Error>) -> Result<T, TellError> {
    answer.map_err(|error| why(&error))
}

/// Why a server did not take something. What it says is not told: it may name people.
fn why(error: &Error) -> TellError {
    match error.status() {
        Some(_) if error.is_transient() => TellError::Later(BUSY),
        Some(code) => TellError::Refused(format!("status {code}")),
        None => match Distrust::of(error) {
            Some(why) => TellError::Untrusted(why),
            None if error.is_client() || error.is_tls() => {
                TellError::Refused("it and we have no common way to log in".to_owned())
            }
            None => TellError::Unreachable,
        },
    }
}
