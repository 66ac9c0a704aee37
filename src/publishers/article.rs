//! A check told from the structure of its article, without any markup: sections with known headings
//! (summary, missing context, bias), numbered sources, or just a title and text.

use url::Url;

use super::blocks::{self, Block, Kind, unnumbered};
use super::plain::{self, find_ignoring_case};
use super::refusal;
use super::settle::{BODY_CHARS_MAX, CITATIONS_MAX, SECTIONS_MAX};
use super::{About, Parsed, charset, dates};
use crate::claim::review::{Citation, ClaimReview, Rating, Section, SectionKind};

/// Longest article read.
pub(super) const ARTICLE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A page with less text than this is no article.
pub(super) const BODY_CHARS_MIN: usize = 200;
/// Longest text after a label that is still a verdict.
const VERDICT_CHARS_MAX: usize = 60;

/// Lines that ask for money or wait for a script, as they begin.
const BANNERS: [&str; 12] = [
    "keep factually independent",
    "whether you agree or disagree with our analysis",
    "loading...",
    "loading…",
    "goal: $",
    "your support keeps",
    "we don't take money from political groups",
    "support our work",
    "donate now",
    "help us keep it that way",
    "this fact-check may be outdated",
    "share this article",
];
/// Headings after which nothing belongs to the article.
const ENDS: [&str; 10] = [
    "want to dive deeper",
    "want to learn more",
    "related",
    "related articles",
    "related stories",
    "related fact checks",
    "more fact checks",
    "read more",
    "comments",
    "you may also like",
];
/// Headings of the list of sources.
const SOURCES: [&str; 14] = [
    "sources",
    "references",
    "our sources",
    "sources used",
    "source list",
    "citations",
    "bibliography",
    "fuentes",
    "fontes",
    "quellen",
    "fonti",
    "referencias",
    "referências",
    "sources and references",
];
/// What publishers put before a title.
const TITLE_MARKS: [&str; 6] =
    ["fact check:", "fact-check:", "factcheck:", "fact check -", "fact check –", "fact check |"];
/// What publishers put before the claim they checked.
const CLAIM_LABELS: [&str; 16] = [
    "claim:",
    "the claim:",
    "claim reviewed:",
    "what was claimed:",
    "what's the claim:",
    "klaim:",
    "afirmación:",
    "afirmação:",
    "alegação:",
    "behauptung:",
    "affirmation:",
    "iddia:",
    "दावा:",
    "দাবি:",
    "claim :",
    "what is the claim:",
];
/// What publishers put before their verdict.
const VERDICT_LABELS: [&str; 8] = [
    "verdict:",
    "our verdict:",
    "rating:",
    "our rating:",
    "conclusion rating:",
    "veredicto:",
    "urteil:",
    "verdict :",
];

/// What a page says about its article beside the article itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) language: Option<String>,
    pub(super) published: Option<chrono::NaiveDate>,
    pub(super) modified: Option<chrono::NaiveDate>,
    pub(super) site_name: Option<String>,
}

/// Reads an article that is plain text.
pub(super) fn read(bytes: &[u8], about: &About<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if bytes.len() > ARTICLE_BYTES_MAX {
        parsed.reject("article", format!("longer than {ARTICLE_BYTES_MAX} bytes"));
        return parsed;
    }
    let text = charset::decoded(bytes, about.content_type);
    let blocks = blocks::of_text(&text, is_known_heading);
    let facts = Facts {
        url: about.url.map(str::to_owned),
        title: about.title.map(str::to_owned),
        published: about.published,
        ..Facts::default()
    };
    match review(blocks, facts) {
        Ok(review) => parsed.take("article".to_owned(), review, about.base().as_ref()),
        Err(reason) => parsed.reject("article", reason),
    }
    parsed
}

