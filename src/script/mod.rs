//! The rules of Chinese composition as data.
//!
//! In: characters. Out: what class a character is, where a line may break, how wide a mark is and
//! what the gap between two neighbours may give or take. Every table names its source: CLREQ
//! (W3C, Requirements for Chinese Text Layout) by anchor, GB/T 15834-2011 by clause. Nothing here
//! knows of fonts, paragraphs or pages.

mod breaks;
mod cell;
mod class;
mod gap;
mod hyphen;
mod profile;
mod segment;
mod words;

pub use crate::script::breaks::{Break, break_between, rule_of};
pub use crate::script::cell::{cell_of, is_half_width};
pub use crate::script::class::{Class, Ink, class_of, ink_of, is_combining, is_ignorable};
pub use crate::script::class::{is_han, is_latin, is_wide, marks};
pub use crate::script::gap::{Gap, Give, gap_between};
pub use crate::script::profile::{Level, Marks, Profile};
pub use crate::script::segment::{Cluster, addresses, characters, segment};
pub use crate::script::words::word_ends;
