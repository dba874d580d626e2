//! A PDF as lopdf reads it, with every way into it bounded.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::config::{PREFLIGHT_BYTES, PREFLIGHT_STREAM_BYTES};

/// Why a file is not looked into.
pub(crate) enum UnreadableFile {
    NotPdf,
    Encrypted,
    /// What its reader says.
    Damaged(String),
}

/// A file that could be read.
pub(crate) struct PdfFile {
    pub(crate) document: Document,
    /// What is left of the bytes that all its streams together may decode to.
    left: Cell<usize>,
}

/// Why a stream has no content.
pub(crate) enum UnreadStream {
    /// It decodes to more than is looked at.
    TooMuch,
    /// It does not decode.
    Damaged,
}

/// A header within this many bytes makes a PDF (ISO 32000-1, annex H, note 13).
const HEADER_WITHIN: usize = 1024;

impl PdfFile {
    /// Reads the objects of a file; its streams stay as they are.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, UnreadableFile> {
        let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
        if !head.windows(5).any(|window| window == b"%PDF-") {
            return Err(UnreadableFile::NotPdf);
        }
        let options = LoadOptions::with_max_decompressed_size(PREFLIGHT_STREAM_BYTES);
        // The reader is not ours: a file that it stumbles over is a damaged one.
        let read = AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options));
        let document =
            catch_unwind(read).map_err(|_| UnreadableFile::Damaged("panic".to_owned()))?;
        let document = match document {
            Ok(document) => document,
            Err(lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword) => {
                return Err(UnreadableFile::Encrypted);
            }
            Err(error) => return Err(UnreadableFile::Damaged(error.to_string())),
        };
        if document.trailer.has(b"Encrypt") || document.was_encrypted() {
            return Err(UnreadableFile::Encrypted);
        }
        if document.catalog().is_err() || document.page_iter().next().is_none() {
            return Err(UnreadableFile::Damaged("no page".to_owned()));
        }
        Ok(Self { document, left: Cell::new(PREFLIGHT_BYTES) })
    }

    /// What an object refers to; nothing for a reference that leads nowhere.
    pub(crate) fn get<'a>(&'a self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).map_or(&Object::Null, |(_, object)| object)
    }

    /// An entry of a dictionary.
    pub(crate) fn entry<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Object> {
        let object = self.get(dictionary.get(key.as_bytes()).ok()?);
        (!object.is_null()).then_some(object)
    }

    /// An entry that is a dictionary, or the dictionary of a stream.
    pub(crate) fn dict<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        key: &str,
    ) -> Option<&'a Dictionary> {
        as_dict(self.entry(dictionary, key)?)
    }

    /// An entry that is an array.
    pub(crate) fn array<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        key: &str,
    ) -> Option<&'a [Object]> {
        self.entry(dictionary, key)?.as_array().ok().map(Vec::as_slice)
    }

    /// An entry that is a name.
    pub(crate) fn name<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a [u8]> {
        self.entry(dictionary, key)?.as_name().ok()
    }

    /// An entry that is a number.
    pub(crate) fn number(&self, dictionary: &Dictionary, key: &str) -> Option<f64> {
        number(self.entry(dictionary, key)?)
    }

    /// The numbers of an array.
    pub(crate) fn numbers(&self, dictionary: &Dictionary, key: &str) -> Option<Vec<f64>> {
        let array = self.array(dictionary, key)?;
        array.iter().map(|object| number(self.get(object))).collect()
    }

    /// The content of a stream, decoded. All streams of a file share one allowance.
    pub(crate) fn content(&self, stream: &Stream) -> Result<Vec<u8>, UnreadStream> {
        let most = PREFLIGHT_STREAM_BYTES.min(self.left.get());
        let decode = AssertUnwindSafe(|| stream.get_plain_content_with_limit(most));
        let content = catch_unwind(decode).map_err(|_| UnreadStream::Damaged)?;
        let content = content.map_err(|error| match error {
            lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
                UnreadStream::TooMuch
            }
            // Any other error of the reader means the same.
            _ => UnreadStream::Damaged,
        })?;
        self.left.set(self.left.get().saturating_sub(content.len()));
        Ok(content)
    }
}

pub(crate) fn as_dict(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

pub(crate) fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}

/// The name of an object for people.
pub(crate) fn label(id: ObjectId) -> String {
    format!("{} {} R", id.0, id.1)
}

pub(crate) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A text string of a dictionary: UTF-16 with its mark, UTF-8 with its mark, else as Latin.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => lossy(rest),
        // PDFDocEncoding is Latin-1 where names and dates are written in it.
        bytes => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// UTF-16, most significant byte first.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
