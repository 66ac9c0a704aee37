//! A web page: ClaimReview as JSON-LD or microdata, several per page; without any, the article
//! itself, told by its structure.

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};
use url::Url;

use super::address::{address, site};
use super::article::{self, Facts};
use super::blocks::{self, Block};
use super::claimreview::{self, Graph};
use super::settle::ABSTRACT_CHARS_MAX;
use super::{About, Parsed, charset, dates, jsonld, microdata, plain, prune, refusal};
use crate::claim::review::ClaimReview;

/// Bytes of a page that are read; the rest is dropped.
pub(super) const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most checks of a page; each may get what the page says of all of them.
const REVIEWS_MAX: usize = 1_000;
/// Longest summary, in characters, that the markup of an article lends to the checks beside it.
const LENT_CHARS_MAX: usize = 4 * ABSTRACT_CHARS_MAX;
/// Most elements the article finder looks at.
const ELEMENTS_MAX: usize = 60_000;

/// Reads a page.
pub(super) fn read(bytes: &[u8], about: &About<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let bytes = &bytes[..bytes.len().min(PAGE_BYTES_MAX)];
    let pruned = prune::prune(&charset::decoded(bytes, about.content_type));
    let document = Document::from(pruned.html.as_str());
    let page = Page::of(&document, about);
    let mut found = Found::default();
    for (number, block) in pruned.json_ld.iter().enumerate() {
        let place = format!("ld+json {}", number + 1);
        match jsonld::values(block) {
            Ok(values) => values.iter().for_each(|value| found.take(value, &place)),
            Err(reason) if block.contains("ClaimReview") => parsed.reject(place, reason),
            Err(_) => {}
        }
    }
    if found.reviews.is_empty() {
        for (number, value) in microdata::reviews(&document).iter().enumerate() {
            found.take(value, &format!("microdata {}", number + 1));
        }
    }
    if found.more > 0 {
        parsed.reject("page", format!("only {REVIEWS_MAX} checks of a page are read"));
    }
    if found.reviews.is_empty() {
        structured(&document, page, found.article, about, &mut parsed);
    } else {
        marked_up(&document, &page, found, &mut parsed);
    }
    parsed
}

/// What the markup of a page holds.
#[derive(Default)]
struct Found {
    reviews: Vec<(String, ClaimReview)>,
    /// How many there are beyond those.
    more: usize,
    /// The first article node: title, text and days for reviews that lack them.
    article: Option<ClaimReview>,
}

impl Found {
    fn take(&mut self, value: &serde_json::Value, place: &str) {
        let graph = Graph::of(value);
        let room = REVIEWS_MAX - self.reviews.len();
        self.more += graph.reviews.len().saturating_sub(room);
        for (inner, node) in graph.reviews.iter().take(room) {
            let dot = if inner.is_empty() { "" } else { " " };
            self.reviews.push((format!("{place}{dot}{inner}"), graph.review(node)));
        }
        if self.article.is_none()
            && let Some(node) = graph.articles.first()
        {
            let mut article = claimreview::article(&graph, node);
            for text in [&mut article.name, &mut article.abstract_].into_iter().flatten() {
                text.truncate(plain::cut(text, LENT_CHARS_MAX).len());
            }
            self.article = Some(article);
        }
    }
}

/// A page's own word about itself.
struct Page {
    /// Where its relative links start.
    base: Option<Url>,
    facts: Facts,
    is_front_page: bool,
}

