//! A picture with its caption over a width: how many rows it may take.
//!
//! Its block is a whole number of rows. The caption keeps its height; the picture takes the rest and is cropped
//! as far as the house style lets it.

use crate::fit::balance::{balanced, break_cost};
use crate::fit::ready::{ReadyPicture, ReadyText};
use crate::line::{Line, set};
use crate::model::{HouseStyle, Shape, Step};
use crate::unit::{Abs, Em, TypeSize};

/// A picture over a width.
#[derive(Clone, Debug)]
pub struct PictureSet {
    /// The fewest, the usual and the most rows of the block.
    pub rows: [i64; 3],
    /// The lines of the caption.
    pub caption: Vec<Line>,
    /// The lines of the credit; on the last line of the caption where that leaves room (R74).
    pub credit: Vec<Line>,
    /// Whether the credit stands on the last line of the caption.
    pub shared: bool,
    /// The type of both.
    pub size: TypeSize,
    /// From line to line.
    pub pitch: Abs,
    /// All that is below the picture: white, caption, credit, white.
    pub below: Abs,
}

/// The white between picture and caption, as a share of the body size, in hundredths.
const CAPTION_WHITE: i64 = 45;
/// From line to line of a caption, as a share of its size.
const CAPTION_PITCH: i64 = 130;
/// The white between a block and what follows it.
const BLOCK_WHITE: i64 = 90;

impl PictureSet {
    /// The height of the picture in a block of so many rows.
    pub fn height(&self, rows: i64, step: &Step) -> Abs {
        (step.pitch * rows - self.below).max(step.body)
    }

    /// The lines below the picture.
    pub fn lines(&self) -> i64 {
        let lines = self.caption.len() + self.credit.len() - usize::from(self.shared);
        i64::try_from(lines).unwrap_or(0)
    }
}

/// Sets the texts of a picture over a width and says how deep its block may be.
pub fn picture_set(
    picture: &ReadyPicture,
    style: &HouseStyle,
    step: &Step,
    width: Abs,
) -> PictureSet {
    let size = style.caption.size(step);
    let measure = width.in_em(size.width);
    let caption = picture.caption.as_ref().map_or_else(Vec::new, |text| lines(text, measure));
    let credit = picture.credit.as_ref().map_or_else(Vec::new, |text| lines(text, measure));
    let shared = match (&picture.caption, &picture.credit, caption.last(), credit.as_slice()) {
        (Some(above), Some(text), Some(last), [only]) => {
            // R74: a 字 at least between the two.
            last.width(&above.line) + Em::ONE + only.width(&text.line) <= measure
        }
        _ => false,
    };
    let pitch = size.height.scale(CAPTION_PITCH, 100);
    let mut set =
        PictureSet { rows: [0; 3], caption, credit, shared, size, pitch, below: Abs::ZERO };
    // The last row's own white belongs to the block too.
    set.below = step.body.scale(BLOCK_WHITE, 100);
    if set.lines() > 0 {
        set.below += step.body.scale(CAPTION_WHITE, 100) + pitch * set.lines();
    }
    let [across, down] = picture.size.map(|pixels| i64::from(pixels.max(1)));
    // A panorama or a pillar is cropped to what a page can show.
    let natural = width.scale(down, across).max(step.pitch * 2);
    let deepest = step.pitch * step.rows;
    // Rounded up for the least, down for the most: never cropped more than the house style lets it.
    let rows = |percent: i64, more: Abs| {
        (natural.scale(percent, 100).min(deepest) + set.below + more).fit(step.pitch).max(2)
    };
    let usual = rows(100, step.pitch / 2);
    let least = rows(100 - style.crop_percent, step.pitch).min(usual);
    let most = rows(100 + style.crop_percent, Abs::ZERO).max(usual);
    set.rows = [least, usual, most];
    set
}

/// The lines of a caption: on one where it goes in, else filled as copy is.
fn lines(text: &ReadyText, measure: Em) -> Vec<Line> {
    let natural = text.line.natural(0..text.line.units().len());
    if natural <= measure {
        return vec![Line::whole(&text.line)];
    }
    set(&text.line, measure, Em::ZERO)
}

/// A pull quote over the measure of a column: balanced lines.
pub(crate) fn quote_lines(text: &ReadyText, measure: Em, names: &[String]) -> Vec<Line> {
    let natural = text.line.natural(0..text.line.units().len());
    let fewest = usize::try_from(natural.units() / measure.units().max(1)).unwrap_or(0) + 1;
    let ends = if fewest > 1 { text.ends(names) } else { &[] };
    let cost = |at| break_cost(&text.line, at, ends);
    let lines = (fewest..fewest + 2)
        .find_map(|count| balanced(&text.line, count, measure, &cost, Shape::Equal));
    lines.unwrap_or_else(|| {
        set(&text.line, measure, Em::ZERO).into_iter().map(Line::unfilled).collect()
    })
}
