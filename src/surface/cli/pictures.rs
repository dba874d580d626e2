//! The pictures of a record, from a directory.
//!
//! Only files that lie in the directory itself are read, and of those only what the record names: by an id, as a file
//! of that name or stem, or by a SHA-256. Nothing in a record is ever opened as a path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Limits, PICTURE_FILES_MAX};
use crate::diag::Place;
use crate::image::{Pictures, sha256};
use crate::intake::unreadable;
use crate::proto::picture::Content;
use crate::proto::{PageRecord, Picture};
use crate::surface::cli::{Exit, Failed, files, tell};

/// What a record wants of the directory.
#[derive(Default)]
struct Wanted {
    ids: BTreeSet<String>,
    sums: BTreeSet<String>,
}

impl Wanted {
    fn of(record: &PageRecord) -> Self {
        let mut wanted = Self::default();
        for picture in pictures_of(record) {
            match &picture.content {
                None => wanted.ids.insert(picture.id.clone()),
                Some(Content::Sha256(sum)) => wanted.sums.insert(sum.clone()),
                Some(Content::Data(_)) => false,
            };
        }
        wanted
    }
}

fn pictures_of(record: &PageRecord) -> impl Iterator<Item = &Picture> {
    record.articles.iter().flat_map(|article| &article.pictures).chain(&record.pictures)
}

/// Reads the pictures that a record names without their bytes; none without a directory.
pub(crate) fn read(
    dir: Option<&Path>,
    record: Option<&PageRecord>,
    limits: &Limits,
) -> Result<Pictures, Failed> {
    let mut pictures = Pictures::default();
    let (Some(dir), Some(record)) = (dir, record) else { return Ok(pictures) };
    let files = list(dir)?;
    let Wanted { ids, mut sums } = Wanted::of(record);
    let most = limits.picture_bytes as u64;
    for (id, path) in by_id(&files, &ids)? {
        pictures.insert(Some(&id), files::read_limited(&path, "picture_bytes", most)?);
    }
    // A sum tells nothing of the name: every file is looked at until all are found.
    for path in files.values() {
        if sums.is_empty() {
            break;
        }
        match files::read_limited(path, "picture_bytes", most) {
            Ok(bytes) if sums.remove(&sha256(&bytes)) => pictures.insert(None, bytes),
            Ok(_) => {}
            Err(failed) => tell::warn(&failed),
        }
    }
    Ok(pictures)
}

/// The files of a directory by name, without links, which may lead anywhere.
fn list(dir: &Path) -> Result<BTreeMap<String, PathBuf>, Failed> {
    let told = |error: std::io::Error| {
        Failed::usage(format!("{}：无法读取 / cannot be read: {error}", dir.display()))
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(told)? {
        let entry = entry.map_err(told)?;
        // A name that is no text is no id.
        if let (true, Ok(name)) =
            (entry.file_type().map_err(told)?.is_file(), entry.file_name().into_string())
        {
            files.insert(name, entry.path());
        }
        if files.len() > PICTURE_FILES_MAX {
            let line = format!(
                "{}：文件超过 {PICTURE_FILES_MAX} 个 / more than {PICTURE_FILES_MAX} files",
                dir.display()
            );
            return Err(Failed::new(Exit::Refused, line));
        }
    }
    Ok(files)
}

/// The file of each id: the one of that name, else the only one of that stem.
fn by_id(
    files: &BTreeMap<String, PathBuf>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(String, PathBuf)>, Failed> {
    let mut stems: BTreeMap<&str, Vec<&PathBuf>> = BTreeMap::new();
    for path in files.values() {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stems.entry(stem).or_default().push(path);
    }
    let mut out = Vec::new();
    for id in ids {
        let stem = stems.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        match (files.get(id), stem) {
            (Some(path), _) => out.push((id.clone(), path.clone())),
            (None, [path]) => out.push((id.clone(), (*path).clone())),
            (None, []) => {}
            (None, [first, second, ..]) => {
                return Err(Failed::usage(format!(
                    "图片“{id}”有两个文件 / two files for the picture “{id}”: {}, {}",
                    first.display(),
                    second.display()
                )));
            }
        }
    }
    Ok(out)
}

/// Puts the bytes of pictures into the record, for a server that has no directory.
pub(crate) fn embed(record: &mut PageRecord, pictures: &Pictures) {
    let theirs = record.articles.iter_mut().flat_map(|article| &mut article.pictures);
    for picture in theirs.chain(&mut record.pictures) {
        let found = match &picture.content {
            None => pictures.by_id(&picture.id),
            Some(Content::Sha256(sum)) => pictures.by_sha256(sum),
            Some(Content::Data(_)) => None,
        };
        match found {
            Some(Ok(image)) => picture.content = Some(Content::Data(image.bytes().to_vec())),
            Some(Err(fault)) => {
                let finding = unreadable(fault, Place::field(picture.id.as_str()));
                tell::warn(&Failed::new(Exit::Refused, finding.to_string()));
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;

    use super::by_id;

    #[test]
    fn a_name_goes_before_a_stem_and_two_stems_are_one_too_many() {
        let names = ["a.jpg", "a", "b.jpg", "c.jpg", "c.png"];
        let files: BTreeMap<String, PathBuf> =
            names.iter().map(|name| ((*name).to_owned(), PathBuf::from(name))).collect();
        let find = |id: &str| by_id(&files, &BTreeSet::from([id.to_owned()])).map_err(|f| f.lines);
        for (id, file) in [("a", "a"), ("b", "b.jpg"), ("b.jpg", "b.jpg"), ("c.png", "c.png")] {
            assert_eq!(find(id), Ok(vec![(id.to_owned(), PathBuf::from(file))]));
        }
        assert_eq!(find("d"), Ok(Vec::new()));
        assert!(find("c").is_err());
    }
}
