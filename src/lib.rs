//! Banmian (版面) typesets Chinese broadsheet pages from article records.
pub mod font;
pub mod line;
pub mod proto;
pub mod script;
pub mod unit;
