//! Heads of articles (题): parts, lines, and the choice among several settings.

use std::sync::Arc;

use crate::line::TextLine;
use crate::unit::{Abs, TypeSize};

/// Parts of a head, in order from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadPart {
    /// Column title (栏目).
    ColumnTitle,
    /// Kicker (引题).
    Kicker,
    /// Headline (主题).
    Headline,
    /// A line of the deck (副题), by its index.
    Deck(usize),
    /// A point of the standfirst (提要题), by its index.
    Standfirst(usize),
    /// Byline (作者).
    Byline,
}

impl HeadPart {
    /// True if the part runs from top to bottom in a vertical head. The other parts run across
    /// below it.
    pub fn runs_down(self) -> bool {
        matches!(self, Self::Kicker | Self::Headline | Self::Deck(_))
    }
}

/// A wording of a head and the direction in which it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadWording {
    /// 0 for the article's own wording, n for the n-th of its alternatives.
    pub variant: usize,
    /// True if the lines run from top to bottom (竖题).
    pub is_vertical: bool,
}

/// A line of a head.
#[derive(Clone, Debug)]
pub struct HeadLine {
    /// Part that the line belongs to.
    pub part: HeadPart,
    /// The line, not justified.
    pub line: TextLine,
    /// Size of its type.
    pub size: TypeSize,
}

/// A head broken into lines at given sizes.
#[derive(Clone, Debug)]
pub struct ArticleHead {
    /// Wording of its texts.
    pub wording: HeadWording,
    /// Lines from the top. Of a vertical head: lines that run down from the right, then the lines
    /// across.
    pub lines: Arc<[HeadLine]>,
    /// Size of the headline; zero without one.
    pub headline_size: Abs,
    /// Height of its lines without any white. Of a vertical head: with the white around the lines
    /// across.
    pub ink_height: Abs,
    /// Rows that it takes with its usual white.
    pub rows: i64,
    /// Fewest rows in which its lines touch neither each other nor the body.
    pub least_rows: i64,
    /// Least white between two lines, in percent of their mean size.
    pub line_white_percent: i64,
    /// Cost of choosing this head: a headline smaller than the width would allow, more lines.
    pub cost: i64,
}

impl ArticleHead {
    /// Returns the head of an item that has none.
    pub fn none() -> Self {
        Self {
            wording: HeadWording::default(),
            lines: Arc::default(),
            headline_size: Abs::ZERO,
            ink_height: Abs::ZERO,
            rows: 0,
            least_rows: 0,
            line_white_percent: 0,
            cost: 0,
        }
    }

    /// Least white between two neighbouring lines of these sizes.
    pub(crate) fn white_between(&self, above: Abs, below: Abs) -> Abs {
        white_between(above, below, self.line_white_percent)
    }
}

/// Least white between two lines of a head of these sizes, in percent of their mean size.
pub(super) fn white_between(above: Abs, below: Abs, percent: i64) -> Abs {
    ((above + below) / 2).scale(percent, 100)
}

/// Heads that an article may have over one width, cheapest first. Never empty.
#[derive(Clone, Debug)]
pub struct HeadOptions {
    heads: Vec<ArticleHead>,
    /// Rows by which the white of a head may shrink (negative) and grow.
    air_rows: [i64; 2],
}

/// A row of white more than usual in a head, per row squared.
const EXTRA_WHITE_ROW: i64 = 4;
/// A row of white less than usual: a cramped head looks worse than an airy one.
const MISSING_WHITE_ROW: i64 = 30;

impl HeadOptions {
    /// Collects the heads over one width; they must be sorted by cost.
    pub(super) fn new(heads: Vec<ArticleHead>, air_rows: [i64; 2]) -> Self {
        Self { heads, air_rows }
    }

    /// Heads, cheapest first.
    pub fn heads(&self) -> &[ArticleHead] {
        &self.heads
    }

    /// Cheapest head.
    pub fn best(&self) -> &ArticleHead {
        &self.heads[0]
    }

    /// Fewest rows that a head can take.
    pub fn least_rows(&self, head: &ArticleHead) -> i64 {
        // White may shrink by whole rows, but lines never touch.
        (head.rows + self.air_rows[0]).max(head.least_rows)
    }

    /// Most rows that a head can take.
    pub fn most_rows(&self, head: &ArticleHead) -> i64 {
        // A head without lines takes no white.
        if head.rows == 0 { 0 } else { head.rows + self.air_rows[1] }
    }
}

/// Cost of a head whose white is `off` rows more (negative: less) than usual.
pub(crate) fn white_rows_cost(off: i64) -> i64 {
    off * off * if off < 0 { MISSING_WHITE_ROW } else { EXTRA_WHITE_ROW }
}
