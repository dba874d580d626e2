//! One article into columns of the grid.
//!
//! In: a checked article, shaped once ([`Ready`]). Out: its lines at the measure of a step
//! ([`Composed`]), the heads it may have over a width ([`HeadSet`]), and its body poured into level columns
//! ([`Poured`]). Nothing here knows where on the page the article stands.

mod balance;
mod compose;
mod head;
mod interline;
mod pour;
mod ready;

pub use crate::fit::compose::{Bodies, Composed, Piece, Row, compose};
pub use crate::fit::head::{Head, HeadLine, HeadSet, Part, heads, heads_within};
pub(crate) use crate::fit::head::{air_cost, white};
pub use crate::fit::interline::{Lead, has_interline};
pub use crate::fit::pour::{Poured, pour, pour_at, pour_best};
pub(crate) use crate::fit::pour::{depth_of, pour_into, rows_of};
pub use crate::fit::ready::{Rank, Ready, ReadyBlock, ReadyLines, ReadyText, Shaping, ready};
pub(crate) use crate::fit::ready::{prepared, spaced_names};
