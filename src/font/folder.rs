//! A newsroom's font folder: checks of its files, and names and roles of its faces.

use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};
use skrifa::font::Blob;

use crate::font::check;
use crate::font::error::{FontError, FontFileError};
use crate::font::face::FontFace;
use crate::font::face_info::{FaceInfo, FontSource};
use crate::font::face_table::{FaceRow, FaceTable};
use crate::font::facts::{self, EmbeddingRights};

/// Files of a newsroom's font folder, as read from disk.
#[derive(Clone, Debug, Default)]
pub struct FontFolder {
    /// Text of its `fonts.toml`, if it has one.
    pub table: Option<String>,
    /// Name and bytes of each font file.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Place for a face that is parsed at most once, shared by all font sets that contain the face.
pub(crate) type FaceSlot = Arc<OnceLock<FontFace>>;

/// A face of the folder with its row of the folder's table.
pub(crate) struct FolderFace {
    pub(crate) info: FaceInfo,
    pub(crate) row: Option<FaceRow>,
    pub(crate) slot: FaceSlot,
}

/// Position of a face in the folder.
struct FaceOrigin<'a> {
    /// Name of the file.
    file: &'a str,
    /// SHA-256 of the file.
    sha256: &'a str,
    /// Index of the face in the file.
    index: u32,
    /// Number of faces in the file.
    count: u32,
}

/// Faces and errors of the files read so far.
struct FolderReader<K> {
    /// Returns a face of an earlier reading by file, SHA-256 and index.
    find_earlier: K,
    faces: Vec<FolderFace>,
    errors: Vec<FontFileError>,
}

impl FontFolder {
    /// Returns the faces of the folder, sorted by file and index, and an error for each rejected
    /// file or row. `find_earlier` returns a face that an earlier reading of the folder produced,
    /// by file, SHA-256 and index: equal bytes are neither checked nor parsed again.
    pub(crate) fn into_faces(
        self,
        find_earlier: impl Fn(&str, &str, u32) -> Option<FaceSlot>,
    ) -> (Vec<FolderFace>, Vec<FontFileError>) {
        let Self { table, mut files } = self;
        // The order of a directory differs from machine to machine, and font ids follow this order.
        files.sort();
        let mut reader = FolderReader { find_earlier, faces: Vec::new(), errors: Vec::new() };
        let table = table.map_or(Ok(FaceTable::default()), |text| FaceTable::parse(&text));
        // Files are used without their table rather than not at all.
        let table = table.unwrap_or_else(|error| {
            let zh = format!("文件有误：{error}");
            reader.errors.push(FontFileError::new("fonts.toml", zh, error));
            FaceTable::default()
        });
        for row in &table.face {
            if !files.iter().any(|(name, _)| *name == row.file) {
                let (zh, en) = ("没有这个文件", "no such file");
                reader.errors.push(FontFileError::new(format!("fonts.toml: {}", row.file), zh, en));
            }
        }
        for (name, bytes) in files {
            let rows: Vec<&FaceRow> = table.face.iter().filter(|row| row.file == name).collect();
            reader.read_file(&name, bytes, &rows);
        }
        let FolderReader { faces, mut errors, .. } = reader;
        (drop_duplicates(faces, &mut errors), errors)
    }
}

impl<K: Fn(&str, &str, u32) -> Option<FaceSlot>> FolderReader<K> {
    /// Reads the faces of one file.
    fn read_file(&mut self, file: &str, bytes: Vec<u8>, rows: &[&FaceRow]) {
        let count = match check::count_faces(&bytes) {
            Ok(count) => count,
            Err(error) => return self.errors.push(error.in_file(file)),
        };
        let sha256: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        // Shared by all faces of a collection.
        let blob = Blob::from(bytes);
        for row in rows.iter().filter(|row| row.index >= count) {
            let (zh, en) = (
                format!("文件中没有第 {} 个字体", row.index),
                format!("the file has no face {}", row.index),
            );
            self.errors.push(FontFileError::new(format!("fonts.toml: {file}"), zh, en));
        }
        for index in 0..count {
            // One face of a collection may be rejected and the others used.
            let slot = match (self.find_earlier)(file, &sha256, index) {
                Some(slot) => Ok(slot),
                None => open_face(file, &blob, index),
            };
            match slot {
                Ok(slot) => {
                    let row = rows.iter().find(|row| row.index == index).map(|row| (*row).clone());
                    let origin = FaceOrigin { file, sha256: &sha256, index, count };
                    self.faces.push(describe_face(&origin, row, slot));
                }
                Err(error) => {
                    let name = if count == 1 { file.to_owned() } else { format!("{file}#{index}") };
                    self.errors.push(error.in_file(name));
                }
            }
        }
    }
}

