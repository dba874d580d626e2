//! A paragraph and a measure to lines.
//!
//! In: copy with its faces. Out: [`Prepared`], shaped once, which [`set`] breaks at any measure into
//! [`Line`]s that end exactly on it. All lengths are in [`crate::unit::Em`], so a paragraph prepared once serves every
//! type size. Nothing here knows of columns, articles or pages.
//!
//! The recipe: [`prepare()`] cuts the text into units with a cell each and a gap after each (rules
//! from [`crate::script`]); [`set()`] picks the breaks that are best for the paragraph as a
//! whole; [`Line::place`] spreads what is left over the gaps.

mod cells;
mod choose;
mod dump;
mod explain;
mod greedy;
mod justify;
mod prepare;
mod reading;
mod upright;
mod ways;

pub use crate::line::choose::{LengthVariants, break_into_lines, cost_of, set_with_lengths};
pub use crate::line::dump::dump_lines;
pub use crate::line::explain::{BreakReason, LineEndAction, LineFault, break_reason, line_faults};
pub use crate::line::greedy::{first_fit, lines_broken_at};
pub use crate::line::justify::{Justification, PlacedGlyph, TextLine};
pub use crate::line::prepare::{
    CellGlyph, LineUnit, MissingGlyph, ParagraphText, PreparedParagraph, prepare,
};
pub use crate::line::upright::prepare_vertical;
