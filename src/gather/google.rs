//! Google's Fact Check Tools API: answers page by page.

use anyhow::Result;
use serde::Deserialize;
use url::Url;

use super::visit::{Origin, Visit};
use crate::http::{Fetched, Want};
use crate::publishers::settings::Settings;
use crate::publishers::{self, About, Form};

/// Where it is asked unless the operator writes another address.
const ADDRESS: &str = "https://factchecktools.googleapis.com/v1alpha1/claims:search";
/// Claims an answer.
const CLAIMS_PER_ANSWER: &str = "100";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    claims: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    next_page_token: Option<String>,
}

impl Visit<'_> {
    /// Asks for what the operator searches, answer by answer.
    pub(super) async fn google(&mut self, settings: &Settings) -> Result<()> {
        let addresses: Vec<&str> = settings.addresses().collect();
        let addresses = if addresses.is_empty() { vec![ADDRESS] } else { addresses };
        for address in addresses {
            match Url::parse(address) {
                Ok(url) => self.answers(&url, settings).await?,
                Err(error) => self.fail(format!("{address:?} is no address: {error}"), None),
            }
        }
        Ok(())
    }

    async fn answers(&mut self, url: &Url, settings: &Settings) -> Result<()> {
        let answers_max = self.gatherer.limits.answers_max;
        let mut token: Option<String> = None;
        for number in 1..=answers_max {
            let url = asked(url, settings, token.as_deref());
            let want = Want {
                trusted: true,
                validators: None,
                accept: "application/json",
                body_bytes_max: None,
            };
            let page = match self.gatherer.door.get_written(&url, &want).await {
                Ok(Fetched::Fresh(page)) => page,
                Ok(Fetched::NotModified) => return Ok(()),
                // The texts of errors name no query, so the key stays with us.
                Err(error) => {
                    self.fail(error.to_string(), error.retry_after());
                    return Ok(());
                }
            };
            let answer: Answer = match serde_json::from_slice(&page.body) {
                Ok(answer) => answer,
                Err(error) => {
                    self.fail(format!("answer {number} is not JSON: {error}"), None);
                    return Ok(());
                }
            };
            if answer.claims.is_none() {
                return Ok(());
            }
            let about = About { content_type: page.content_type.as_deref(), ..About::default() };
            let parsed = publishers::read(Form::GoogleFactCheck, &page.body, &about);
            let from = Origin::Operator { file: false };
            self.keep(&format!("answer {number}"), parsed, from).await?;
            token = answer.next_page_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(());
            }
        }
        self.polled.left += 1;
        Ok(())
    }
}

fn asked(url: &Url, settings: &Settings, token: Option<&str>) -> Url {
    let mut url = url.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("query", settings.query.as_deref().unwrap_or_default());
        query.append_pair("pageSize", CLAIMS_PER_ANSWER);
        if let Some(language) = &settings.language {
            query.append_pair("languageCode", language);
        }
        if let Some(token) = token {
            query.append_pair("pageToken", token);
        }
        if let Some(key) = &settings.key {
            query.append_pair("key", key.reveal());
        }
    }
    url
}