impl Page {
    fn of(document: &Document, about: &About<'_>) -> Self {
        let meta = |names: &[&str]| {
            names.iter().find_map(|name| {
                let selection =
                    document.select_single(&format!("meta[property='{name}'],meta[name='{name}']"));
                selection.attr("content").and_then(|text| plain::line(&text, 8_000))
            })
        };
        let own = about.base();
        let canonical = document
            .select_single("link[rel='canonical']")
            .attr("href")
            .map(|href| href.to_string())
            .or_else(|| meta(&["og:url"]))
            .and_then(|href| address(&href, own.as_ref()));
        // A page may name its own address, not another site's.
        let url = match (about.url, canonical) {
            (Some(url), Some(canonical))
                if site(url) == site(&canonical) && !is_root(&canonical) =>
            {
                Some(canonical)
            }
            (Some(url), _) => Some(url.to_owned()),
            (None, canonical) => canonical,
        };
        let base = own.or_else(|| Url::parse(url.as_deref()?).ok());
        let text = |selector: &str| {
            let selection = document.select(selector);
            let node = selection.nodes().first().cloned()?;
            let texts: Vec<String> =
                blocks::of_tree(&node, None).into_iter().map(|block| block.text).collect();
            plain::line(&texts.join(" "), 1_000)
        };
        let only_h1 = (document.select("h1").length() == 1).then(|| text("h1")).flatten();
        let title = meta(&["og:title"]).or_else(|| only_h1.clone()).or_else(|| text("title"));
        // A heading that the title merely prolongs by the site's name is the better title.
        let title = match (title, only_h1) {
            (Some(title), Some(h1)) if title.starts_with(&h1) || title.ends_with(&h1) => Some(h1),
            (title, h1) => title.or(h1),
        };
        let day = |names: &[&str]| meta(names).as_deref().and_then(dates::day);
        let time = document.select_single("time[datetime]").attr("datetime");
        let site_name = meta(&["og:site_name"]);
        let title = title.map(|title| without_site(title, site_name.as_deref(), base.as_ref()));
        let facts = Facts {
            title: title.or_else(|| about.title.map(str::to_owned)),
            description: meta(&["og:description", "description", "twitter:description"]),
            language: document.select_single("html").attr("lang").map(|lang| lang.to_string()),
            published: day(&[
                "article:published_time",
                "datePublished",
                "date",
                "pubdate",
                "dc.date",
            ])
            .or(about.published)
            .or_else(|| time.as_deref().and_then(dates::day)),
            modified: day(&["article:modified_time", "og:updated_time"]),
            site_name,
            url,
        };
        let is_front_page = facts.url.as_deref().is_some_and(is_root);
        Self { base, facts, is_front_page }
    }
}

/// A title without the site's name after its last bar or dash.
fn without_site(title: String, site_name: Option<&str>, base: Option<&Url>) -> String {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let Some((head, tail)) =
        [" | ", " - ", " – ", " — "].iter().find_map(|bar| title.rsplit_once(bar))
    else {
        return title;
    };
    let tail = letters(tail);
    let is_site = site_name.is_some_and(|name| letters(name) == tail)
        || base
            .and_then(Url::host_str)
            .is_some_and(|host| tail.len() >= 3 && letters(host).contains(&tail));
    if is_site && !head.trim().is_empty() { head.trim().to_owned() } else { title }
}

fn is_root(url: &str) -> bool {
    Url::parse(url)
        .is_ok_and(|url| url.path().trim_matches('/').is_empty() && url.query().is_none())
}

/// The claim reviews of a page, with what only the page says filled in.
fn marked_up(document: &Document, page: &Page, found: Found, parsed: &mut Parsed) {
    let is_only_one = found.reviews.len() == 1;
    let article = found.article.unwrap_or_default();
    let body = is_only_one.then(|| body(document, page, article.review_body.as_deref())).flatten();
    let facts = &page.facts;
    let own = facts.url.as_deref().and_then(site);
    for (place, mut review) in found.reviews {
        let resolved = review.url.as_deref().and_then(|url| address(url, page.base.as_ref()));
        if let (Some(url), Some(own)) = (&resolved, &own)
            && site(url).as_ref() != Some(own)
        {
            parsed.reject(place, format!("a check that says it stands on another site: {url}"));
            continue;
        }
        review.url = resolved.filter(|url| !is_root(url)).or_else(|| facts.url.clone());
        // Where the claim itself stands as the title, the page's own title says more.
        let title = || facts.title.clone().or_else(|| article.name.clone());
        if review.name.is_none() || review.name == review.claim_reviewed {
            review.name = title().or(review.name);
        }
        review.abstract_ = review
            .abstract_
            .or_else(|| article.abstract_.clone())
            .or_else(|| facts.description.clone());
        if let Some(body) = &body
            && review.review_body.as_ref().is_none_or(|own| own.len() < body.len())
        {
            let short = review.review_body.replace(body.clone());
            review.abstract_ = short.or(review.abstract_);
        }
        review.date_published =
            review.date_published.or(article.date_published).or(facts.published);
        review.date_modified = review.date_modified.or(article.date_modified);
        review.in_language = review.in_language.or_else(|| facts.language.clone());
        parsed.take(place, review, page.base.as_ref());
    }
}

