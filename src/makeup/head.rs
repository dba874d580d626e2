//! Position of a head in its module, and the white between its lines.

use crate::fit::ArticleHead;
use crate::model::{DensityStep, HeadRequest, ModuleStyle};
use crate::unit::Abs;

/// Position of a head in its module (题文相配).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadPosition {
    /// Above the body, as wide as the module (盖文题).
    Above,
    /// Over this many columns from the left. The other columns start at the top of the head
    /// (串文题).
    Left(i64),
    /// Over columns in the middle: the first one and their number. The columns at both sides start
    /// at the top of the head (眉心题).
    Centre(i64, i64),
    /// Vertical, over this many columns at the left (左侧竖题).
    Upright(i64),
}

impl HeadPosition {
    /// Returns the first column under the head and the number of columns, in a module of `columns`
    /// columns.
    pub fn span(self, columns: i64) -> (i64, i64) {
        match self {
            Self::Above => (0, columns),
            Self::Left(span) | Self::Upright(span) => (0, span),
            Self::Centre(first, span) => (first, span),
        }
    }
}

/// True if a head stands as the desk requested.
pub(crate) fn meets_head_request(request: HeadRequest, position: HeadPosition) -> bool {
    match request {
        HeadRequest::Any => true,
        HeadRequest::Above => position == HeadPosition::Above,
        HeadRequest::Left => matches!(position, HeadPosition::Left(_)),
        HeadRequest::Centred => matches!(position, HeadPosition::Centre(..)),
        HeadRequest::Vertical => matches!(position, HeadPosition::Upright(_)),
    }
}

/// White of a head of a given depth.
pub(crate) struct HeadWhite {
    /// White between each two lines, from the top.
    pub(crate) between: Vec<Abs>,
    /// White above and below the lines together.
    pub(crate) outer: Abs,
}

impl HeadWhite {
    /// Distributes the depth of a head beyond its lines. The usual white stands between the lines,
    /// and up to one row around them. Of the rest, the share `head_between_percent` goes between
    /// the lines.
    pub(crate) fn spread(
        head: &ArticleHead,
        depth: Abs,
        step: &DensityStep,
        style: &ModuleStyle,
    ) -> Self {
        let pairs = head.lines.windows(2);
        let usual = pairs.map(|pair| head.white_between(pair[0].size.height, pair[1].size.height));
        let usual: Vec<Abs> = usual.collect();
        let spare = (depth - head.ink_height - usual.iter().copied().sum()).max(Abs::ZERO);
        let count = usual.len() as i64;
        // The first row of spare white stays around the head, where it separates it from its
        // neighbours.
        let beyond_row = (spare - step.pitch).max(Abs::ZERO);
        // A head of one line has no white between lines.
        let extra = if count == 0 {
            Abs::ZERO
        } else {
            beyond_row.scale(style.head_between_percent, 100) / count
        };
        // Lines that stand further apart no longer read as one headline.
        let largest = head.headline_size.max(step.body);
        let extra = extra.min(largest.scale(style.head_line_gap_most_percent, 100));
        Self {
            between: usual.into_iter().map(|gap| gap + extra).collect(),
            // The rest, so that all white adds up to the depth.
            outer: spare - extra * count,
        }
    }
}

/// Height of the lines of a head over a number of rows, with the white between them.
pub(crate) fn head_height(
    head: &ArticleHead,
    rows: i64,
    step: &DensityStep,
    style: &ModuleStyle,
) -> Abs {
    if head.wording.is_vertical || head.lines.is_empty() {
        return head.ink_height;
    }
    let white = HeadWhite::spread(head, step.pitch * rows, step, style);
    head.ink_height + white.between.into_iter().sum()
}
