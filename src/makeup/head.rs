//! The place of a head in its module, and the white between its lines.

use crate::fit::{ArticleHead, white_between};
use crate::model::{DensityStep, HeadRequest};
use crate::unit::Abs;

/// Where the head stands (题文相配).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadPosition {
    /// Above the body, as wide as the module (盖文题).
    Above,
    /// Over so many columns from the left; the others run up to its top (串文题).
    Left(i64),
    /// Over columns in the middle, from the first one on, so many; those at both sides run up to its top (眉心题).
    Centre(i64, i64),
    /// Vertical, over so many columns at the left (左侧竖题).
    Upright(i64),
}

impl HeadPosition {
    /// The first column that the head stands over and how many.
    pub fn span(self, columns: i64) -> (i64, i64) {
        match self {
            Self::Above => (0, columns),
            Self::Left(span) | Self::Upright(span) => (0, span),
            Self::Centre(first, span) => (first, span),
        }
    }
}

/// Whether a head stands where it is asked for.
pub(crate) fn meets_head_request(wish: HeadRequest, position: HeadPosition) -> bool {
    match wish {
        HeadRequest::Any => true,
        HeadRequest::Above => position == HeadPosition::Above,
        HeadRequest::Left => matches!(position, HeadPosition::Left(_)),
        HeadRequest::Centred => matches!(position, HeadPosition::Centre(..)),
        HeadRequest::Vertical => matches!(position, HeadPosition::Upright(_)),
    }
}

/// The height of the lines of a head over so many rows.
pub(crate) fn head_height(head: &ArticleHead, rows: i64, step: &DensityStep) -> Abs {
    if head.wording.is_vertical || head.lines.is_empty() {
        return head.ink_height;
    }
    let (gaps, _) = spread_head_white(head, step.pitch * rows, step);
    head.ink_height + gaps.into_iter().sum()
}

/// The white between the lines of a head that is so deep, and what is left for above and below: first a row, then three
/// quarters.
pub(crate) fn spread_head_white(
    head: &ArticleHead,
    deep: Abs,
    step: &DensityStep,
) -> (Vec<Abs>, Abs) {
    let gaps =
        head.lines.windows(2).map(|pair| white_between(pair[0].size.height, pair[1].size.height));
    let gaps: Vec<Abs> = gaps.collect();
    let rest = (deep - head.ink_height - gaps.iter().copied().sum()).max(Abs::ZERO);
    let count = gaps.len() as i64;
    let beyond = (rest - step.pitch).max(Abs::ZERO);
    let inner = if count == 0 { Abs::ZERO } else { beyond.scale(26, 100) / count };
    // Lines of a headline further apart would fall to pieces.
    let inner = inner.min(head.headline_size.max(step.body).scale(LINE_GAP_EXTRA_PERCENT, 100));
    (gaps.into_iter().map(|gap| gap + inner).collect(), rest - inner * count)
}

/// The most that the lines of a head are set apart beyond their least white, in hundredths of the headline.
pub(crate) const LINE_GAP_EXTRA_PERCENT: i64 = 35;
