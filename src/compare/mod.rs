//! Changes of the copy between two rounds (校次) of a page.
//!
//! The input is two checked pages of copy, so text that normalises to the same form compares equal.
//! The output is a list of [`CopyChange`]s in the order of the later page, each with its place in
//! both rounds.
//!
//! 1. Articles are matched by id and headline (`match_articles`).
//! 2. Texts of an article are paired by likeness (`align`, on the edit script of `diff`).
//! 3. Two wordings of one text are split into the edits that a proofreader would mark (`wording`).
//! 4. `collect` turns all of these into changes.
//!
//! Only printed copy is compared: span styles, weights and desk requests are not. Positions on the
//! page are unknown here; `makeup` finds them.

mod align;
mod change;
mod collect;
mod diff;
mod wording;

use crate::compare::collect::{ChangeCollector, whole_side};
use crate::model::{Article, CopyText, PageCopy};

pub use crate::compare::change::{ChangeExtent, ChangeKind, ChangeSide, CopyChange, DeletionPoint};

/// Returns the changes from one round to the next, in the order of the later page. Deleted articles
/// come last.
pub fn compare(before: &PageCopy, after: &PageCopy) -> Vec<CopyChange> {
    let mut collector = ChangeCollector::default();
    for (old_text, new_text) in page_texts(before).iter().zip(&page_texts(after)) {
        collector.compare_single_texts(old_text, new_text);
    }
    let matches = match_articles(&before.articles, &after.articles);
    for (article, old_index) in after.articles.iter().zip(&matches) {
        collector.article_id = &article.id;
        match old_index.and_then(|index| before.articles.get(index)) {
            Some(old_article) => collector.compare_articles(old_article, article),
            None => collector.add_insertion(ChangeExtent::Article, whole_side(&article.headline)),
        }
    }
    // Back from the articles to the page itself.
    collector.article_id = "";
    collector.compare_pictures(&before.pictures, &after.pictures);
    for (index, article) in before.articles.iter().enumerate() {
        if !matches.contains(&Some(index)) {
            collector.article_id = &article.id;
            collector.add_deletion(ChangeExtent::Article, whole_side(&article.headline), None);
        }
    }
    collector.changes
}

/// Returns, for each later article, the index of the earlier article it continues.
///
/// Ids may have been assigned by position, so an insertion shifts them. Three passes therefore go
/// from the safest match to the weakest: id and headline, headline alone, id alone.
fn match_articles(before: &[Article], after: &[Article]) -> Vec<Option<usize>> {
    let mut matches: Vec<Option<usize>> = vec![None; after.len()];
    let equal_ids = |a: &Article, b: &Article| a.id == b.id;
    let equal_headlines = |a: &Article, b: &Article| a.headline.text == b.headline.text;
    // A safe match is made for all articles before any weaker one can take its partner.
    for (by_id, by_headline) in [(true, true), (false, true), (true, false)] {
        let is_match = |a: &Article, b: &Article| {
            (!by_id || equal_ids(a, b)) && (!by_headline || equal_headlines(a, b))
        };
        for (new_index, article) in after.iter().enumerate() {
            let is_candidate = |old_index: &usize| {
                !matches.contains(&Some(*old_index)) && is_match(&before[*old_index], article)
            };
            if matches[new_index].is_none() {
                matches[new_index] = (0..before.len()).find(is_candidate);
            }
        }
    }
    matches
}

/// Texts that belong to the page and not to an article, in a fixed order.
fn page_texts(page: &PageCopy) -> [CopyText; 6] {
    let text = |field: &str, text: String| CopyText {
        text,
        field: field.to_owned(),
        ..CopyText::default()
    };
    let date = page.date.map(|date| date.to_string()).unwrap_or_default();
    let staff = page.staff.iter().map(|staff| format!("{} {}", staff.role, staff.names.join("、")));
    let staff: Vec<String> = staff.collect();
    [
        page.paper_name.clone(),
        text("date", date),
        page.page_number.clone(),
        page.section.clone(),
        text("credits", staff.join(" ")),
        page.banner.clone(),
    ]
}

#[cfg(test)]
mod tests;
