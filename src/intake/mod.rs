//! From what the newsroom hands in to a checked page of copy.
//!
//! In: a [`crate::proto::PageRecord`], its JSON, or plain copy. Out: [`crate::model::PageCopy`] with findings, or the
//! reasons why the input is no page. Nothing is corrected or guessed without a finding, and bad copy
//! never fails where it can still be set. Nothing here knows of lines or layout.

mod body;
mod byline;
mod check;
mod clean;
mod head;
mod json;
mod jump;
mod kinds;
mod pictures;
mod plain;
mod reserved;
mod spans;
mod staff;
mod switches;
mod text;
mod wishes;

pub use crate::intake::check::{Context, check};
pub use crate::intake::json::{read_geometry, read_json, read_message, write_json};
pub use crate::intake::pictures::unreadable;
pub use crate::intake::plain::read_plain;
pub use crate::intake::switches::Switches;
