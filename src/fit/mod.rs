//! One article into columns of the grid.
//!
//! In: a checked article, prepared once ([`Ready`]). Out: its lines at the measure of a step
//! ([`Composed`]), the heads it may have over a width ([`HeadSet`]), and its body poured into level columns
//! ([`Poured`]). Nothing here knows where on the page the article stands.

mod compose;
mod head;
mod pour;

pub use crate::fit::compose::{
    Bodies, Composed, Piece, Rank, Ready, ReadyBlock, ReadyText, Row, compose, ready,
};
pub(crate) use crate::fit::compose::{prepared, spaced_names};
pub use crate::fit::head::{Head, HeadLine, HeadSet, Part, heads};
pub(crate) use crate::fit::head::{air_cost, white};
pub(crate) use crate::fit::pour::pour_into;
pub use crate::fit::pour::{Poured, pour, pour_best};
