//! What changed in the copy between two rounds of a page (校次).
//!
//! In: two checked pages of copy, so that what was normalised alike is alike. Out: [`Change`]s in the order of the
//! later page, each with its place in both. Articles go together by id, their texts by what they say (`align`), the
//! characters of two wordings by the shortest edits that read well (`text`, `edits`). Only what is printed is
//! compared: how parts of it are dressed, weights and wishes are not copy. Nothing here knows where anything stands.

mod align;
mod edits;
mod text;

use std::ops::Range;

use crate::compare::align::{TextUnit, align};
use crate::compare::text::edits;
use crate::model::{Article, BodyBlock, CopyText, PageCopy, PagePicture};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// 增补.
    Insert,
    /// 删除.
    Delete,
    /// 改正.
    Replace,
    /// 转移: a text stands elsewhere, unchanged.
    Move,
}

/// What it was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeExtent {
    /// A part of a text.
    Part,
    /// A whole text: a paragraph, a crosshead, a line of a head.
    Whole,
    /// A picture; its text is its id.
    Picture,
    /// A whole article; its text is its headline.
    Article,
}

/// One side of a change: a place in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSide {
    /// The field of the record, e.g. `articles[0].body[2].paragraph.text`.
    pub field: String,
    /// Bytes of the text, from the start of what the field holds: what is set before that counts below nought.
    pub byte_range: Range<i64>,
    /// Code points of the field. `None`: all of it, or a part that the field does not hold.
    pub char_range: Option<Range<u32>>,
    /// What stands there.
    pub text: String,
}

/// One change of the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyChange {
    /// What was done.
    pub kind: ChangeKind,
    /// To what.
    pub extent: ChangeExtent,
    /// The id of the article. Empty: the page's own.
    pub article_id: String,
    /// In the earlier round; `None` for what was put in.
    pub before: Option<ChangeSide>,
    /// In the later round; `None` for what was taken out.
    pub after: Option<ChangeSide>,
    /// Where on the later page something was taken out: a field, and the byte as [`Side::range`] counts.
    /// `None` where nothing is left to stand beside.
    pub deletion_point: Option<(String, i64)>,
}

/// What changed from one page to the next, in the order of the later one; what went as a whole comes last.
pub fn compare(before: &PageCopy, after: &PageCopy) -> Vec<CopyChange> {
    let mut out = ChangeCollector { article_id: "", all: Vec::new() };
    let (own_a, own_b) = (page_texts(before), page_texts(after));
    for (a, b) in own_a.iter().zip(&own_b) {
        out.one(a, b);
    }
    let couples = couples(&before.articles, &after.articles);
    for (article, was) in after.articles.iter().zip(&couples) {
        out.article_id = &article.id;
        match was.and_then(|was| before.articles.get(was)) {
            Some(was) => out.article(was, article),
            None => out.put(ChangeExtent::Article, side(&article.headline)),
        }
    }
    out.article_id = "";
    out.pictures(&before.pictures, &after.pictures);
    for (at, article) in before.articles.iter().enumerate() {
        if !couples.contains(&Some(at)) {
            out.article_id = &article.id;
            out.gone(ChangeExtent::Article, side(&article.headline), None);
        }
    }
    out.all
}

/// The article that each one was: first of those that have kept id or headline the ones with both, for ids may have been
/// given by position; then those that have kept either.
fn couples(before: &[Article], after: &[Article]) -> Vec<Option<usize>> {
    let mut out: Vec<Option<usize>> = vec![None; after.len()];
    let id = |a: &Article, b: &Article| a.id == b.id;
    let head = |a: &Article, b: &Article| a.headline.text == b.headline.text;
    for (by_id, by_head) in [(true, true), (false, true), (true, false)] {
        let same = |a: &Article, b: &Article| (!by_id || id(a, b)) && (!by_head || head(a, b));
        for (k, article) in after.iter().enumerate() {
            let free = |at: &usize| !out.contains(&Some(*at)) && same(&before[*at], article);
            if out[k].is_none() {
                out[k] = (0..before.len()).find(free);
            }
        }
    }
    out
}

