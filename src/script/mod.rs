//! Rules of Chinese composition as data.
//!
//! In: characters. Out: the class of a character, the places where a line may break, the width of a
//! mark, and the gap between two neighbours with its limits. Every table names its source: CLREQ
//! (W3C, Requirements for Chinese Text Layout) by anchor, GB/T 15834-2011 by clause. The module
//! knows nothing of fonts, paragraphs or pages.

mod breaks;
mod cell;
mod class;
mod gap;
mod hyphen;
mod line_end;
mod profile;
mod segment;
mod vertical;
mod words;

pub use crate::script::breaks::{LineBreak, break_between, rule_of_break};
pub use crate::script::cell::{cell_width, is_half_width};
pub use crate::script::class::{
    CharClass, InkPosition, class_of, ink_position, is_combining, is_ignorable,
};
pub use crate::script::class::{all_marks, is_han, is_latin, is_wide};
pub use crate::script::gap::{GapKind, TextGap, gap_between};
pub use crate::script::line_end::{hangs_at_line_end, is_enumeration_mark, leaves_line_waiting};
pub use crate::script::profile::{CompositionProfile, KinsokuLevel, PunctuationStyle, WordSpace};
pub use crate::script::segment::{TextCluster, count_characters, find_addresses, segment};
pub use crate::script::vertical::{is_centred_on_vertical_line, vertical_quote};
pub use crate::script::words::headline_breaks;
