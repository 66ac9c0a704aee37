//! `[alert.KIND.NAME]`: receivers that are told about claims.

use serde::Deserialize;
use url::Url;

use crate::doors::Secret;

/// One configured receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The operator's name for it, unique among receivers.
    pub name: String,
    /// What kind it is, with its table.
    pub kind: Kind,
}

/// A receiver's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A program that is called over HTTP.
    Webhook(Webhook),
    /// People with mailboxes.
    Mail(Mail),
}

impl Receiver {
    /// Its name in rows, logs and metrics: `KIND.NAME`.
    pub fn place(&self) -> String {
        match self.kind {
            Kind::Webhook(_) => format!("webhook.{}", self.name),
            Kind::Mail(_) => format!("mail.{}", self.name),
        }
    }

    /// Whether telling it twice does no harm, because it knows a repetition by its id.
    pub fn repeatable(&self) -> bool {
        matches!(&self.kind, Kind::Webhook(webhook) if webhook.form == Form::Json)
    }
}

/// What the body of a webhook's request looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Ours, for programs.
    #[default]
    Json,
    /// As Slack's incoming webhooks want it.
    Slack,
    /// As Discord's webhooks want it.
    Discord,
}

/// The table of one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Where it is called. Whoever knows a chat's address may post there, so it is a secret.
    pub url: Option<Secret>,
    /// File that holds the address.
    pub url_file: Option<String>,
    /// File that holds the secret by which the receiver knows us.
    pub secret_file: Option<String>,
    /// The secret itself: from the environment, or read from `secret_file`.
    pub secret: Option<Secret>,
    /// What the body looks like.
    pub form: Form,
    /// Language of what is said, an ISO 639-1 code.
    pub language: String,
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            secret_file: None,
            secret: None,
            form: Form::default(),
            language: "en".to_owned(),
        }
    }
}

/// The table of one list of mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// File that holds the mail server's address with user name and password.
    pub smtp_url_file: Option<String>,
    /// The address itself: from the environment, or read from `smtp_url_file`.
    pub smtp_url: Option<Secret>,
    /// Who writes.
    pub from: Option<String>,
    /// Who reads.
    pub to: Mailboxes,
    /// Language of what is said, an ISO 639-1 code.
    pub language: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp_url_file: None,
            smtp_url: None,
            from: None,
            to: Mailboxes::Several(Vec::new()),
            language: "en".to_owned(),
        }
    }
}

/// One mail address, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "neither a mail address nor a list of them")]
pub enum Mailboxes {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Mailboxes {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// How the way to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS from `STARTTLS` on, or no mail at all.
    StartTls,
    /// Not at all: for a server on this machine.
    Open,
}

/// A mail server, as its address says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept private.
    pub security: Security,
    /// User name and password.
    pub login: Option<(String, Secret)>,
}

impl Server {
    /// Reads `smtps://USER:PASSWORD@HOST:465`, `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or
    /// `smtp://HOST:25?tls=none`. User name and password are percent-encoded, as in every address.
    ///
    /// # Errors
    /// In words that hold nothing of the address, because it is a secret.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is no address")?;
        let security = match (url.scheme(), url.query()) {
            ("smtps", None) => Security::Tls,
            ("smtp", None) => Security::StartTls,
            ("smtp", Some("tls=none")) => Security::Open,
            ("smtp" | "smtps", _) => return Err("ends in something other than `?tls=none`"),
            _ => return Err("does not begin with smtps:// or smtp://"),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let usual = match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Open => 25,
        };
        let login = (!url.username().is_empty())
            .then(|| Some((decoded(url.username())?, decoded(url.password()?)?)))
            .map(|login| login.ok_or("has a user name without a readable password"))
            .transpose()?
            .map(|(user, password)| (user, Secret::new(password)));
        if login.is_some() && security == Security::Open {
            return Err("would send the password unprotected; leave out `?tls=none`");
        }
        Ok(Self { host, port: url.port().unwrap_or(usual), security, login })
    }
}

fn decoded(text: &str) -> Option<String> {
    let bytes = url::form_urlencoded::parse(format!("v={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())?;
    (!bytes.contains(char::is_control)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_servers_address_says_how_the_way_is_kept_private() {
        let read = |text: &str| {
            let server = Server::parse(text)?;
            let login = server.login.map(|(user, password)| (user, password.reveal().to_owned()));
            Ok::<_, &'static str>((server.host, server.port, server.security, login))
        };
        let login = Some(("me@x.example".to_owned(), "a+b/c".to_owned()));
        assert_eq!(
            read("smtps://me%40x.example:a+b%2Fc@mail.example"),
            Ok(("mail.example".to_owned(), 465, Security::Tls, login.clone()))
        );
        assert_eq!(
            read("smtp://me%40x.example:a+b%2Fc@mail.example:2587"),
            Ok(("mail.example".to_owned(), 2_587, Security::StartTls, login))
        );
        assert_eq!(read("smtp://[::1]?tls=none"), Ok(("::1".to_owned(), 25, Security::Open, None)));
        for wrong in [
            "mail.example",
            "https://mail.example",
            "smtps://",
            "smtp://mail.example?tls=maybe",
            "smtps://mail.example?tls=none",
            "smtp://me:word@mail.example?tls=none",
            "smtps://me@mail.example",
            "smtps://me:a%0d%0ab@mail.example",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
