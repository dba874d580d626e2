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
mod reflow;
mod starts;
mod upright;

pub(crate) use crate::fit::bodies::estimate_body;
pub use crate::fit::bodies::{BodyVariants, compose_body};
pub(crate) use crate::fit::compose::quote_pitch;
pub use crate::fit::compose::{BodyPiece, BodyPieceKind, BodyRow, BodyRowKind, ComposedBody};
pub use crate::fit::head::{
    ArticleHead, HeadLine, HeadOptions, HeadPart, HeadWording, head_options, head_options_within,
};
pub(crate) use crate::fit::head::{
    heads_by_span, largest_headline_size, white_between, white_rows_cost,
};
pub use crate::fit::interline::{Leading, has_interlinear_marks};
pub(crate) use crate::fit::items::{prepare_copy_text, space_out_names};
pub use crate::fit::items::{shape_article, shape_items};
pub use crate::fit::picture::{FittedPicture, fit_picture};
pub use crate::fit::pour::{PouredBody, pour_at_best_depth, pour_at_depth};
pub(crate) use crate::fit::pour::{
    least_cost_at_depth, least_depth, pour_into_columns, total_rows,
};
pub use crate::fit::ready::{
    ArticleRole, HeadTexts, ItemMember, ShapedBlock, ShapedItem, ShapedLines, ShapedPicture,
    ShapedText, ShapingContext,
};
pub use crate::fit::reflow::{LooseSet, Reflow};
pub use crate::fit::starts::ColumnStarts;
pub use crate::fit::upright::{is_vertical_part, vertical_head_depths, vertical_heads};
