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

pub use crate::line::choose::{Lengths, cost_of, set, set_with_lengths};
pub use crate::line::dump::dump;
pub use crate::line::explain::{Act, Fault, Reason, faults, reason};
pub use crate::line::greedy::{broken_at, first_fit};
pub use crate::line::justify::{Fill, Line, Placed};
pub use crate::line::prepare::{Copy, Glyph, Missing, Prepared, Unit, prepare};
pub use crate::line::upright::prepare_upright;
