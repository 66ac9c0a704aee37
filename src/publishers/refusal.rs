//! Pages that are served in a check's place: errors, walls, checks of the browser, soft 404s.

use crate::claim::review::ClaimReview;

/// Whole titles that name an error, not an article.
const TITLES: [&str; 42] = [
    "404",
    "403",
    "500",
    "502",
    "503",
    "error",
    "not found",
    "page not found",
    "404 not found",
    "404 page not found",
    "404: not found",
    "404: page not found",
    "403 forbidden",
    "forbidden",
    "access denied",
    "bad gateway",
    "502 bad gateway",
    "503 service unavailable",
    "service unavailable",
    "internal server error",
    "just a moment",
    "attention required",
    "attention required! | cloudflare",
    "are you a robot",
    "site maintenance",
    "maintenance",
    "under construction",
    "strony nie znaleziono",
    "nie znaleziono strony",
    "nie znaleziono",
    "página no encontrada",
    "pagina no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "page non trouvée",
    "page introuvable",
    "seite nicht gefunden",
    "sayfa bulunamadı",
    "halaman tidak ditemukan",
    "страница не найдена",
    "找不到頁面",
    "ページが見つかりません",
];

/// Words of walls and errors; a title that begins with them, or a short text that has them, is one.
const PHRASES: [&str; 44] = [
    "your access to this site has been limited",
    "just a moment...",
    "checking your browser before accessing",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "please enable javascript and cookies",
    "enable javascript and cookies to continue",
    "please enable cookies",
    "attention required! | cloudflare",
    "access to this page has been denied",
    "you don't have permission to access",
    "sorry, you have been blocked",
    "subscribe to continue",
    "subscribe to read",
    "log in to continue",
    "sign in to continue",
    "please log in to view",
    "this content is for subscribers",
    "page you are looking for",
    "page you requested could not be found",
    "page you were looking for",
    "the page can't be found",
    "page can’t be found",
    "page not found",
    "this page doesn't exist",
    "this page isn't available",
    "error establishing a database connection",
    "there has been a critical error on this website",
    "strony nie znaleziono",
    "nie znaleziono strony",
    "página no encontrada",
    "página não encontrada",
    "page non trouvée",
    "pagina non trovata",
    "seite nicht gefunden",
    "страница не найдена",
    "fatal error: uncaught",
    "parse error: syntax error",
    "stack trace:\n#0",
    "warning: mysqli_",
    "too many requests",
    "request unsuccessful. incapsula",
    "account suspended",
];

/// A text of at most this many characters is short enough to be an error page.
const SHORT_CHARS_MAX: usize = 1_200;

/// Refuses a review whose title or claim is an error's. One that carries a rating is believed in
/// all but the plainest cases, because claims are about everything, error pages included.
pub(super) fn of_review(review: &ClaimReview) -> Result<(), String> {
    let is_rated = review.review_rating.is_some();
    for text in [&review.name, &review.claim_reviewed].into_iter().flatten() {
        if !is_rated && is_error_title(text) {
            return Err(format!("an error page, not a check: {:?}", short(text)));
        }
    }
    let is_lone = !is_rated && review.claim_reviewed.is_none() && review.has_part.is_empty();
    if is_lone {
        let texts = [&review.name, &review.abstract_, &review.review_body];
        let all: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        if let Some(phrase) = of_text(&all.join("\n")) {
            return Err(format!("an error page or wall, not a check: it says {phrase:?}"));
        }
        if let Some(trace) = all.iter().find_map(|text| trace(text)) {
            return Err(format!("a program's error message, not a check: {trace:?}"));
        }
    }
    Ok(())
}

/// Whether a title is an error's.
pub(super) fn is_error_title(title: &str) -> bool {
    let title = title.trim().trim_end_matches(['.', '!', '…']).to_lowercase();
    let first = title.split(['|', '–', '—']).next().unwrap_or_default();
    let first = first.split(" - ").next().unwrap_or_default().trim();
    let first = first.trim_end_matches(['.', '!', '…', '?']);
    TITLES.contains(&title.as_str())
        || TITLES.contains(&first)
        || PHRASES.iter().any(|phrase| title.starts_with(phrase))
}

/// The words by which a short text gives itself away as an error page or a wall.
pub(super) fn of_text(text: &str) -> Option<&'static str> {
    if text.chars().nth(SHORT_CHARS_MAX).is_some() {
        return None;
    }
    let text = text.to_lowercase().replace('’', "'");
    PHRASES.into_iter().find(|phrase| text.contains(phrase))
}

/// The beginning of a PHP or Python trace.
fn trace(text: &str) -> Option<&str> {
    let begins =
        ["Fatal error", "Warning: ", "Notice: ", "Parse error", "Deprecated: ", "Traceback (most"];
    let is_trace = begins.iter().any(|begin| text.trim_start().starts_with(begin))
        && (text.contains(".php") || text.contains(" on line ") || text.contains("File \""));
    is_trace.then(|| short(text))
}

fn short(text: &str) -> &str {
    super::plain::cut(text, 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_walls_are_told_from_articles() {
        for title in [
            "404",
            "Page not found - Check",
            "Strony nie znaleziono | X",
            "Just a moment...",
            "Your access to this site has been limited by the site owner",
            "Página não encontrada",
        ] {
            assert!(is_error_title(title), "{title}");
        }
        for title in [
            "404 people did not die of the vaccine",
            "Error in a map misleads voters",
            "Not found: the missing ballots of Georgia",
            "Is a 500 euro note forged?",
        ] {
            assert!(!is_error_title(title), "{title}");
        }
        assert_eq!(
            of_text("Members only. Subscribe to continue reading."),
            Some("subscribe to continue")
        );
        let article = "A long article. ".repeat(200) + "subscribe to continue";
        assert_eq!(of_text(&article), None);
    }

    #[test]
    fn a_trace_is_no_check_and_a_rated_claim_about_an_error_is_one() {
        let review = |name: &str, body: &str| ClaimReview {
            name: Some(name.into()),
            review_body: Some(body.into()),
            ..ClaimReview::default()
        };
        let php = "Warning: include(header.php): failed to open stream in /var/www/x.php on line 3";
        assert!(of_review(&review("Check", php)).is_err());
        let mut rated = review("404", "body");
        assert!(of_review(&rated).is_err());
        rated.review_rating = Some(crate::claim::review::Rating::default());
        assert!(of_review(&rated).is_ok());
    }
}