/// Checks and parses one face.
fn open_face(file: &str, blob: &Blob, index: u32) -> Result<FaceSlot, FontError> {
    let tables = check::open_checked_face(blob, index)?;
    // Before parsing: a face that may not be embedded is useless here, however sound it is.
    let embedding = EmbeddingRights::from_fs_type(facts::fs_type(&tables))?;
    let face = FontFace::from_folder(file, blob.clone(), index, embedding)
        .ok_or_else(|| FontError::new("不是字体文件", "not a font file"))?;
    if !face.has_unicode_map() {
        return Err(FontError::new(
            "没有 Unicode 字符表（cmap）",
            "no Unicode character map (cmap)",
        ));
    }
    // Filled at once: an empty slot would be filled from the binary, see `FontSet::face`.
    Ok(Arc::new(OnceLock::from(face)))
}

/// Builds the description of a face from its row, or from its own names if it has none.
fn describe_face(origin: &FaceOrigin<'_>, row: Option<FaceRow>, slot: FaceSlot) -> FolderFace {
    let facts = slot.get().map(FontFace::facts);
    let roles = match &row {
        Some(row) => row.roles(),
        None => own_names(origin, facts.map_or("", |facts| &facts.postscript_name)),
    };
    let family = facts.map_or("", |facts| &facts.family);
    let cell =
        |text: fn(&FaceRow) -> &Option<String>| row.as_ref().and_then(|row| text(row).clone());
    let info = FaceInfo {
        roles,
        file: origin.file.to_owned(),
        index: origin.index,
        name: cell(|row| &row.name).unwrap_or_else(|| family.to_owned()),
        licence: cell(|row| &row.licence).unwrap_or_default(),
        coverage: cell(|row| &row.coverage).unwrap_or_default(),
        source: FontSource::Newsroom,
        sha256: origin.sha256.to_owned(),
        mark_lenders: Vec::new(),
        fallbacks: Vec::new(),
    };
    FolderFace { info, row, slot }
}

/// Returns the roles of a face without a row: its PostScript name, and the name of its file if the
/// file has no other face.
fn own_names(origin: &FaceOrigin<'_>, postscript_name: &str) -> Vec<String> {
    let stem = origin.file.rsplit_once('.').map_or(origin.file, |(stem, _)| stem);
    // The name of a collection would stand for several faces.
    let stem = (origin.count == 1).then_some(stem);
    let mut names: Vec<String> = Vec::new();
    for name in [Some(postscript_name), stem].into_iter().flatten() {
        if !name.is_empty() && !names.iter().any(|earlier| earlier == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Drops faces that share a role or a PostScript name with an earlier one.
fn drop_duplicates(faces: Vec<FolderFace>, errors: &mut Vec<FontFileError>) -> Vec<FolderFace> {
    let mut kept: Vec<FolderFace> = Vec::new();
    for face in faces {
        // The first in the order of files wins, so the result does not depend on the machine.
        match kept.iter().find(|earlier| are_confusable(earlier, &face)) {
            Some(earlier) => {
                let file = &earlier.info.file;
                let zh = format!("角色或 PostScript 名与 {file} 重复");
                let en = format!("role or PostScript name already used by {file}");
                errors.push(FontFileError::new(face.info.file.clone(), zh, en));
            }
            None => kept.push(face),
        }
    }
    kept
}

/// True if two faces share a role or a PostScript name.
fn are_confusable(a: &FolderFace, b: &FolderFace) -> bool {
    let name = |face: &FolderFace| {
        face.slot.get().map(|face| face.facts().postscript_name.clone()).filter(|n| !n.is_empty())
    };
    let share_role = a.info.roles.iter().any(|role| b.info.roles.contains(role));
    share_role || name(a).is_some_and(|name_of_a| name(b) == Some(name_of_a))
}