/// The texts of the page's own, in a fixed order.
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

/// The texts of a body, each with what it is.
fn body(article: &Article) -> Vec<TextUnit<'_>> {
    let kind = |block: &BodyBlock| match block {
        BodyBlock::Paragraph(_) => 0,
        BodyBlock::Crosshead(_) => 1,
        BodyBlock::Lines(_) => 2,
        BodyBlock::Note(_) => 3,
        BodyBlock::Aside(_) => 4,
        BodyBlock::PullQuote(_) => 5,
        BodyBlock::Picture(_) => 6,
        BodyBlock::JumpFrom(_) => 7,
        BodyBlock::JumpTo(_) => 8,
    };
    let texts = |block: &BodyBlock| block.texts().len();
    let kinds =
        article.body.iter().flat_map(|block| std::iter::repeat_n(kind(block), texts(block)));
    let texts = article.body.iter().flat_map(BodyBlock::texts);
    kinds.zip(texts).map(|(kind, text)| TextUnit { kind, text }).collect()
}

/// A byte of a text from the start of what its field holds.
fn offset(text: &CopyText, at: usize) -> i64 {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    whole(at) - whole(text.prefix_bytes)
}

/// A whole text as a side.
fn side(text: &CopyText) -> ChangeSide {
    ChangeSide {
        field: text.field.clone(),
        byte_range: offset(text, 0)..offset(text, text.text.len()),
        char_range: None,
        text: text.text.clone(),
    }
}

/// A part of a text as a side.
fn part(text: &CopyText, range: &Range<usize>) -> ChangeSide {
    let count = |to: usize| {
        let own = text.text.get(text.prefix_bytes..to)?.chars().count();
        u32::try_from(own).ok()
    };
    let chars = count(range.start).zip(count(range.end)).map(|(start, end)| start..end);
    ChangeSide {
        field: text.field.clone(),
        byte_range: offset(text, range.start)..offset(text, range.end),
        char_range: chars,
        text: text.text[range.clone()].to_owned(),
    }
}

/// Collects changes.
struct ChangeCollector<'a> {
    article_id: &'a str,
    all: Vec<CopyChange>,
}

