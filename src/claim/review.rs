//! `ClaimReview`: one published fact check of one claim, in schema.org's words.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

/// One published fact check of one claim (<https://schema.org/ClaimReview>), as it is kept and as
/// it is written out. The readers of wire forms in `publishers/` make it; every text in it is plain
/// (no markup), trimmed and never empty: what would be empty is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClaimReview {
    /// The publisher's own identifier, verbatim.
    #[serde(rename = "@id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Address of the page that carries the check; http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title of the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The claim that was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_reviewed: Option<String>,
    /// The publisher's own summary.
    #[serde(rename = "abstract", default, skip_serializing_if = "Option::is_none")]
    pub abstract_: Option<String>,
    /// The article's text, paragraphs separated by a line break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_body: Option<String>,
    /// Who the data says wrote it. Never shown where the address' host says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Party>,
    /// Day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_published: Option<NaiveDate>,
    /// Day of the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<NaiveDate>,
    /// Language of the check, a lower-case ISO 639-1 code where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_language: Option<String>,
    /// The publisher's rating; absent means the publisher gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_rating: Option<Rating>,
    /// The claim as an item of its own: who said it, when and where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_reviewed: Option<Claim>,
    /// Sources in the publisher's order: the first is source number 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citation: Vec<Citation>,
    /// Sections of the article that have a heading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub has_part: Vec<Section>,
}

/// A person or an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The publisher's rating (<https://schema.org/Rating>). Numbers are kept as text: publishers have
/// shipped reversed and nonsensical scales, so nothing is ever computed from them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// The verdict in the publisher's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate_name: Option<String>,
    /// Number given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_value: Option<String>,
    /// Top of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_rating: Option<String>,
    /// Bottom of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_rating: Option<String>,
}

/// The claim that was reviewed (<https://schema.org/Claim>).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Who made the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Party>,
    /// When the claim was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_published: Option<NaiveDate>,
    /// Where it appeared first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_appearance: Option<String>,
    /// Further places where it appeared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
}

/// One source of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One headed part of the article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Heading without its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Text; list entries begin with `- ` on a line of their own.
    pub text: String,
}

/// What a section is for, told from its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionKind {
    /// Summary of the results.
    Summary,
    /// Missing context, alternative viewpoints.
    Context,
    /// Potential misinformation or bias, and who benefits.
    Bias,
    /// Anything else.
    Other,
}

impl Section {
    /// What the section is for. Headings are told by their words, not by their number, because a
    /// later generation of the same publisher's articles numbers them freely.
    pub fn kind(&self) -> SectionKind {
        let heading = self.name.as_deref().unwrap_or_default().to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if has(&["summary", "in short", "key findings", "bottom line"]) {
            SectionKind::Summary
        } else if has(&["missing context", "alternative view", "context"]) {
            SectionKind::Context
        } else if has(&["misinformation", "bias", "who benefits"]) {
            SectionKind::Bias
        } else {
            SectionKind::Other
        }
    }
}

/// Why a review cannot be a published check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// Nothing says what was checked.
    #[error("no claimReviewed, name, abstract or reviewBody: nothing says what was checked")]
    Empty,
    /// The address is not one a reader could open.
    #[error("url {0:?} is not an http or https address")]
    Url(String),
}

impl ClaimReview {
    /// Checks what every stored review must have.
    ///
    /// # Errors
    /// See [`ReviewError`].
    pub fn check(&self) -> Result<(), ReviewError> {
        let texts = [&self.claim_reviewed, &self.name, &self.abstract_, &self.review_body];
        if texts.iter().all(|text| text.is_none()) {
            return Err(ReviewError::Empty);
        }
        match &self.url {
            Some(url) if self.page().is_none() => Err(ReviewError::Url(url.clone())),
            _ => Ok(()),
        }
    }

    /// The page's address, if it is one a browser opens over http or https.
    pub fn page(&self) -> Option<Url> {
        let url = Url::parse(self.url.as_deref()?).ok()?;
        let plain = url.username().is_empty() && url.password().is_none();
        (plain && matches!(url.scheme(), "http" | "https") && host_of(&url).is_some())
            .then_some(url)
    }

    /// Lower-case host of the page without a leading `www.`.
    pub fn host(&self) -> Option<String> {
        self.page().as_ref().and_then(host_of)
    }

    /// The identity of the check: `@id` verbatim, else 32 hex digits of a SHA-256 over address and
    /// claim (without an address: author and claim). Stable over versions of the same check.
    pub fn identity(&self) -> String {
        if let Some(id) = &self.id {
            return id.clone();
        }
        let anchor = match (&self.url, &self.author) {
            (Some(url), _) => address_key(url),
            (None, Some(author)) => author.name.clone().unwrap_or_default(),
            (None, None) => String::new(),
        };
        hash_hex(&[&anchor, self.claim()])
    }

