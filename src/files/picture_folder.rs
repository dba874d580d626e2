//! Pictures of records, from a folder.
//!
//! Only files in the folder itself are read, and of those only the ones that a record names: by id,
//! as a file of that name or stem, or by SHA-256. Nothing in a record is ever opened as a path.

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

/// Pictures that a record names without their bytes.
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
                Some(Content::Sha256(sha256)) => wanted.hashes.insert(sha256.clone()),
                Some(Content::Data(_)) => false,
            };
        }
        wanted
    }
}

/// Pictures of a record, those of its articles first.
pub(crate) fn pictures_of(record: &PageRecord) -> impl Iterator<Item = &Picture> {
    record.articles.iter().flat_map(|article| &article.pictures).chain(&record.pictures)
}

/// Folder of pictures, listed once for any number of records.
#[derive(Debug)]
pub(crate) struct PictureFolder {
    /// Files by name.
    files: BTreeMap<String, PathBuf>,
    /// Files by SHA-256. All files are read for it once a record names a hash.
    hashes: OnceLock<BTreeMap<String, PathBuf>>,
    /// Bytes of a picture.
    max_bytes: u64,
}

impl PictureFolder {
    /// Lists a folder.
    pub(crate) fn open(dir: &Path, limits: &RequestLimits) -> Result<Self, FileError> {
        let max_bytes = limits.picture_bytes as u64;
        Ok(Self { files: list_files(dir)?, hashes: OnceLock::new(), max_bytes })
    }

    /// Reads the pictures that a record names without their bytes.
    pub(crate) fn pictures_for(&self, record: &PageRecord) -> Result<PictureSupply, FileError> {
        let mut pictures = PictureSupply::default();
        let WantedPictures { ids, hashes } = WantedPictures::for_record(record);
        for (id, path) in files_by_id(&self.files, &ids)? {
            let bytes = read_limited(&path, "picture_bytes", self.max_bytes)?;
            pictures.insert(Some(&id), bytes);
        }
        for sha256 in hashes {
            // A hash says nothing of the name: every file is read, once.
            // Threads that come at the same time wait for the first one instead of reading all
            // files again.
            let files = self.hashes.get_or_init(|| self.hash_files());
            let Some(path) = files.get(&sha256) else { continue };
            let bytes = read_limited(path, "picture_bytes", self.max_bytes)?;
            // The file may have changed since.
            if sha256_hex(&bytes) == sha256 {
                pictures.insert(None, bytes);
            }
        }
        Ok(pictures)
    }

    /// Files by SHA-256, without those that cannot be read.
    fn hash_files(&self) -> BTreeMap<String, PathBuf> {
        let hash = |path: &PathBuf| {
            let bytes = read_limited(path, "picture_bytes", self.max_bytes).ok()?;
            Some((sha256_hex(&bytes), path.clone()))
        };
        self.files.values().filter_map(hash).collect()
    }
}

/// Lists the files of a folder by name, without links, which may lead anywhere.
fn list_files(dir: &Path) -> Result<BTreeMap<String, PathBuf>, FileError> {
    let unreadable = |error: std::io::Error| FileError::unreadable(dir, error);
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_file = entry.file_type().map_err(unreadable)?.is_file();
        // A name that is not text is not an id.
        if let (true, Ok(name)) = (is_file, entry.file_name().into_string()) {
            files.insert(name, entry.path());
        }
        if files.len() > PICTURE_FILES_MAX {
            let message = Bilingual::new("文件太多", "too many files");
            let detail = format!("> {PICTURE_FILES_MAX}");
            return Err(FileError::new(FileErrorKind::TooMuch, dir, message, detail));
        }
    }
    Ok(files)
}

/// Finds the file of each id: the one of that name, else the only one of that stem.
fn files_by_id(
    files: &BTreeMap<String, PathBuf>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(String, PathBuf)>, FileError> {
    let mut stems: BTreeMap<&str, Vec<&PathBuf>> = BTreeMap::new();
    // Without ids, as in most records of an archive, the stems are not needed.
    for path in files.values().filter(|_| !ids.is_empty()) {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stems.entry(stem).or_default().push(path);
    }
    let mut found = Vec::new();
    for id in ids {
        let same_stem = stems.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        match (files.get(id), same_stem) {
            (Some(path), _) => found.push((id.clone(), path.clone())),
            (None, [path]) => found.push((id.clone(), (*path).clone())),
            (None, []) => {}
            // A guess between two files could print the wrong picture.
            (None, [first, second, ..]) => {
                let message = Bilingual::new(
                    format!("图片“{id}”有两个文件"),
                    format!("two files for the picture “{id}”"),
                );
                let detail = second.display();
                return Err(FileError::new(FileErrorKind::Unreadable, first, message, detail));
            }
        }
    }
    Ok(found)
}

/// Puts pictures into a record, for a server that has no folder. `content_of` makes the content of
/// a picture. Returns a finding for each picture that cannot be read; it stays without content.
pub(crate) fn fill_pictures(
    record: &mut PageRecord,
    pictures: &PictureSupply,
    mut content_of: impl FnMut(&SourceImage) -> Content,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let of_articles = record.articles.iter_mut().flat_map(|article| &mut article.pictures);
    for picture in of_articles.chain(&mut record.pictures) {
        let found = match &picture.content {
            None => pictures.by_id(&picture.id),
            Some(Content::Sha256(sha256)) => pictures.by_sha256(sha256),
            Some(Content::Data(_)) => None,
        };
        match found {
            Some(Ok(image)) => picture.content = Some(content_of(image)),
            Some(Err(fault)) => {
                let place = FindingPlace::of_field(picture.id.as_str());
                findings.push(unreadable_picture(fault, place));
            }
            None => {}
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;

    use super::files_by_id;

    #[test]
    fn a_name_takes_precedence_over_a_stem_and_two_stems_are_an_error() {
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