/// The check that the blocks of an article make.
///
/// # Errors
/// Why they make none.
pub(super) fn review(blocks: Vec<Block>, facts: Facts) -> Result<ClaimReview, String> {
    let mut blocks: Vec<Block> =
        blocks.into_iter().filter(|block| !is_banner(&block.text)).collect();
    if let Some(end) =
        blocks.iter().position(|block| block.kind == Kind::Heading && is_end(&block.text))
    {
        blocks.truncate(end);
    }
    let checked_on = checked_on(&mut blocks);
    let title = title(&mut blocks, facts.title.as_deref()).ok_or("no title")?;
    let is_sectioned = is_sectioned(&blocks);
    let chars: usize = blocks.iter().map(|block| block.text.chars().count()).sum();
    if chars < BODY_CHARS_MIN && !is_sectioned {
        return Err(format!("too little text for an article: {chars} characters"));
    }
    if refusal::is_error_title(&title) {
        return Err(format!("an error page, not a check: {:?}", plain::cut(&title, 80)));
    }
    if facts.site_name.as_deref().is_some_and(|name| name.trim().eq_ignore_ascii_case(title.trim()))
    {
        return Err("a title that is only the site's name".to_owned());
    }
    let question = question(&title);
    let citation = sources(&mut blocks);
    let mut review = ClaimReview {
        url: facts.url,
        abstract_: None,
        review_body: Some(body(&blocks)),
        date_published: facts.published.or(checked_on),
        date_modified: facts.modified,
        in_language: facts.language,
        citation,
        ..ClaimReview::default()
    };
    if is_sectioned {
        review.claim_reviewed = Some(question.to_owned());
        review.has_part = sections(&blocks);
    } else {
        let titled = [Block { kind: Kind::Heading, text: title.clone(), links: Vec::new() }];
        review.claim_reviewed = labelled(&blocks, &CLAIM_LABELS)
            .or_else(|| labelled(&titled, &CLAIM_LABELS))
            .or_else(|| question.ends_with('?').then(|| question.to_owned()));
        review.review_rating = labelled(&blocks, &VERDICT_LABELS)
            .filter(|words| words.chars().nth(VERDICT_CHARS_MAX).is_none())
            .map(|words| Rating { alternate_name: Some(words), ..Rating::default() });
        let first = blocks.iter().find(|block| {
            let is_long = block.text.chars().nth(60).is_some();
            block.kind == Kind::Paragraph && is_long && !is_labelled(&block.text)
        });
        review.abstract_ = facts.description.or_else(|| first.map(|block| block.text.clone()));
    }
    review.name = Some(title);
    Ok(review)
}

/// Whether the headings are those of an article made of known sections.
pub(super) fn is_sectioned(blocks: &[Block]) -> bool {
    let headings = || blocks.iter().filter(|block| block.kind == Kind::Heading);
    headings().any(|block| is_summary_heading(&block.text)) && headings().count() >= 2
}

fn is_summary_heading(heading: &str) -> bool {
    let heading = unnumbered(heading).to_lowercase();
    ["summary of the results", "summary of results", "executive summary", "summary", "bottom line"]
        .iter()
        .any(|known| {
            heading.trim_end_matches([':', '.']) == *known
                || heading.starts_with("executive summary")
        })
}

/// Whether a line of plain text is a heading by its words alone.
fn is_known_heading(line: &str) -> bool {
    let section = Section { name: Some(unnumbered(line).to_owned()), text: String::new() };
    let is_named =
        section.kind() != SectionKind::Other && !line.ends_with(['.', ':', ';', ']', '?']);
    let starts_known = [
        "summary",
        "executive summary",
        "missing context",
        "potential misinformation",
        "who benefits",
    ]
    .iter()
    .any(|known| unnumbered(line).to_lowercase().starts_with(known));
    (is_named && starts_known && line.chars().nth(100).is_none())
        || is_sources(line)
        || is_end(line)
}

fn is_sources(heading: &str) -> bool {
    SOURCES.contains(&unnumbered(heading).trim_end_matches(':').to_lowercase().as_str())
}

fn is_end(heading: &str) -> bool {
    ENDS.contains(&heading.trim_end_matches([':', '?', '.']).to_lowercase().as_str())
}

fn is_banner(text: &str) -> bool {
    let head = plain::cut(text, 80).to_lowercase().replace('’', "'");
    BANNERS.iter().any(|banner| head.starts_with(banner))
}

/// Takes out the line `Checked on June 16, 2025`, wherever it stands near the top.
fn checked_on(blocks: &mut Vec<Block>) -> Option<chrono::NaiveDate> {
    let place = blocks.iter().take(8).position(|block| {
        let text = block.text.to_lowercase();
        let is_dated = ["checked on", "published on", "published:", "last updated"]
            .iter()
            .any(|mark| text.starts_with(mark));
        is_dated && text.chars().count() < 80
    })?;
    let (_, words) = blocks[place].text.split_once([' ', ':'])?;
    let day = dates::day(words);
    if day.is_some() {
        blocks.remove(place);
    }
    day
}

/// The title: the one given, else the first line; it leaves the blocks.
fn title(blocks: &mut Vec<Block>, given: Option<&str>) -> Option<String> {
    let given = given.and_then(|title| plain::line(title, 1_000));
    let first = blocks.iter().take(8).position(|block| match &given {
        Some(title) => question(&block.text) == question(title),
        None => block.kind != Kind::Entry,
    });
    let found = first.map(|place| {
        let title = blocks.remove(place).text;
        // What stood before the title is the page's, not the article's.
        blocks.drain(..place);
        title
    });
    let found = match given {
        Some(title) => title,
        None => found?,
    };
    (!found.is_empty()).then_some(found)
}

