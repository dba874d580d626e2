//! Inputs of a command: copy, geometry of the previous round, pictures.

use std::path::Path;

use crate::batch::looks_like_json;
use crate::cli::args::SourceArgs;
use crate::cli::error::CommandError;
use crate::cli::order::style_choice;
use crate::config::RequestLimits;
use crate::files::{PictureFolder, read_input};
use crate::image::PictureSupply;
use crate::intake::{self, NormaliseSwitches, read_geometry, read_plain};
use crate::proto::{self, PageRecord};
use crate::report;

/// Copy as a record, and the guesses of the reader of plain copy.
#[derive(Debug)]
pub(crate) struct InputRecord {
    /// The page.
    pub(crate) record: PageRecord,
    /// Notes of the reader; empty for a record in JSON.
    pub(crate) notes: Vec<proto::Finding>,
}

/// Reads the input of a command as a record, with the house style that the flags choose.
pub(crate) fn read_record(
    source: &SourceArgs,
    bytes_max: u64,
) -> Result<InputRecord, CommandError> {
    let InputRecord { mut record, notes } = read_copy(&read_input(&source.input, bytes_max)?)?;
    record.layout = style_choice(&source.look).apply_to(record.layout);
    Ok(InputRecord { record, notes })
}

/// Parses copy, a record in JSON or plain copy, as a record.
pub(crate) fn read_copy(bytes: &[u8]) -> Result<InputRecord, CommandError> {
    if looks_like_json(bytes) {
        return Ok(InputRecord { record: intake::read_record(bytes)?, notes: Vec::new() });
    }
    // There is no record yet that could switch corrections off, so the defaults hold.
    let noted = read_plain(bytes, NormaliseSwitches::resolve(None, None).paragraph_joining())?;
    let notes = noted.findings.iter().map(report::finding).collect();
    Ok(InputRecord { record: noted.value, notes })
}

/// Reads the geometry of the previous round; `None` if there is none or articles are free to move.
pub(crate) fn previous_geometry(
    source: &SourceArgs,
    bytes_max: u64,
) -> Result<Option<proto::PageGeometry>, CommandError> {
    match &source.previous {
        Some(path) if !source.free => Ok(Some(read_geometry(&read_input(path, bytes_max)?)?)),
        _ => Ok(None),
    }
}

/// Opens the folder of pictures, if one is named.
pub(crate) fn picture_folder(
    dir: Option<&Path>,
    limits: &RequestLimits,
) -> Result<Option<PictureFolder>, CommandError> {
    Ok(dir.map(|dir| PictureFolder::open(dir, limits)).transpose()?)
}

/// Reads the pictures of a record from a folder, if one is named.
pub(crate) fn read_pictures(
    dir: Option<&Path>,
    record: Option<&PageRecord>,
    limits: &RequestLimits,
) -> Result<PictureSupply, CommandError> {
    match (picture_folder(dir, limits)?, record) {
        (Some(folder), Some(record)) => Ok(folder.pictures_for(record)?),
        _ => Ok(PictureSupply::default()),
    }
}