/// The article's text: as the page shows it, because JSON-LD often runs its paragraphs together,
/// but for a page that shows much less than it says.
fn body(document: &Document, page: &Page, said: Option<&str>) -> Option<String> {
    let shown: Vec<String> = article_blocks(document, page.facts.url.as_deref())
        .into_iter()
        .map(|block| block.text.replace('<', "&lt;"))
        .collect();
    let shown = shown.join("\n");
    match said {
        Some(said) if shown.len() < said.len() / 2 => Some(said.to_owned()),
        _ => (shown.chars().count() >= article::BODY_CHARS_MIN).then_some(shown),
    }
}

/// A page without claim reviews: its article, if it is one.
fn structured(
    document: &Document,
    page: Page,
    article: Option<ClaimReview>,
    about: &About<'_>,
    parsed: &mut Parsed,
) {
    if page.is_front_page {
        parsed.reject("page", "a site's front page, not a check");
        return;
    }
    let mut facts = page.facts;
    let article = article.unwrap_or_default();
    facts.published = facts.published.or(article.date_published);
    facts.title = facts.title.or(article.name);
    let all = blocks::of_tree(&document.root(), page.base.as_ref());
    if let Some(phrase) = all_text(&all).as_deref().and_then(refusal::of_text) {
        parsed.reject("page", format!("an error page or wall, not a check: it says {phrase:?}"));
        return;
    }
    let blocks = if article::is_sectioned(&all) {
        from_title(all, facts.title.as_deref())
    } else {
        article_blocks(document, about.url)
    };
    if blocks.is_empty() {
        parsed.reject("page", "no ClaimReview and no article in it");
        return;
    }
    match article::review(blocks, facts) {
        Ok(review) => parsed.take("page".to_owned(), review, page.base.as_ref()),
        Err(reason) => parsed.reject("page", reason),
    }
}

/// The whole text of a page that is short enough to be an error page.
fn all_text(blocks: &[Block]) -> Option<String> {
    let chars: usize = blocks.iter().map(|block| block.text.len()).sum();
    (chars < 8_000)
        .then(|| blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n"))
}

/// The blocks from the title on: what stands before it is the page's.
fn from_title(mut blocks: Vec<Block>, title: Option<&str>) -> Vec<Block> {
    let Some(title) = title.map(article::question) else { return blocks };
    let place = blocks.iter().position(|block| article::question(&block.text) == title);
    if let Some(place) = place {
        blocks.drain(..place);
    }
    blocks
}

/// The article's own blocks, as the reader view of a browser would show them.
fn article_blocks(document: &Document, url: Option<&str>) -> Vec<Block> {
    let config = Config {
        max_elements_to_parse: ELEMENTS_MAX,
        disable_json_ld: true,
        text_mode: TextMode::Raw,
        ..Config::default()
    };
    let url = url.filter(|url| Url::parse(url).is_ok());
    let Ok(mut readability) = Readability::with_document(document.clone(), url, Some(config))
    else {
        return Vec::new();
    };
    let base = url.and_then(|url| Url::parse(url).ok());
    let found = match readability.parse() {
        Ok(article) => blocks::of_tree(&Document::from(article.content).root(), base.as_ref()),
        Err(_) => Vec::new(),
    };
    let chars: usize = found.iter().map(|block| block.text.chars().count()).sum();
    if chars >= 2 * article::BODY_CHARS_MIN {
        return found;
    }
    // The finder looks for long paragraphs; a short article says itself where it is.
    let named = document.select_single("article, [itemprop='articleBody'], main, .entry-content");
    let named =
        named.nodes().first().map(|node| blocks::of_tree(node, base.as_ref())).unwrap_or_default();
    let named_chars: usize = named.iter().map(|block| block.text.chars().count()).sum();
    if named_chars > chars { named } else { found }
}
