//! From a paragraph and a measure to lines.
//!
//! The input is text with its faces. [`prepare()`] shapes it once: it cuts the text into units,
//! each a cell with glyphs and a gap after it, by the rules of [`crate::script`]. The result, a
//! [`PreparedParagraph`], can be broken at any measure: [`break_into_lines`] chooses the breaks
//! that are cheapest for the paragraph as a whole and returns [`TextLine`]s, whose gaps are
//! changed so that each line ends exactly on the measure. [`TextLine::place_glyphs`] gives the
//! glyphs their places.
//!
//! All lengths are in [`crate::unit::Em`], so one prepared paragraph serves every type size. This
//! folder knows nothing of columns, articles or pages.

mod cells;
mod choose;
mod dump;
mod explain;
mod greedy;
mod justify;
mod line_counts;
mod paragraph;
mod prepare;
mod ruby;
mod vertical;

pub use crate::line::choose::{LengthVariants, break_into_lines, break_with_variants};
pub use crate::line::dump::dump_lines;
pub use crate::line::explain::{BreakReason, LineEndAction, LineFault, break_reason, line_faults};
pub use crate::line::greedy::{first_fit, lines_broken_at};
pub use crate::line::justify::{Justification, PlacedGlyph, TextLine};
pub use crate::line::paragraph::{
    CellGlyph, LineUnit, MissingGlyph, ParagraphText, PreparedParagraph,
};
pub use crate::line::prepare::prepare;
pub use crate::line::vertical::prepare_vertical;

/// Entry points for tests and benchmarks. Not part of the interface.
#[doc(hidden)]
pub mod testing {
    pub use crate::line::choose::cost_of;
}
