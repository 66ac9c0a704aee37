//! Receivers of alerts: webhooks and mail. Addresses that are secrets are judged, never shown.

use url::{Host, Url};

use super::super::mistake::Findings;
use super::super::tree::Node;
use super::{At, not_in_file};
use crate::alerts::is_mailbox;
use crate::alerts::settings::{Form, Kind, Mail, Receiver, Server, Webhook};
use crate::claim::words::Words;
use crate::http::why_not_public;

/// Most mailboxes of one receiver.
const MAILBOXES_MAX: usize = 50;

pub(super) fn receiver(root: &Node, receiver: &Receiver, findings: &mut Findings) {
    match &receiver.kind {
        Kind::Webhook(table) => {
            let at = &mut At { root, path: &["alert", "webhook", &receiver.name], findings };
            webhook(at, table);
            language(at, &table.language);
        }
        Kind::Mail(table) => {
            let at = &mut At { root, path: &["alert", "mail", &receiver.name], findings };
            mail(at, table);
            language(at, &table.language);
        }
    }
}

fn webhook(at: &mut At<'_>, table: &Webhook) {
    not_in_file(at, "secret", "secret_file");
    if let Some(url) = &table.url {
        webhook_address(at, "url", url.reveal());
        if table.url_file.is_some() {
            at.wrong("url_file", "stands beside `url`", "keep one of the two");
        }
    } else if table.url_file.is_none() {
        at.missing("url", "write `url = \"https://...\"`, or name its file with `url_file`");
    }
    if table.form == Form::Json && table.secret.is_none() && table.secret_file.is_none() {
        let mend = "write `secret_file = \"...\"`, by which the receiver knows who calls";
        at.missing("secret_file", mend);
    }
}

/// An address of a webhook, wherever it was written.
pub(in super::super) fn webhook_address(at: &mut At<'_>, key: &str, text: &str) {
    let why = match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => "must begin with https://",
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "carries a user name or password"
        }
        Ok(url) if url.scheme() == "http" && is_public(&url) => {
            let place = at.place(key);
            let what = format!("`{}.{key}` sends alerts unprotected", at.path.join("."));
            at.findings.warning(place, what, "use https:// if the receiver offers it");
            return;
        }
        Ok(_) => return,
        Err(_) => "cannot be read as one",
    };
    let what = format!("is no address that can be used: {why}");
    at.wrong(key, &what, "write it like \"https://alerts.example.org/hook\"");
}

/// Whether a host may be anywhere in the world: a name with a dot, or a public address.
fn is_public(url: &Url) -> bool {
    let inside = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];
    match url.host() {
        Some(Host::Domain(name)) => {
            name.contains('.') && !inside.iter().any(|end| name.ends_with(end))
        }
        Some(Host::Ipv4(ip)) => why_not_public(ip.into()).is_none(),
        Some(Host::Ipv6(ip)) => why_not_public(ip.into()).is_none(),
        None => false,
    }
}

fn mail(at: &mut At<'_>, table: &Mail) {
    not_in_file(at, "smtp_url", "smtp_url_file");
    if let Some(url) = &table.smtp_url {
        server(at, url.reveal());
    } else if table.smtp_url_file.is_none() {
        let mend = "write `smtp_url_file = \"...\"`, a file that holds the mail server's address";
        at.missing("smtp_url_file", mend);
    }
    let mend = "write it like \"alerts@example.org\" or \"Alerts <alerts@example.org>\"";
    match &table.from {
        Some(from) if !is_mailbox(from) => at.wrong("from", "is no mail address", mend),
        Some(_) => {}
        None => at.missing("from", "write `from = \"...\"`, the mail address that writes"),
    }
    let to = table.to.all();
    if to.is_empty() {
        if at.written("to").is_some() {
            at.wrong("to", "is empty", "write at least one mail address");
        } else {
            at.missing("to", "write `to = [\"...\"]`, the mail addresses that read");
        }
    }
    if to.len() > MAILBOXES_MAX {
        let mend = format!("write at most {MAILBOXES_MAX}, or make it a mailing list");
        at.wrong("to", "has too many mail addresses", &mend);
    }
    for (index, one) in to.iter().enumerate().filter(|(_, one)| !is_mailbox(one)) {
        let place = at.entry("to", index);
        let what = format!("`{}.to`: {one:?} is no mail address", at.path.join("."));
        at.findings.mistake(place, what, mend);
    }
}

/// The address of a mail server, wherever it was written.
pub(in super::super) fn server(at: &mut At<'_>, text: &str) {
    if let Err(why) = Server::parse(text) {
        let key = if at.written("smtp_url").is_some() { "smtp_url" } else { "smtp_url_file" };
        let mend = "write it like \"smtps://USER:PASSWORD@mail.example.org\"";
        at.wrong(key, &format!("holds an address that {why}"), mend);
    }
}

fn language(at: &mut At<'_>, language: &str) {
    let Ok(words) = Words::shipped() else { return };
    if words.lang(language).is_none() {
        let what = format!("is {language:?}, in which nothing can be said");
        let mend = format!("write one of {}", words.languages().join(", "));
        at.wrong("language", &what, &mend);
    }
}