/// A title without what publishers put before it.
pub(super) fn question(title: &str) -> &str {
    let title = title.trim();
    for mark in TITLE_MARKS {
        if title.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark)) {
            return title[mark.len()..].trim_start();
        }
    }
    title
}

fn sections(blocks: &[Block]) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    for block in blocks {
        if block.kind == Kind::Heading {
            found.push(Section {
                name: Some(unnumbered(&block.text).to_owned()),
                text: String::new(),
            });
        } else if let Some(section) = found.last_mut() {
            push_block(&mut section.text, block);
        }
    }
    found.retain(|section| !section.text.is_empty());
    found.truncate(SECTIONS_MAX);
    found
}

fn body(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        push_block(&mut text, block);
        if text.len() > 4 * BODY_CHARS_MAX {
            break;
        }
    }
    text
}

fn push_block(text: &mut String, block: &Block) {
    if !text.is_empty() {
        text.push('\n');
    }
    if block.kind == Kind::Entry {
        text.push_str("- ");
    }
    text.push_str(&block.text.replace('<', "&lt;"));
}

fn is_labelled(text: &str) -> bool {
    let head = plain::cut(text, 40).to_lowercase();
    CLAIM_LABELS.iter().chain(&VERDICT_LABELS).any(|label| head.starts_with(label))
}

/// The text after the first label, or the block after one that stands alone.
fn labelled(blocks: &[Block], labels: &[&str]) -> Option<String> {
    blocks.iter().enumerate().find_map(|(place, block)| {
        let label = labels.iter().find(|label| {
            find_ignoring_case(plain::cut(&block.text, 40), label) == Some(0)
                || block.text.to_lowercase().starts_with(*label)
        })?;
        let rest = block.text.get(label.len()..)?.trim();
        let words = if rest.is_empty() { &blocks.get(place + 1)?.text } else { rest };
        let words = words.trim();
        let inner = words.strip_prefix('"').and_then(|words| words.strip_suffix('"'));
        let words = inner.filter(|words| !words.contains('"')).unwrap_or(words);
        (!words.is_empty()).then(|| words.to_owned())
    })
}

/// Takes the list of sources out of the blocks, in its order; without one, the links of `[n]` marks
/// are the sources. Marks without either stay marks.
fn sources(blocks: &mut Vec<Block>) -> Vec<Citation> {
    let heading =
        blocks.iter().rposition(|block| block.kind == Kind::Heading && is_sources(&block.text));
    let Some(place) = heading else { return linked_marks(blocks) };
    let end = blocks
        .iter()
        .skip(place + 1)
        .position(|block| block.kind == Kind::Heading)
        .map_or(blocks.len(), |length| place + 1 + length);
    let listed: Vec<Block> = blocks.drain(place..end).skip(1).collect();
    listed.iter().take(CITATIONS_MAX).map(source).collect()
}

fn source(block: &Block) -> Citation {
    let text = block.text.trim_start_matches(['[', ' ']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let text = match text[digits..].strip_prefix([']', '.', ')']) {
        Some(rest) if (1..=3).contains(&digits) => rest.trim_start(),
        _ => block.text.as_str(),
    };
    let written = text
        .split_whitespace()
        .find(|word| word.starts_with("http://") || word.starts_with("https://"));
    let url =
        block.links.first().map(|(_, url)| url.clone()).or_else(|| written.map(str::to_owned));
    let name = match (&url, written) {
        (Some(url), Some(written)) if url == written => text.replace(written, ""),
        _ => text.to_owned(),
    };
    let name = name.trim_matches(|c: char| c.is_whitespace() || "-–—:()".contains(c)).to_owned();
    Citation { name: (!name.is_empty()).then_some(name), url }
}

/// Sources by the number of the `[n]` that links to them.
fn linked_marks(blocks: &[Block]) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    for (words, url) in blocks.iter().flat_map(|block| &block.links) {
        let number = words.trim_matches(['[', ']', ' ']).parse::<usize>().ok();
        let is_mark = words.starts_with('[') || words.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number @ 1..=CITATIONS_MAX) = number.filter(|_| is_mark) else { continue };
        if is_outside_link(url, number) {
            if found.len() < number {
                found.resize(number, Citation::default());
            }
            found[number - 1].url.get_or_insert_with(|| url.clone());
        }
    }
    found
}

/// A mark's link to a footnote on the same page is no source.
fn is_outside_link(url: &str, number: usize) -> bool {
    Url::parse(url).is_ok_and(|url| {
        url.fragment().is_none_or(|fragment| !fragment.ends_with(&number.to_string()))
    })
}
