//! A picture with its caption over a width: the rows that it may take.
//!
//! The block of a picture is a whole number of rows. The caption keeps its height; the picture
//! takes the rest and is cropped as far as the house style allows.

use crate::fit::balance::{balance_lines, head_break_cost, lines_begun};
use crate::fit::shaped::{ShapedPicture, ShapedText};
use crate::line::{TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, RowRange, TypeSize};

/// A picture with its texts set over a width.
#[derive(Clone, Debug)]
pub struct FittedPicture {
    /// Rows of the block.
    pub rows: RowRange,
    /// Lines of the caption (图说).
    pub caption_lines: Vec<TextLine>,
    /// Lines of the credit (摄影署名).
    pub credit_lines: Vec<TextLine>,
    /// True if the credit stands on the last line of the caption, which has room for it (R74).
    pub shares_last_line: bool,
    /// Size of caption and credit.
    pub text_size: TypeSize,
    /// Distance from line to line of caption and credit.
    pub pitch: Abs,
    /// Height of everything below the picture: white, caption, credit, white.
    pub below_height: Abs,
}

/// White between picture and caption, in percent of the body size.
const CAPTION_WHITE_PERCENT: i64 = 45;
/// Pitch of a caption, in percent of its size.
const CAPTION_PITCH_PERCENT: i64 = 130;
/// White between a block and what follows it, in percent of the body size.
const BLOCK_WHITE_PERCENT: i64 = 90;

impl FittedPicture {
    /// Height of the picture itself in a block of `rows` rows.
    pub fn picture_height(&self, rows: i64, step: &DensityStep) -> Abs {
        (step.pitch * rows - self.below_height).max(step.body)
    }

    /// Number of lines below the picture.
    pub fn text_lines(&self) -> i64 {
        let lines = self.caption_lines.len() + self.credit_lines.len();
        lines as i64 - i64::from(self.shares_last_line)
    }
}

/// Sets the texts of a picture over a width and computes the rows that its block may take.
pub fn fit_picture(
    picture: &ShapedPicture,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
) -> FittedPicture {
    let text_size = style.caption.size(step);
    let measure = width.in_em(text_size.width);
    let set = |text: &Option<ShapedText>| {
        text.as_ref().map_or_else(Vec::new, |text| lines_below_picture(text, measure))
    };
    let (caption_lines, credit_lines) = (set(&picture.caption), set(&picture.credit));
    let last_caption = picture.caption.as_ref().zip(caption_lines.last());
    let shares_last_line = match (last_caption, &picture.credit, credit_lines.as_slice()) {
        // A credit of several lines stands below the caption.
        (Some((caption, last)), Some(credit), [only]) => {
            // R74: at least one 字 between the two.
            let widths = last.width(&caption.paragraph) + only.width(&credit.paragraph);
            widths + Em::ONE <= measure
        }
        _ => false,
    };
    let pitch = text_size.height.scale(CAPTION_PITCH_PERCENT, 100);
    let mut fitted = FittedPicture {
        rows: RowRange::default(),
        caption_lines,
        credit_lines,
        shares_last_line,
        text_size,
        pitch,
        below_height: step.body.scale(BLOCK_WHITE_PERCENT, 100),
    };
    // Without texts there is no white between picture and caption either.
    if fitted.text_lines() > 0 {
        fitted.below_height +=
            step.body.scale(CAPTION_WHITE_PERCENT, 100) + pitch * fitted.text_lines();
    }
    fitted.rows = block_rows(picture, &fitted, style, step, width);
    fitted
}

/// Fewest, usual and most rows of the block of a picture.
fn block_rows(
    picture: &ShapedPicture,
    fitted: &FittedPicture,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
) -> RowRange {
    let [across, down] = picture.pixels.map(|pixels| i64::from(pixels.max(1)));
    // A panorama or a pillar is cropped to what a page can show.
    let natural = width.scale(down, across).max(step.pitch * 2);
    let deepest = step.pitch * step.rows;
    // The picture at a percentage of its natural height; `rounding` is what a part of a row may
    // add.
    let rows = |percent: i64, rounding: Abs| {
        // Never under two rows, so that something of the picture shows.
        let height = natural.scale(percent, 100).min(deepest) + fitted.below_height;
        (height + rounding).count_fitting(step.pitch).max(2)
    };
    // The usual depth is rounded to the nearest row: cropped or widened by half a row at the most.
    let usual = rows(100, step.pitch / 2);
    // The least is rounded up and the most down: never cropped more than the house style allows.
    let least = rows(100 - style.crop_percent, step.pitch).min(usual);
    let most = rows(100 + style.crop_percent, Abs::ZERO).max(usual);
    RowRange { least, usual, most }
}

/// Sets a caption or credit: on one line if it fits, otherwise justified like copy.
fn lines_below_picture(text: &ShapedText, measure: Em) -> Vec<TextLine> {
    let paragraph = &text.paragraph;
    let natural = paragraph.natural_width(0..paragraph.units().len());
    if natural <= measure {
        return vec![TextLine::whole(paragraph)];
    }
    break_into_lines(paragraph, measure, Em::ZERO)
}

/// Sets a pull quote over the measure of a column, in lines of like length, as few as possible.
pub(crate) fn quote_lines(text: &ShapedText, measure: Em, names: &[String]) -> Vec<TextLine> {
    let paragraph = &text.paragraph;
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let fewest = lines_begun(natural, measure);
    let word_ends = if fewest > 1 { text.word_ends(names) } else { &[] };
    let cost = |unit| head_break_cost(paragraph, unit, word_ends);
    // One line more than needed is tried, because breaks by sense fill lines less well.
    let balanced = (fewest..fewest + 2)
        .find_map(|count| balance_lines(paragraph, count, measure, &cost, HeadlineShape::Equal));
    // A quote that cannot be broken by sense is filled line by line.
    balanced.unwrap_or_else(|| {
        let lines = break_into_lines(paragraph, measure, Em::ZERO);
        lines.into_iter().map(TextLine::ragged).collect()
    })
}
