//! Printing conditions: the profile of the press.

/// Coldset offset on newsprint, CGATS TR 002: the CMYK output profile of the default printing condition. Where it comes
/// from is told beside the file.
pub const NEWSPRINT: &[u8] = include_bytes!("newsprint-cgats-tr002.icc");
