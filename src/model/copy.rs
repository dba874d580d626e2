//! A page of copy.

use std::ops::Range;

use time::Date;

use crate::font::FontId;

/// A part of a text that is set in a way of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// How it is set.
    pub dress: Dress,
}

/// How a part of a text is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dress {
    /// In another face.
    Face(FontId),
    /// With a dot under each Han character (着重号).
    Dotted,
    /// Raised and small, held to what stands before it (注码).
    Raised,
    /// With a reading above it (注音).
    Reading(String),
    /// Better not divided: a protected name (R66).
    Kept,
    /// A part of a dateline up to 电 or 讯: agency, place, or date (R71).
    Dateline,
    /// The space at which a head is to turn to its next line, whatever its width.
    Turn,
}

/// A piece of copy, normalised, with the field it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// What parts of it are set otherwise.
    pub spans: Vec<Span>,
    /// The field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// Bytes before what the field holds: the dateline, or the label of an editor's note.
    pub prefix: usize,
}

impl Text {
    /// The text with something set before it in a dress of its own.
    #[must_use]
    pub fn led_by(mut self, lead: &str, dress: impl IntoIterator<Item = Span>) -> Self {
        let by = lead.len();
        for span in &mut self.spans {
            span.range = span.range.start + by..span.range.end + by;
        }
        self.spans.splice(0..0, dress);
        self.text.insert_str(0, lead);
        self.prefix += by;
        self
    }

    /// Whether there is nothing to set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The number of 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1.
    pub fn count(&self) -> usize {
        count(&self.text)
    }
}

/// Counts 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1, spaces none.
pub fn count(text: &str) -> usize {
    use crate::script::Class::{Digit, Latin, Space};
    let mut last = Space;
    let mut sum = 0;
    for cluster in crate::script::segment(text, &crate::script::Profile::default()) {
        let class = cluster.class;
        let goes_on = cluster.joined || (class == last && matches!(class, Digit | Latin));
        if class != Space && !goes_on {
            sum += 1;
        }
        last = class;
    }
    sum
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, indented.
    Paragraph(Text),
    /// A crosshead (小标题).
    Crosshead(Text),
    /// Lines kept as they are.
    Lines(Lines),
    /// A note at the foot of the article, in its own face.
    Note(Text),
    /// A paragraph of the editor's note or the abstract: in a face of its own, set in from both sides.
    Aside(Text),
}

/// Lines kept as they are: verse, rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The lines, none empty.
    pub texts: Vec<Text>,
    /// By how many halves of a 字 each is set in.
    pub indents: Vec<u16>,
    /// The lines that a white row parts from the one before: the first of each stanza but the first.
    pub stanzas: Vec<usize>,
}

impl Block {
    /// The texts of the block.
    pub fn texts(&self) -> &[Text] {
        match self {
            Self::Paragraph(text)
            | Self::Crosshead(text)
            | Self::Note(text)
            | Self::Aside(text) => std::slice::from_ref(text),
            Self::Lines(lines) => &lines.texts,
        }
    }
}

/// An article, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Unique on the page.
    pub id: String,
    /// 栏目.
    pub column_title: Text,
    /// 引题.
    pub kicker: Text,
    /// 主题, never empty.
    pub headline: Text,
    /// 副题, by line.
    pub deck: Vec<Text>,
    /// 提要题, a point a line.
    pub summary: Vec<Text>,
    /// 作者, one line.
    pub byline: Text,
    /// The body, never empty; the dateline leads the first paragraph.
    pub body: Vec<Block>,
    /// Importance, 0–100.
    pub weight: u32,
    /// Where the head is to stand.
    pub head: HeadWish,
}

impl Article {
    /// The number of 字 of the whole article.
    pub fn count(&self) -> usize {
        let head = [&self.column_title, &self.kicker, &self.headline, &self.byline];
        head.into_iter().chain(&self.deck).chain(&self.summary).map(Text::count).sum::<usize>()
            + self.body_count()
    }

    /// The number of 字 of the body.
    pub fn body_count(&self) -> usize {
        self.body.iter().flat_map(Block::texts).map(Text::count).sum()
    }
}

/// A role and its names, for the staff line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// 责任编辑, 校对, 版式设计 …
    pub role: String,
    /// The names.
    pub names: Vec<String>,
}

/// What the layout desk wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The density step by name; empty leaves the choice to the make-up.
    pub step: String,
    /// Names that no headline may split.
    pub protected_names: Vec<String>,
    /// Pairs of articles, by their place in the record, whose modules may not share an edge.
    pub apart: Vec<[usize; 2]>,
    /// Groups of articles of one headline size and one number of columns.
    pub same_grade: Vec<Vec<usize>>,
}

/// Where a record asks for the head of an article to stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadWish {
    /// Wherever the make-up sees fit.
    #[default]
    Any,
    /// Above the body.
    Above,
    /// Over the left columns.
    Left,
}

/// A page of copy, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCopy {
    /// 报名; empty if the record has none.
    pub paper: Text,
    /// 出版日期.
    pub date: Option<Date>,
    /// 版次 as printed.
    pub number: Text,
    /// 版名.
    pub section: Text,
    /// 通栏语.
    pub banner: Text,
    /// 责任编辑 校对 版式设计, in the order of the staff line.
    pub staff: Vec<Staff>,
    /// The articles in the editor's order, at least one.
    pub articles: Vec<Article>,
    /// What the layout desk wants.
    pub wishes: Wishes,
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn zi_are_counted_by_the_rule() {
        for (text, expected) in [
            ("党的二十大，", 6),
            ("2023年10月29日", 6),
            ("COVID-19疫情", 3),
            ("增长3.5%", 4),
            ("New York 很大", 4),
            ("", 0),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }
}
