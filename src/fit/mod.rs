//! One item into columns of the grid.
//!
//! In: checked articles, shaped once ([`items()`]). Out, for each: its lines in columns of so many 字
//! ([`Composed`]), the heads it may have over a width ([`HeadSet`], or vertical), its pictures over a width
//! ([`PictureSet`]), and its body poured into level columns ([`Poured`]). Nothing here knows where on the page
//! the item stands.

mod balance;
mod bodies;
mod compose;
mod head;
mod interline;
mod items;
mod picture;
mod pour;
mod ready;
mod starts;
mod upright;

pub(crate) use crate::fit::bodies::estimate;
pub use crate::fit::bodies::{Bodies, Runs, compose};
pub(crate) use crate::fit::compose::quote_pitch;
pub use crate::fit::compose::{Composed, Piece, PieceKind, Row, RowKind};
pub use crate::fit::head::{Head, HeadLine, HeadSet, Part, Wording, heads, heads_within};
pub(crate) use crate::fit::head::{air_cost, all_heads, largest, white};
pub use crate::fit::interline::{Lead, has_interline};
pub use crate::fit::items::{items, ready};
pub(crate) use crate::fit::items::{prepared, spaced_names};
pub use crate::fit::picture::{PictureSet, picture_set};
pub use crate::fit::pour::{Poured, pour_at, pour_best};
pub(crate) use crate::fit::pour::{depth_of, least_at, pour_into, rows_of};
pub use crate::fit::ready::{
    HeadTexts, Member, Rank, Ready, ReadyBlock, ReadyLines, ReadyPicture, ReadyText, Shaping,
};
pub use crate::fit::starts::Starts;
pub use crate::fit::upright::{runs_down, upright_depths, upright_heads};