impl ChangeCollector<'_> {
    fn push(
        &mut self,
        (kind, extent): (ChangeKind, ChangeExtent),
        before: Option<ChangeSide>,
        after: Option<ChangeSide>,
        gap: Option<(String, i64)>,
    ) {
        let article = self.article_id.to_owned();
        self.all.push(CopyChange {
            kind,
            extent,
            article_id: article,
            before,
            after,
            deletion_point: gap,
        });
    }

    fn put(&mut self, extent: ChangeExtent, after: ChangeSide) {
        self.push((ChangeKind::Insert, extent), None, Some(after), None);
    }

    fn gone(&mut self, extent: ChangeExtent, before: ChangeSide, gap: Option<(String, i64)>) {
        self.push((ChangeKind::Delete, extent), Some(before), None, gap);
    }

    /// A text that there is one of.
    fn one(&mut self, before: &CopyText, after: &CopyText) {
        match (before.is_empty(), after.is_empty()) {
            (true, true) => {}
            (true, false) => self.put(ChangeExtent::Whole, side(after)),
            (false, true) => self.gone(ChangeExtent::Whole, side(before), None),
            (false, false) => self.edited(before, after),
        }
    }

    /// Two wordings of a text.
    fn edited(&mut self, before: &CopyText, after: &CopyText) {
        for (a, b) in edits(&before.text, &after.text) {
            let (was, is) = (part(before, &a), part(after, &b));
            if a.is_empty() {
                self.put(ChangeExtent::Part, is);
            } else if b.is_empty() {
                self.gone(
                    ChangeExtent::Part,
                    was,
                    Some((after.field.clone(), offset(after, b.start))),
                );
            } else {
                self.push((ChangeKind::Replace, ChangeExtent::Part), Some(was), Some(is), None);
            }
        }
    }

    fn article(&mut self, before: &Article, after: &Article) {
        self.one(&before.column_title, &after.column_title);
        self.one(&before.kicker, &after.kicker);
        self.one(&before.headline, &after.headline);
        self.texts(&units(&before.deck), &units(&after.deck), &after.headline);
        self.texts(&units(&before.summary), &units(&after.summary), &after.headline);
        self.one(&before.byline, &after.byline);
        let none = CopyText::default();
        let count = before.head_variants.len().max(after.head_variants.len());
        for k in 0..count {
            let (a, b) = (before.head_variants.get(k), after.head_variants.get(k));
            self.one(a.map_or(&none, |a| &a.kicker), b.map_or(&none, |b| &b.kicker));
            self.one(a.map_or(&none, |a| &a.headline), b.map_or(&none, |b| &b.headline));
            let deck_a = a.map_or(&[][..], |a| &a.deck[..]);
            let deck_b = b.map_or(&[][..], |b| &b.deck[..]);
            self.texts(&units(deck_a), &units(deck_b), &after.headline);
        }
        self.texts(&body(before), &body(after), &after.headline);
        self.pictures(&before.pictures, &after.pictures);
    }

    /// A row of texts; `head` stands before it.
    fn texts(&mut self, before: &[TextUnit<'_>], after: &[TextUnit<'_>], head: &CopyText) {
        let couples = align(before, after);
        // A text that went in one place and came in another was moved.
        let gone = |at: usize| couples.contains(&(Some(at), None));
        let came = |at: usize| couples.contains(&(None, Some(at)));
        let moved_from =
            |to: usize| (0..before.len()).find(|at| gone(*at) && before[*at] == after[to]);
        let moved_to =
            |from: usize| (0..after.len()).any(|at| came(at) && after[at] == before[from]);
        let mut last = head;
        for couple in &couples {
            match *couple {
                (Some(a), Some(b)) => self.edited(before[a].text, after[b].text),
                (Some(a), None) if moved_to(a) => {}
                (Some(a), None) => {
                    let gap = (last.field.clone(), offset(last, last.text.len()));
                    self.gone(ChangeExtent::Whole, side(before[a].text), Some(gap));
                }
                (None, Some(b)) => match moved_from(b) {
                    Some(a) => {
                        let (was, is) = (side(before[a].text), side(after[b].text));
                        self.push(
                            (ChangeKind::Move, ChangeExtent::Whole),
                            Some(was),
                            Some(is),
                            None,
                        );
                    }
                    None => self.put(ChangeExtent::Whole, side(after[b].text)),
                },
                (None, None) => {}
            }
            if let Some(b) = couple.1 {
                last = after[b].text;
            }
        }
    }

    /// Pictures by id, with what is printed below them.
    fn pictures(&mut self, before: &[PagePicture], after: &[PagePicture]) {
        let whole = |picture: &PagePicture| ChangeSide {
            field: picture.field.clone(),
            byte_range: 0..0,
            char_range: None,
            text: picture.id.clone(),
        };
        for picture in after {
            let Some(was) = before.iter().find(|was| was.id == picture.id) else {
                self.put(ChangeExtent::Picture, whole(picture));
                continue;
            };
            // Bytes that are not at hand tell nothing.
            if was.image.is_some() && picture.image.is_some() && was.image != picture.image {
                let sides = (Some(whole(was)), Some(whole(picture)));
                self.push((ChangeKind::Replace, ChangeExtent::Picture), sides.0, sides.1, None);
            }
            self.one(&was.caption, &picture.caption);
            self.one(&was.credit, &picture.credit);
        }
        for was in before.iter().filter(|was| after.iter().all(|picture| picture.id != was.id)) {
            self.gone(ChangeExtent::Picture, whole(was), None);
        }
    }
}

/// Texts of one kind.
fn units(texts: &[CopyText]) -> Vec<TextUnit<'_>> {
    texts.iter().map(|text| TextUnit { kind: 0, text }).collect()
}

#[cfg(test)]
mod tests;
