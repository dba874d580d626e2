//! Fits one item into columns of the grid.
//!
//! The input is checked articles, shaped once ([`shape_items`]). For each item there are: its
//! body in columns of a given number of 字 ([`ComposedBody`]), also with paragraphs a line longer
//! or shorter ([`BodyVariants`]); the heads it may have over a width ([`HeadOptions`], or
//! [`vertical_heads`]); its pictures over a width ([`FittedPicture`]); and its body poured into
//! level columns ([`PouredBody`]). This folder knows nothing of where on the page an item stands.

mod balance;
mod body_variants;
mod column_starts;
mod composed_body;
mod head;
mod head_measure;
mod head_setter;
mod interline;
mod picture;
mod pour;
mod reflow;
mod shaped;
mod shaper;
mod step_memo;
mod vertical_head;

pub(crate) use crate::fit::body_variants::estimate_body;
pub use crate::fit::body_variants::{BodyVariants, compose_body};
pub use crate::fit::column_starts::ColumnStarts;
pub use crate::fit::composed_body::{
    BodyPiece, BodyPieceKind, BodyRow, BodyRowKind, ComposedBody, PiecePosition, RowSource,
    RowsByPlace,
};
pub(crate) use crate::fit::head::white_rows_cost;
pub use crate::fit::head::{ArticleHead, HeadLine, HeadOptions, HeadPart, HeadWording};
pub use crate::fit::head_measure::VerticalHeadDepths;
pub use crate::fit::head_setter::{head_options, head_options_within};
pub(crate) use crate::fit::head_setter::{heads_by_span, largest_headline_size};
pub use crate::fit::interline::{Leading, has_interlinear_marks};
pub use crate::fit::picture::{FittedPicture, fit_picture};
pub(crate) use crate::fit::pour::{
    CROSSHEADS_BESIDE, least_cost_at_depth, least_depth, pour_into_columns,
};
pub use crate::fit::pour::{PouredBody, PouredColumn, pour_at_best_depth, pour_at_depth};
pub use crate::fit::reflow::{LooseSet, Reflow};
pub use crate::fit::shaped::{
    ArticleRole, FlushSide, HeadTexts, ItemMember, ShapedBlock, ShapedItem, ShapedLines,
    ShapedPicture, ShapedText, ShapingContext,
};
pub(crate) use crate::fit::shaper::{prepare_copy_text, space_out_names};
pub use crate::fit::shaper::{shape_article, shape_items};
pub use crate::fit::vertical_head::vertical_heads;
