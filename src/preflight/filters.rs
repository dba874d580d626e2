//! Filters of streams.

use lopdf::{Dictionary, Object};

use crate::preflight::file::PdfFile;

/// Returns the filters of a stream, in the order in which they are undone.
pub(crate) fn stream_filters<'a>(file: &'a PdfFile, dict: &'a Dictionary) -> Vec<&'a [u8]> {
    match file.entry(dict, "Filter") {
        Some(Object::Name(name)) => vec![name],
        Some(Object::Array(names)) => {
            names.iter().filter_map(|name| file.resolve(name).as_name().ok()).collect()
        }
        _ => Vec::new(),
    }
}
