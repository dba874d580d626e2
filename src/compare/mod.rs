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

use crate::compare::align::{Unit, align};
use crate::compare::text::edits;
use crate::model::{Article, Block, PageCopy, Picture, Text};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
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
pub enum Extent {
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
pub struct Side {
    /// The field of the record, e.g. `articles[0].body[2].paragraph.text`.
    pub field: String,
    /// Bytes of the text, from the start of what the field holds: what is set before that counts below nought.
    pub range: Range<i64>,
    /// Code points of the field. `None`: all of it, or a part that the field does not hold.
    pub chars: Option<Range<u32>>,
    /// What stands there.
    pub text: String,
}

/// One change of the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub kind: Kind,
    /// To what.
    pub extent: Extent,
    /// The id of the article. Empty: the page's own.
    pub article: String,
    /// In the earlier round; `None` for what was put in.
    pub before: Option<Side>,
    /// In the later round; `None` for what was taken out.
    pub after: Option<Side>,
    /// Where on the later page something was taken out: a field, and the byte as [`Side::range`] counts.
    /// `None` where nothing is left to stand beside.
    pub gap: Option<(String, i64)>,
}

/// What changed from one page to the next, in the order of the later one; what went as a whole comes last.
pub fn compare(before: &PageCopy, after: &PageCopy) -> Vec<Change> {
    let mut out = Changes { article: "", all: Vec::new() };
    let (own_a, own_b) = (page_texts(before), page_texts(after));
    for (a, b) in own_a.iter().zip(&own_b) {
        out.one(a, b);
    }
    let couples = couples(&before.articles, &after.articles);
    for (article, was) in after.articles.iter().zip(&couples) {
        out.article = &article.id;
        match was.and_then(|was| before.articles.get(was)) {
            Some(was) => out.article(was, article),
            None => out.put(Extent::Article, side(&article.headline)),
        }
    }
    out.article = "";
    out.pictures(&before.pictures, &after.pictures);
    for (at, article) in before.articles.iter().enumerate() {
        if !couples.contains(&Some(at)) {
            out.article = &article.id;
            out.gone(Extent::Article, side(&article.headline), None);
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
fn page_texts(page: &PageCopy) -> [Text; 6] {
    let text =
        |field: &str, text: String| Text { text, field: field.to_owned(), ..Text::default() };
    let date = page.date.map(|date| date.to_string()).unwrap_or_default();
    let staff = page.staff.iter().map(|staff| format!("{} {}", staff.role, staff.names.join("、")));
    let staff: Vec<String> = staff.collect();
    [
        page.paper.clone(),
        text("date", date),
        page.number.clone(),
        page.section.clone(),
        text("credits", staff.join(" ")),
        page.banner.clone(),
    ]
}

/// The texts of a body, each with what it is.
fn body(article: &Article) -> Vec<Unit<'_>> {
    let kind = |block: &Block| match block {
        Block::Paragraph(_) => 0,
        Block::Crosshead(_) => 1,
        Block::Lines(_) => 2,
        Block::Note(_) => 3,
        Block::Aside(_) => 4,
        Block::Quote(_) => 5,
        Block::Picture(_) => 6,
        Block::From(_) => 7,
        Block::Onward(_) => 8,
    };
    let texts = |block: &Block| block.texts().len();
    let kinds =
        article.body.iter().flat_map(|block| std::iter::repeat_n(kind(block), texts(block)));
    let texts = article.body.iter().flat_map(Block::texts);
    kinds.zip(texts).map(|(kind, text)| Unit { kind, text }).collect()
}

/// A byte of a text from the start of what its field holds.
fn offset(text: &Text, at: usize) -> i64 {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    whole(at) - whole(text.prefix)
}

/// A whole text as a side.
fn side(text: &Text) -> Side {
    Side {
        field: text.field.clone(),
        range: offset(text, 0)..offset(text, text.text.len()),
        chars: None,
        text: text.text.clone(),
    }
}

/// A part of a text as a side.
fn part(text: &Text, range: &Range<usize>) -> Side {
    let count = |to: usize| {
        let own = text.text.get(text.prefix..to)?.chars().count();
        u32::try_from(own).ok()
    };
    let chars = count(range.start).zip(count(range.end)).map(|(start, end)| start..end);
    Side {
        field: text.field.clone(),
        range: offset(text, range.start)..offset(text, range.end),
        chars,
        text: text.text[range.clone()].to_owned(),
    }
}

/// Collects changes.
struct Changes<'a> {
    article: &'a str,
    all: Vec<Change>,
}

impl Changes<'_> {
    fn push(
        &mut self,
        (kind, extent): (Kind, Extent),
        before: Option<Side>,
        after: Option<Side>,
        gap: Option<(String, i64)>,
    ) {
        let article = self.article.to_owned();
        self.all.push(Change { kind, extent, article, before, after, gap });
    }

    fn put(&mut self, extent: Extent, after: Side) {
        self.push((Kind::Insert, extent), None, Some(after), None);
    }

    fn gone(&mut self, extent: Extent, before: Side, gap: Option<(String, i64)>) {
        self.push((Kind::Delete, extent), Some(before), None, gap);
    }

    /// A text that there is one of.
    fn one(&mut self, before: &Text, after: &Text) {
        match (before.is_empty(), after.is_empty()) {
            (true, true) => {}
            (true, false) => self.put(Extent::Whole, side(after)),
            (false, true) => self.gone(Extent::Whole, side(before), None),
            (false, false) => self.edited(before, after),
        }
    }

    /// Two wordings of a text.
    fn edited(&mut self, before: &Text, after: &Text) {
        for (a, b) in edits(&before.text, &after.text) {
            let (was, is) = (part(before, &a), part(after, &b));
            if a.is_empty() {
                self.put(Extent::Part, is);
            } else if b.is_empty() {
                self.gone(Extent::Part, was, Some((after.field.clone(), offset(after, b.start))));
            } else {
                self.push((Kind::Replace, Extent::Part), Some(was), Some(is), None);
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
        let none = Text::default();
        let count = before.alternatives.len().max(after.alternatives.len());
        for k in 0..count {
            let (a, b) = (before.alternatives.get(k), after.alternatives.get(k));
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
    fn texts(&mut self, before: &[Unit<'_>], after: &[Unit<'_>], head: &Text) {
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
                    self.gone(Extent::Whole, side(before[a].text), Some(gap));
                }
                (None, Some(b)) => match moved_from(b) {
                    Some(a) => {
                        let (was, is) = (side(before[a].text), side(after[b].text));
                        self.push((Kind::Move, Extent::Whole), Some(was), Some(is), None);
                    }
                    None => self.put(Extent::Whole, side(after[b].text)),
                },
                (None, None) => {}
            }
            if let Some(b) = couple.1 {
                last = after[b].text;
            }
        }
    }

    /// Pictures by id, with what is printed below them.
    fn pictures(&mut self, before: &[Picture], after: &[Picture]) {
        let whole = |picture: &Picture| Side {
            field: picture.field.clone(),
            range: 0..0,
            chars: None,
            text: picture.id.clone(),
        };
        for picture in after {
            let Some(was) = before.iter().find(|was| was.id == picture.id) else {
                self.put(Extent::Picture, whole(picture));
                continue;
            };
            // Bytes that are not at hand tell nothing.
            if was.image.is_some() && picture.image.is_some() && was.image != picture.image {
                let sides = (Some(whole(was)), Some(whole(picture)));
                self.push((Kind::Replace, Extent::Picture), sides.0, sides.1, None);
            }
            self.one(&was.caption, &picture.caption);
            self.one(&was.credit, &picture.credit);
        }
        for was in before.iter().filter(|was| after.iter().all(|picture| picture.id != was.id)) {
            self.gone(Extent::Picture, whole(was), None);
        }
    }
}

/// Texts of one kind.
fn units(texts: &[Text]) -> Vec<Unit<'_>> {
    texts.iter().map(|text| Unit { kind: 0, text }).collect()
}

#[cfg(test)]
mod tests;
