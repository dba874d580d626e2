//! Small PDF objects and streams that every part of the writer makes.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, Stream, StringFormat};

use crate::unit::Abs;

/// Deflate level of content streams and pixels. Higher levels take more time and save hardly any
/// bytes.
pub(crate) const CONTENT_DEFLATE_LEVEL: u32 = 4;
/// Deflate level of font programs, which hardly get smaller at any level.
pub(crate) const FONT_DEFLATE_LEVEL: u32 = 1;
/// Deflate level of character maps.
pub(crate) const CMAP_DEFLATE_LEVEL: u32 = 6;
/// Deflate level of ICC profiles. Higher levels take more time and save hardly any bytes.
pub(crate) const ICC_DEFLATE_LEVEL: u32 = 6;

/// Builds a name.
pub(crate) fn name_object(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

/// Builds a text string for use outside content streams: plain ASCII, or UTF-16 with its byte order
/// mark.
pub(crate) fn text_object(text: &str) -> Object {
    if text.is_ascii() {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Builds a number from a length, in points.
pub(crate) fn real_in_points(length: Abs) -> Object {
    Object::Real(length.to_pt() as f32)
}

/// Deflates `content` into a stream. lopdf would deflate at a level of its own.
pub(crate) fn deflated_stream(mut dictionary: Dictionary, content: &[u8], level: u32) -> Stream {
    let mut encoder =
        ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::new(level));
    // The encoder writes to memory, which cannot fail: the default is never used.
    let bytes = encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default();
    dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    stored_stream(dictionary, bytes)
}

/// Builds a stream that lopdf leaves as it is: already encoded, or meant to stay plain.
pub(crate) fn stored_stream(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, content);
    stream.allows_compression = false;
    stream
}
