//! From the newsroom's input to a checked page of copy.
//!
//! Input is a [`crate::proto::PageRecord`], its JSON, or plain copy. Output is
//! [`crate::model::PageCopy`] with findings, or the reasons why the input is not a page. Nothing is
//! corrected or guessed without a finding, and imperfect copy is never rejected if it can still be
//! set. This module knows nothing of lines or layout.

mod article;
mod body;
mod byline;
mod check;
mod checker;
mod clean;
mod context;
mod desk_requests;
mod head;
mod json;
mod jump;
mod line_kinds;
mod picture_pool;
mod pictures;
mod plain;
mod reserved;
mod spans;
mod staff;
mod switches;
mod text;

pub use crate::intake::check::normalise_and_check;
pub use crate::intake::context::CheckContext;
pub use crate::intake::json::{read_geometry, read_message, read_record, write_record};
pub use crate::intake::pictures::unreadable_picture;
pub use crate::intake::plain::read_plain;
pub use crate::intake::switches::{NormaliseSwitches, ParagraphJoining};
