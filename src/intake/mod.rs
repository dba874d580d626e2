//! From what the newsroom hands in to a checked page of copy.
//!
//! In: a [`crate::proto::PageRecord`], its JSON, or plain copy. Out: [`crate::model::PageCopy`] with findings, or the
//! reasons why the input is no page. Nothing is corrected or guessed without a finding, and bad copy
//! never fails where it can still be set. Nothing here knows of lines or layout.

mod body;
mod byline;
mod check;
mod clean;
mod desk_requests;
mod head;
mod json;
mod jump;
mod line_kinds;
mod pictures;
mod plain;
mod reserved;
mod spans;
mod staff;
mod switches;
mod text;

pub use crate::intake::check::{CheckContext, normalise_and_check};
pub use crate::intake::json::{read_geometry, read_message, read_record, write_record};
pub use crate::intake::pictures::unreadable_picture;
pub use crate::intake::plain::read_plain;
pub use crate::intake::switches::NormaliseSwitches;
