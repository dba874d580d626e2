//! A newsroom's own faces: the files of its font folder, checked, and what they are called.

use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};
use skrifa::font::Blob;

use crate::font::catalog::{FaceInfo, FontSource};
use crate::font::check;
use crate::font::error::{FontError, FontFileError};
use crate::font::face::FontFace;
use crate::font::face_table::{FaceRow, FaceTable};
use crate::font::facts::{self, EmbeddingRights};

/// The files of a newsroom's font folder, as they were read.
#[derive(Clone, Debug, Default)]
pub struct FontFolder {
    /// The text of its `fonts.toml`.
    pub table: Option<String>,
    /// Font files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A face, parsed at most once, however many sets it belongs to.
pub(crate) type FaceSlot = Arc<OnceLock<FontFace>>;

/// A face of the folder with what its table says of it.
pub(crate) struct FolderFace {
    pub(crate) info: FaceInfo,
    pub(crate) row: Option<FaceRow>,
    pub(crate) slot: FaceSlot,
}

impl FontFolder {
    /// The faces of the folder, by file and place in it, and what is refused. `known` gives a face that an earlier
    /// reading of the folder had: the same bytes are neither checked nor parsed again.
    pub(crate) fn into_faces(
        self,
        known: impl Fn(&str, &str, u32) -> Option<FaceSlot>,
    ) -> (Vec<FolderFace>, Vec<FontFileError>) {
        let Self { table, mut files } = self;
        let mut faults = Vec::new();
        files.sort();
        let table = table.map_or(Ok(FaceTable::default()), |text| FaceTable::parse(&text));
        let table = table.unwrap_or_else(|error| {
            faults.push(FontFileError::new("fonts.toml", format!("表格有误：{error}"), error));
            FaceTable::default()
        });
        for row in &table.face {
            if !files.iter().any(|(name, _)| *name == row.file) {
                let (zh, en) = ("没有这个文件", "there is no such file");
                faults.push(FontFileError::new(format!("fonts.toml: {}", row.file), zh, en));
            }
        }
        let mut own = Vec::new();
        for (name, bytes) in files {
            let rows: Vec<&FaceRow> = table.face.iter().filter(|row| row.file == name).collect();
            read(&name, bytes, &rows, &known, (&mut own, &mut faults));
        }
        distinct(&mut own, &mut faults);
        (own, faults)
    }
}

/// The faces of one file.
fn read(
    name: &str,
    bytes: Vec<u8>,
    rows: &[&FaceRow],
    known: &impl Fn(&str, &str, u32) -> Option<FaceSlot>,
    (own, faults): (&mut Vec<FolderFace>, &mut Vec<FontFileError>),
) {
    let count = match check::count_faces(&bytes) {
        Ok(count) => count,
        Err(reason) => return faults.push(reason.in_file(name)),
    };
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let blob = Blob::from(bytes);
    for row in rows.iter().filter(|row| row.index >= count) {
        let (zh, en) = (
            format!("文件中没有第 {} 个字体", row.index),
            format!("the file has no face {}", row.index),
        );
        faults.push(FontFileError::new(format!("fonts.toml: {name}"), zh, en));
    }
    for index in 0..count {
        let told = if count == 1 { name.to_owned() } else { format!("{name}#{index}") };
        let slot = match known(name, &sha256, index) {
            Some(slot) => Ok(slot),
            None => face(name, &blob, index),
        };
        match slot {
            Ok(slot) => {
                let row = rows.iter().find(|row| row.index == index).map(|row| (*row).clone());
                own.push(described(name, index, count, &sha256, row, slot));
            }
            Err(reason) => faults.push(reason.in_file(told)),
        }
    }
}

/// One face, checked and parsed.
fn face(name: &str, blob: &Blob, index: u32) -> Result<FaceSlot, FontError> {
    let tables = check::open_checked_face(blob, index)?;
    let embedding = EmbeddingRights::from_fs_type(facts::fs_type(&tables))?;
    let face = FontFace::from_folder(name, blob.clone(), index, embedding)
        .ok_or_else(|| FontError::new("不是字体文件", "not a font"))?;
    if !face.has_unicode_map() {
        return Err(FontError::new(
            "没有 Unicode 字符表（cmap）",
            "its cmap table has no Unicode map",
        ));
    }
    Ok(Arc::new(OnceLock::from(face)))
}

fn described(
    file: &str,
    index: u32,
    count: u32,
    sha256: &str,
    row: Option<FaceRow>,
    slot: FaceSlot,
) -> FolderFace {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let facts = slot.get().map(FontFace::facts);
    let postscript = facts.map_or("", |facts| &facts.postscript_name);
    let mut roles: Vec<String> = Vec::new();
    match &row {
        Some(row) => roles.extend(row.roles()),
        None => {
            // A face is called what it calls itself, and what its file is called.
            let stem = (count == 1).then_some(stem);
            for role in [Some(postscript), stem].into_iter().flatten() {
                if !role.is_empty() && !roles.iter().any(|known| known == role) {
                    roles.push(role.to_owned());
                }
            }
        }
    }
    let family = facts.map_or("", |facts| &facts.family);
    let told =
        |text: fn(&FaceRow) -> &Option<String>| row.as_ref().and_then(|row| text(row).clone());
    let info = FaceInfo {
        roles,
        file: file.to_owned(),
        index,
        name: told(|row| &row.name).unwrap_or_else(|| family.to_owned()),
        licence: told(|row| &row.licence).unwrap_or_default(),
        coverage: told(|row| &row.coverage).unwrap_or_default(),
        source: FontSource::Newsroom,
        sha256: sha256.to_owned(),
        mark_lenders: Vec::new(),
        fallbacks: Vec::new(),
    };
    FolderFace { info, row, slot }
}

/// A role and a PostScript name belong to one face.
fn distinct(own: &mut Vec<FolderFace>, faults: &mut Vec<FontFileError>) {
    let mut kept: Vec<FolderFace> = Vec::new();
    for next in std::mem::take(own) {
        let name =
            |own: &FolderFace| own.slot.get().map(|face| face.facts().postscript_name.clone());
        let same = kept.iter().find(|other| {
            let shares = other.info.roles.iter().any(|role| next.info.roles.contains(role));
            shares
                || name(other)
                    .is_some_and(|known| !known.is_empty() && name(&next).as_ref() == Some(&known))
        });
        match same {
            Some(other) => {
                let other = &other.info.file;
                let zh = format!("与 {other} 的角色或 PostScript 名相同");
                let en = format!("its role or PostScript name is that of {other}");
                faults.push(FontFileError::new(next.info.file.clone(), zh, en));
            }
            None => kept.push(next),
        }
    }
    *own = kept;
}