    /// What was claimed, in the fullest form at hand: `claimReviewed`, else the title, else the
    /// beginning of the text.
    pub fn claim(&self) -> &str {
        let texts = [&self.claim_reviewed, &self.name, &self.abstract_, &self.review_body];
        texts.into_iter().flatten().next().map_or("", String::as_str)
    }

    /// The summary in the publisher's words: `abstract`, else a section that is a summary, else the
    /// first sentences of the body, at most `chars_max` characters of them.
    pub fn summary(&self, chars_max: usize) -> Option<String> {
        if let Some(text) = &self.abstract_ {
            return Some(text.clone());
        }
        let section = self.has_part.iter().find(|part| part.kind() == SectionKind::Summary);
        let body = section.map(|part| part.text.as_str()).or(self.review_body.as_deref())?;
        Some(super::text::first_sentences(body, chars_max).to_owned())
    }

    /// Fingerprint of everything in the review: equal fingerprints mean nothing changed.
    pub fn fingerprint(&self) -> String {
        hash_hex(&[&serde_json::to_string(self).unwrap_or_default()])
    }
}

/// Lower-case host of an address without a leading `www.` and without the dot that may end a name;
/// with its port, if that is not the scheme's own: another port is another site.
pub fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_lowercase();
    let host = host.trim_end_matches('.');
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    match url.port() {
        _ if host.is_empty() => None,
        Some(port) => Some(format!("{host}:{port}")),
        None => Some(host.to_owned()),
    }
}

/// One spelling for all spellings of the same page: no scheme, no `www.`, no `m.` or `amp.` before
/// a whole domain, no fragment, no trailing slash, no tracking parameters. Text that is no address
/// is returned trimmed.
pub fn address_key(address: &str) -> String {
    let Ok(url) = Url::parse(address.trim()) else {
        return address.trim().to_owned();
    };
    let Some(host) = host_of(&url) else {
        return address.trim().to_owned();
    };
    let bare = host.strip_prefix("m.").or_else(|| host.strip_prefix("amp."));
    // Hosting domains give `amp.` to strangers, so it only goes before a publisher's kind of name.
    let host = bare.filter(|rest| rest.contains('.') && !is_hosting(rest)).unwrap_or(&host);
    let mut key = format!("{host}{}", url.path().trim_end_matches('/'));
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    let all: Vec<_> = url.query_pairs().collect();
    // A page told apart by nothing but such a parameter keeps it.
    let alone = all.len() == 1 && url.path() == "/";
    for (name, value) in all.iter().filter(|(name, _)| alone || !is_tracking(name)) {
        kept.append_pair(name, value);
    }
    let kept = kept.finish();
    if !kept.is_empty() {
        key.push('?');
        key.push_str(&kept);
    }
    key
}

fn is_hosting(domain: &str) -> bool {
    ["wordpress.com", "blogspot.com", "github.io", "medium.com", "substack.com"].contains(&domain)
}

fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_")
        || matches!(
            name,
            "fbclid" | "gclid" | "igshid" | "mc_cid" | "mc_eid" | "ref" | "amp" | "s" | "si"
        )
}

/// First 32 hex digits of a SHA-256 over the parts, each ended by a zero byte.
pub fn hash_hex(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_key_and_two_pages_have_two() {
        let key = address_key;
        assert_eq!(key("https://www.snopes.com/a/?utm_source=x#y"), "snopes.com/a");
        assert_eq!(key("http://m.snopes.com./a"), "snopes.com/a");
        assert_eq!(key("https://127.0.0.1:8001/a"), "127.0.0.1:8001/a");
        assert_ne!(key("https://x.example/?s=one"), key("https://x.example/?s=two"));
        assert_ne!(key("https://x.example/?a=1%26b=2"), key("https://x.example/?a=1&b=2"));
        assert_ne!(key("https://amp.wordpress.com/a"), key("https://wordpress.com/a"));
        assert_eq!(key("https://m.com/a"), "m.com/a");
    }

    #[test]
    fn a_host_is_one_host_in_any_spelling_and_another_on_another_port() {
        let host =
            |url: &str| ClaimReview { url: Some(url.into()), ..ClaimReview::default() }.host();
        assert_eq!(host("https://Factually.CO./x").as_deref(), Some("factually.co"));
        assert_eq!(host("https://www.snopes.com:443/x").as_deref(), Some("snopes.com"));
        assert_eq!(host("https://snopes.com:8443/x").as_deref(), Some("snopes.com:8443"));
        assert_eq!(host("https://user@snopes.com/x"), None);
        assert_eq!(host("ftp://snopes.com/x"), None);
    }
}
