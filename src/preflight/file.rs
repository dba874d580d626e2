//! A PDF as lopdf reads it, with bounds on everything that is read.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::config::{PREFLIGHT_BYTES_MAX, PREFLIGHT_STREAM_BYTES_MAX};

/// Reason for which a file is not checked.
pub(crate) enum UnreadableFile {
    NotPdf,
    Encrypted,
    /// The file cannot be parsed; the message is that of the parser.
    Damaged(String),
}

/// A file that could be parsed.
pub(crate) struct PdfFile {
    pub(crate) document: Document,
    /// Bytes that the streams not yet decoded may decode to, all together.
    bytes_left: Cell<usize>,
}

/// Reason for which a stream has no content.
pub(crate) enum UnreadStream {
    /// The stream decodes to more bytes than are allowed.
    TooMuch,
    /// The stream does not decode.
    Damaged,
}

/// Bytes at the start of a file in which the header of a PDF may stand (ISO 32000-1, annex H,
/// note 13).
const HEADER_SEARCH_BYTES: usize = 1024;

impl PdfFile {
    /// Parses the objects of a file. Its streams stay encoded.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, UnreadableFile> {
        let head = &bytes[..bytes.len().min(HEADER_SEARCH_BYTES)];
        if !head.windows(5).any(|window| window == b"%PDF-") {
            return Err(UnreadableFile::NotPdf);
        }
        let options = LoadOptions::with_max_decompressed_size(PREFLIGHT_STREAM_BYTES_MAX);
        // A damaged file may make the foreign parser panic.
        let parse = AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options));
        let document =
            catch_unwind(parse).map_err(|_| UnreadableFile::Damaged("panic".to_owned()))?;
        let document = match document {
            Ok(document) => document,
            Err(lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword) => {
                return Err(UnreadableFile::Encrypted);
            }
            Err(error) => return Err(UnreadableFile::Damaged(error.to_string())),
        };
        // lopdf opens files with an empty password; plants reject those too.
        if document.trailer.has(b"Encrypt") || document.was_encrypted() {
            return Err(UnreadableFile::Encrypted);
        }
        if document.catalog().is_err() || document.page_iter().next().is_none() {
            return Err(UnreadableFile::Damaged("no page".to_owned()));
        }
        Ok(Self { document, bytes_left: Cell::new(PREFLIGHT_BYTES_MAX) })
    }

    /// Follows a reference. Returns null for one that leads nowhere, and any other object as it is.
    pub(crate) fn resolve<'a>(&'a self, object: &'a Object) -> &'a Object {
        // Follows chains of references; lopdf bounds their length.
        self.document.dereference(object).map_or(&Object::Null, |(_, object)| object)
    }

    /// Returns an entry of a dictionary, resolved. `None` if it is missing or null.
    pub(crate) fn entry<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Object> {
        let object = self.resolve(dictionary.get(key.as_bytes()).ok()?);
        (!object.is_null()).then_some(object)
    }

    /// Returns an entry that is a dictionary or a stream with one.
    pub(crate) fn dict<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        key: &str,
    ) -> Option<&'a Dictionary> {
        as_dict(self.entry(dictionary, key)?)
    }

    /// Returns an entry that is an array.
    pub(crate) fn array<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        key: &str,
    ) -> Option<&'a [Object]> {
        self.entry(dictionary, key)?.as_array().ok().map(Vec::as_slice)
    }

    /// Returns an entry that is a name.
    pub(crate) fn name<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a [u8]> {
        self.entry(dictionary, key)?.as_name().ok()
    }

    /// Returns an entry that is a number.
    pub(crate) fn number(&self, dictionary: &Dictionary, key: &str) -> Option<f64> {
        as_number(self.entry(dictionary, key)?)
    }

    /// Returns an entry that is an array of numbers.
    pub(crate) fn numbers(&self, dictionary: &Dictionary, key: &str) -> Option<Vec<f64>> {
        let array = self.array(dictionary, key)?;
        array.iter().map(|object| as_number(self.resolve(object))).collect()
    }

    /// Decodes a stream. All streams of a file share one allowance of bytes.
    pub(crate) fn stream_content(&self, stream: &Stream) -> Result<Vec<u8>, UnreadStream> {
        // A small file may decode to gigabytes, so both one stream and all together are bounded.
        let limit = PREFLIGHT_STREAM_BYTES_MAX.min(self.bytes_left.get());
        let decode = AssertUnwindSafe(|| stream.get_plain_content_with_limit(limit));
        let content = catch_unwind(decode).map_err(|_| UnreadStream::Damaged)?;
        let content = content.map_err(|error| match error {
            lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
                UnreadStream::TooMuch
            }
            _ => UnreadStream::Damaged,
        })?;
        self.bytes_left.set(self.bytes_left.get().saturating_sub(content.len()));
        Ok(content)
    }
}

/// Returns the dictionary of a dictionary or stream.
pub(crate) fn as_dict(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// Returns a number that is finite.
pub(crate) fn as_number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}

/// Formats the id of an object as PDF writes it, e.g. `12 0 R`.
pub(crate) fn object_label(id: ObjectId) -> String {
    format!("{} {} R", id.0, id.1)
}

/// Reads UTF-8, with replacement characters for invalid bytes.
pub(crate) fn lossy_string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Decodes a text string: UTF-16 or UTF-8 with its byte order mark, PDFDocEncoding without one.
pub(crate) fn decode_text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => lossy_string(rest),
        // For the characters of names and dates PDFDocEncoding is Latin-1.
        bytes => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Decodes UTF-16, most significant byte first.
pub(crate) fn decode_utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
