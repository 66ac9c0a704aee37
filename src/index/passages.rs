//! Passages: where an article speaks of what a post says, found by the places of its words.

use anyhow::{Context, Result};
use tantivy::DocSet;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;

use super::candidates::{Candidate, Candidates};
use super::search::Searcher;
use crate::claim::features::{Asked, Hit, Passage};
use crate::claim::query::Query;

/// Places of one word in one article that are read: more say nothing new.
const PLACES_MAX: usize = 200;

impl Searcher {
    /// The passage most like the post in the article of each of these candidates, by row. Those
    /// whose articles have none of its words are left out.
    ///
    /// # Errors
    /// If the index files can't be read.
    pub fn passages(
        &self,
        query: &Query,
        candidates: &Candidates,
        of: &[Candidate],
    ) -> Result<Vec<(u64, Passage)>> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = vec![Vec::new(); of.len()];
        let mut by_place: Vec<usize> = (0..of.len()).collect();
        by_place.sort_by_key(|one| (of[*one].segment, of[*one].doc));
        for term in &candidates.terms {
            let Some(stems) = query.terms.get(term.place).map(|term| &term.stems) else { continue };
            self.add_hits(term.place as u16, stems, of, &by_place, &mut hits)?;
        }
        let asked = Asked::of(query, &candidates.weights);
        let passages = of.iter().zip(hits).filter(|(_, hits)| !hits.is_empty());
        let passages = passages.map(|(one, mut hits)| {
            hits.sort_unstable();
            hits.dedup_by_key(|hit| hit.at);
            (one.row, asked.passage(&hits, self.article_words(one)))
        });
        Ok(passages.collect())
    }

    /// Adds where a word stands in these articles, which are taken in the order `by_place`.
    fn add_hits(
        &self,
        place: u16,
        stems: &[String],
        of: &[Candidate],
        by_place: &[usize],
        hits: &mut [Vec<Hit>],
    ) -> Result<()> {
        let mut places = Vec::new();
        for (segment, info) in self.in_articles(stems)? {
            let inverted = self.articles(segment);
            let mut postings = inverted
                .read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)
                .context("reading where a word stands")?;
            for one in by_place {
                let Candidate { segment: its, doc, .. } = of[*one];
                if its as usize != segment {
                    continue;
                }
                if postings.doc() < doc && postings.seek(doc) != doc || postings.doc() != doc {
                    continue;
                }
                postings.positions(&mut places);
                hits[*one].extend(places.iter().take(PLACES_MAX).map(|at| Hit { at: *at, place }));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::analysis::Analyzers;
    use crate::claim::post::Post;
    use crate::claim::review::ClaimReview;
    use crate::index::{Document, Index};

    fn check(claim: &str, body: &str) -> ClaimReview {
        ClaimReview {
            claim_reviewed: Some(claim.to_owned()),
            review_body: Some(body.to_owned()),
            in_language: Some("en".to_owned()),
            ..ClaimReview::default()
        }
    }

    #[test]
    fn an_article_that_quotes_a_post_is_told_from_one_that_has_its_words_here_and_there() {
        let about =
            "Floods came up again and the town spoke about its drains for long. ".repeat(40);
        let post = "A shark swam on the motorway behind our bakery this morning";
        let quoting = check("Animals in floods", &format!("{about} They wrote: {post}. {about}"));
        let scattered = check(
            "A flood",
            &format!("{about} shark {about} swam {about} motorway {about} bakery {about} morning"),
        );
        let neither = check("Sharks swam on a motorway", &about);
        let analyzers = Analyzers::new();
        let dir = tempfile::tempdir().expect("a directory");
        let index = Index::open(dir.path()).expect("an index");
        let made = index.rebuild(1, 20_000_000, |mut writer| {
            // Two pieces of the index.
            writer.put(&Document::of(1, &quoting, &analyzers))?;
            writer.commit(1)?;
            writer.put(&Document::of(2, &scattered, &analyzers))?;
            writer.put(&Document::of(3, &neither, &analyzers))?;
            writer.commit(2)
        });
        made.expect("made");
        let mut searcher = index.searcher().expect("an index").expect("a searcher");
        let post = Post { lang: Some("en".to_owned()), ..Post::of(post) };
        let query = Query::of(&post, &analyzers);
        let found = searcher.candidates(&query, 9, &[], true).expect("found");
        assert_eq!(found.list.len(), 3);
        let passages = searcher.passages(&query, &found, &found.list).expect("passages");
        let of = |row| passages.iter().find(|(its, _)| *its == row).map(|(_, passage)| *passage);
        let quoted = of(1).expect("a passage");
        assert!(quoted.coverage > 0.9 && quoted.said > 0.9, "{quoted:?}");
        let scattered = of(2).expect("a passage");
        assert!(scattered.coverage * scattered.said < 0.1, "{scattered:?}");
        assert_eq!(of(3), None, "none of its words");
    }

    #[test]
    fn of_a_word_that_is_said_again_and_again_so_many_places_are_read() {
        let analyzers = Analyzers::new();
        let endless = check("A flood", &"shark ".repeat(PLACES_MAX * 2));
        let dir = tempfile::tempdir().expect("a directory");
        let index = Index::open(dir.path()).expect("an index");
        let made = index.rebuild(1, 20_000_000, |mut writer| {
            writer.put(&Document::of(1, &endless, &analyzers))?;
            writer.commit(1)
        });
        made.expect("made");
        let mut searcher = index.searcher().expect("an index").expect("a searcher");
        let post = Post { lang: Some("en".to_owned()), ..Post::of("shark") };
        let query = Query::of(&post, &analyzers);
        let of = searcher.candidates(&query, 9, &[], true).expect("found").list;
        let mut hits = vec![Vec::new()];
        searcher.add_hits(0, &query.terms[0].stems, &of, &[0], &mut hits).expect("hits");
        assert_eq!(hits[0].len(), PLACES_MAX);
    }

    #[test]
    fn a_body_that_is_no_more_than_its_summary_counts_once() {
        let analyzers = Analyzers::new();
        let said = "A shark swam on a motorway.";
        let longer =
            format!("{said} {}", "Nothing of the kind was seen by the police. ".repeat(60));
        let dir = tempfile::tempdir().expect("a directory");
        let index = Index::open(dir.path()).expect("an index");
        let made = index.rebuild(1, 20_000_000, |mut writer| {
            writer.put(&Document::of(1, &check("One", &format!("{said}\n")), &analyzers))?;
            writer.put(&Document::of(2, &check("Two", &longer), &analyzers))?;
            writer.commit(1)
        });
        made.expect("made");
        let mut searcher = index.searcher().expect("an index").expect("a searcher");
        let query = Query::of(&Post::of("shark motorway"), &analyzers);
        let found = searcher.candidates(&query, 9, &[], true).expect("found").list;
        let of = |row| found.iter().find(|one| one.row == row).expect("found");
        assert_eq!(of(1).body, 0.0);
        assert!(of(2).body > 0.0 && of(2).score > 0.0);
        assert_eq!(of(2).total(), of(2).score.max(of(2).body));
    }
}
