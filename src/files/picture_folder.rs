//! The pictures of records, from a directory.
//!
//! Only files that lie in the directory itself are read, and of those only what a record names: by an id, as a file
//! of that name or stem, or by a SHA-256. Nothing in a record is ever opened as a path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::{PICTURE_FILES_MAX, RequestLimits};
use crate::files::whole::{FileError, FileErrorKind, read_limited};
use crate::finding::{Bilingual, Finding, FindingPlace};
use crate::image::{PictureSupply, SourceImage, sha256_hex};
use crate::intake::unreadable_picture;
use crate::proto::picture::Content;
use crate::proto::{PageRecord, Picture};

/// What a record wants of the directory.
#[derive(Default)]
struct WantedPictures {
    ids: BTreeSet<String>,
    hashes: BTreeSet<String>,
}

impl WantedPictures {
    fn for_record(record: &PageRecord) -> Self {
        let mut wanted = Self::default();
        for picture in pictures_of(record) {
            match &picture.content {
                None => wanted.ids.insert(picture.id.clone()),
                Some(Content::Sha256(sum)) => wanted.hashes.insert(sum.clone()),
                Some(Content::Data(_)) => false,
            };
        }
        wanted
    }
}

/// The pictures of a record, those of its articles first.
pub(crate) fn pictures_of(record: &PageRecord) -> impl Iterator<Item = &Picture> {
    record.articles.iter().flat_map(|article| &article.pictures).chain(&record.pictures)
}

/// A directory of pictures: listed once, for as many records as there are.
#[derive(Debug)]
pub(crate) struct PictureFolder {
    files: BTreeMap<String, PathBuf>,
    /// The file of each SHA-256; only records that name one have every file read for it.
    hashes: OnceLock<BTreeMap<String, PathBuf>>,
    max_bytes: u64,
}

impl PictureFolder {
    /// Lists a directory.
    pub(crate) fn open(dir: &Path, limits: &RequestLimits) -> Result<Self, FileError> {
        let most = limits.picture_bytes as u64;
        Ok(Self { files: list_files(dir)?, hashes: OnceLock::new(), max_bytes: most })
    }

    /// Reads the pictures that a record names without their bytes.
    pub(crate) fn pictures_for(&self, record: &PageRecord) -> Result<PictureSupply, FileError> {
        let mut pictures = PictureSupply::default();
        let WantedPictures { ids, hashes: sums } = WantedPictures::for_record(record);
        for (id, path) in files_by_id(&self.files, &ids)? {
            pictures.insert(Some(&id), read_limited(&path, "picture_bytes", self.max_bytes)?);
        }
        for sum in sums {
            // A sum tells nothing of the name: every file is looked at, once.
            let Some(path) = self.hashes.get_or_init(|| self.hash_files()).get(&sum) else {
                continue;
            };
            let bytes = read_limited(path, "picture_bytes", self.max_bytes)?;
            // It may have been exchanged since.
            if sha256_hex(&bytes) == sum {
                pictures.insert(None, bytes);
            }
        }
        Ok(pictures)
    }

    /// The file of each SHA-256; what cannot be read has none.
    fn hash_files(&self) -> BTreeMap<String, PathBuf> {
        let sum = |path: &PathBuf| {
            let bytes = read_limited(path, "picture_bytes", self.max_bytes).ok()?;
            Some((sha256_hex(&bytes), path.clone()))
        };
        self.files.values().filter_map(sum).collect()
    }
}

/// The files of a directory by name, without links, which may lead anywhere.
fn list_files(dir: &Path) -> Result<BTreeMap<String, PathBuf>, FileError> {
    let told = |error: std::io::Error| FileError::unreadable(dir, error);
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
            let what = Bilingual::new("文件太多", "too many files");
            let detail = format!("> {PICTURE_FILES_MAX}");
            return Err(FileError::new(FileErrorKind::TooMuch, dir, what, detail));
        }
    }
    Ok(files)
}

/// The file of each id: the one of that name, else the only one of that stem.
fn files_by_id(
    files: &BTreeMap<String, PathBuf>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(String, PathBuf)>, FileError> {
    let mut stems: BTreeMap<&str, Vec<&PathBuf>> = BTreeMap::new();
    // Most records of an archive name none.
    for path in files.values().filter(|_| !ids.is_empty()) {
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
                let what = Bilingual::new(
                    format!("图片“{id}”有两个文件"),
                    format!("two files for the picture “{id}”"),
                );
                let detail = second.display();
                return Err(FileError::new(FileErrorKind::Unreadable, first, what, detail));
            }
        }
    }
    Ok(out)
}

/// Puts pictures into a record as `put` has them, for a server that has no directory. Gives what is wrong with those
/// that cannot be read; their places stay empty.
pub(crate) fn fill_pictures(
    record: &mut PageRecord,
    pictures: &PictureSupply,
    mut put: impl FnMut(&SourceImage) -> Content,
) -> Vec<Finding> {
    let mut faults = Vec::new();
    let theirs = record.articles.iter_mut().flat_map(|article| &mut article.pictures);
    for picture in theirs.chain(&mut record.pictures) {
        let found = match &picture.content {
            None => pictures.by_id(&picture.id),
            Some(Content::Sha256(sum)) => pictures.by_sha256(sum),
            Some(Content::Data(_)) => None,
        };
        match found {
            Some(Ok(image)) => picture.content = Some(put(image)),
            Some(Err(fault)) => {
                faults.push(unreadable_picture(fault, FindingPlace::of_field(picture.id.as_str())));
            }
            None => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;

    use super::files_by_id;

    #[test]
    fn a_name_goes_before_a_stem_and_two_stems_are_one_too_many() {
        let names = ["a.jpg", "a", "b.jpg", "c.jpg", "c.png"];
        let files: BTreeMap<String, PathBuf> =
            names.iter().map(|name| ((*name).to_owned(), PathBuf::from(name))).collect();
        let find = |id: &str| files_by_id(&files, &BTreeSet::from([id.to_owned()]));
        for (id, file) in [("a", "a"), ("b", "b.jpg"), ("b.jpg", "b.jpg"), ("c.png", "c.png")] {
            assert_eq!(find(id), Ok(vec![(id.to_owned(), PathBuf::from(file))]));
        }
        assert_eq!(find("d"), Ok(Vec::new()));
        assert!(find("c").is_err());
    }
}
