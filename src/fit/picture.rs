//! A picture with its caption over a width: how many rows it may take.
//!
//! Its block is a whole number of rows. The caption keeps its height; the picture takes the rest and is cropped
//! as far as the house style lets it.

use crate::fit::balance::{balanced, break_cost};
use crate::fit::ready::{ShapedPicture, ShapedText};
use crate::line::{TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, TypeSize};

/// A picture over a width.
#[derive(Clone, Debug)]
pub struct FittedPicture {
    /// The fewest, the usual and the most rows of the block.
    pub rows: [i64; 3],
    /// The lines of the caption.
    pub caption_lines: Vec<TextLine>,
    /// The lines of the credit; on the last line of the caption where that leaves room (R74).
    pub credit_lines: Vec<TextLine>,
    /// Whether the credit stands on the last line of the caption.
    pub shares_last_line: bool,
    /// The type of both.
    pub text_size: TypeSize,
    /// From line to line.
    pub pitch: Abs,
    /// All that is below the picture: white, caption, credit, white.
    pub below_height: Abs,
}

/// The white between picture and caption, as a share of the body size, in hundredths.
const CAPTION_WHITE: i64 = 45;
/// From line to line of a caption, as a share of its size.
const CAPTION_PITCH: i64 = 130;
/// The white between a block and what follows it.
const BLOCK_WHITE: i64 = 90;

impl FittedPicture {
    /// The height of the picture in a block of so many rows.
    pub fn picture_height(&self, rows: i64, step: &DensityStep) -> Abs {
        (step.pitch * rows - self.below_height).max(step.body)
    }

    /// The lines below the picture.
    pub fn text_lines(&self) -> i64 {
        let lines =
            self.caption_lines.len() + self.credit_lines.len() - usize::from(self.shares_last_line);
        i64::try_from(lines).unwrap_or(0)
    }
}

/// Sets the texts of a picture over a width and says how deep its block may be.
pub fn fit_picture(
    picture: &ShapedPicture,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
) -> FittedPicture {
    let size = style.caption.size(step);
    let measure = width.in_em(size.width);
    let caption = picture.caption.as_ref().map_or_else(Vec::new, |text| lines(text, measure));
    let credit = picture.credit.as_ref().map_or_else(Vec::new, |text| lines(text, measure));
    let shared = match (&picture.caption, &picture.credit, caption.last(), credit.as_slice()) {
        (Some(above), Some(text), Some(last), [only]) => {
            // R74: a 字 at least between the two.
            last.width(&above.paragraph) + Em::ONE + only.width(&text.paragraph) <= measure
        }
        _ => false,
    };
    let pitch = size.height.scale(CAPTION_PITCH, 100);
    let mut set = FittedPicture {
        rows: [0; 3],
        caption_lines: caption,
        credit_lines: credit,
        shares_last_line: shared,
        text_size: size,
        pitch,
        below_height: Abs::ZERO,
    };
    // The last row's own white belongs to the block too.
    set.below_height = step.body.scale(BLOCK_WHITE, 100);
    if set.text_lines() > 0 {
        set.below_height += step.body.scale(CAPTION_WHITE, 100) + pitch * set.text_lines();
    }
    let [across, down] = picture.pixels.map(|pixels| i64::from(pixels.max(1)));
    // A panorama or a pillar is cropped to what a page can show.
    let natural = width.scale(down, across).max(step.pitch * 2);
    let deepest = step.pitch * step.rows;
    // Rounded up for the least, down for the most: never cropped more than the house style lets it.
    let rows = |percent: i64, more: Abs| {
        (natural.scale(percent, 100).min(deepest) + set.below_height + more)
            .count_fitting(step.pitch)
            .max(2)
    };
    let usual = rows(100, step.pitch / 2);
    let least = rows(100 - style.crop_percent, step.pitch).min(usual);
    let most = rows(100 + style.crop_percent, Abs::ZERO).max(usual);
    set.rows = [least, usual, most];
    set
}

/// The lines of a caption: on one where it goes in, else filled as copy is.
fn lines(text: &ShapedText, measure: Em) -> Vec<TextLine> {
    let natural = text.paragraph.natural_width(0..text.paragraph.units().len());
    if natural <= measure {
        return vec![TextLine::whole(&text.paragraph)];
    }
    break_into_lines(&text.paragraph, measure, Em::ZERO)
}

/// A pull quote over the measure of a column: balanced lines.
pub(crate) fn quote_lines(text: &ShapedText, measure: Em, names: &[String]) -> Vec<TextLine> {
    let natural = text.paragraph.natural_width(0..text.paragraph.units().len());
    let fewest = usize::try_from(natural.units() / measure.units().max(1)).unwrap_or(0) + 1;
    let ends = if fewest > 1 { text.word_ends(names) } else { &[] };
    let cost = |at| break_cost(&text.paragraph, at, ends);
    let lines = (fewest..fewest + 2)
        .find_map(|count| balanced(&text.paragraph, count, measure, &cost, HeadlineShape::Equal));
    lines.unwrap_or_else(|| {
        break_into_lines(&text.paragraph, measure, Em::ZERO)
            .into_iter()
            .map(TextLine::unfilled)
            .collect()
    })
}
