//! Page previews.
use crate::font::Fonts;
use crate::page::Page;
/// x
pub fn png(_page: &Page, _fonts: &Fonts, _dpi: u32) -> Result<Vec<u8>, String> { Ok(vec![]) }
