//! Files read and written whole or not at all.

use std::fmt;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::finding::Bilingual;

/// Reason why a file was not read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileError {
    /// Kind of the error.
    pub(crate) kind: FileErrorKind,
    path: PathBuf,
    message: Bilingual,
    detail: String,
}

/// Kinds of [`FileError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileErrorKind {
    /// The file cannot be read, or several files could be meant.
    Unreadable,
    /// The file is larger, or there are more files, than a limit allows.
    TooMuch,
    /// The file cannot be written.
    Unwritable,
}

impl FileError {
    /// Error about a file or folder.
    pub(crate) fn new(
        kind: FileErrorKind,
        path: &Path,
        message: Bilingual,
        detail: impl fmt::Display,
    ) -> Self {
        Self { kind, path: path.to_owned(), message, detail: detail.to_string() }
    }

    /// Builds the error of a file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: impl fmt::Display) -> Self {
        let message = Bilingual::new("无法读取", "cannot be read");
        Self::new(FileErrorKind::Unreadable, path, message, error)
    }

    /// Builds the error of a file that cannot be written.
    pub(crate) fn unwritable(path: &Path, error: impl fmt::Display) -> Self {
        let message = Bilingual::new("无法写入", "cannot be written");
        Self::new(FileErrorKind::Unwritable, path, message, error)
    }

    /// The whole text, in each language by itself.
    pub(crate) fn bilingual(&self) -> Bilingual {
        let (path, Bilingual { zh, en }) = (self.path.display(), &self.message);
        Bilingual::new(
            format!("{path}：{zh}：{}", self.detail),
            format!("{path}: {en}: {}", self.detail),
        )
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}: {}", self.path.display(), self.message, self.detail)
    }
}

/// Reads an input of at most `bytes_max` bytes; `-` is standard input.
pub(crate) fn read_input(path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    if path != Path::new("-") {
        return read_limited(path, "input_bytes", bytes_max);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(bytes_max + 1).read_to_end(&mut bytes);
    check_size(path, read.map(|_| bytes), "input_bytes", bytes_max)
}

/// Reads a file of at most `bytes_max` bytes. `limit` is the name of the setting.
pub(crate) fn read_limited(path: &Path, limit: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too long from one that just fits.
    let read = File::open(path).and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes));
    check_size(path, read.map(|_| bytes), limit, bytes_max)
}

fn check_size(
    path: &Path,
    read: std::io::Result<Vec<u8>>,
    limit: &str,
    bytes_max: u64,
) -> Result<Vec<u8>, FileError> {
    let bytes = read.map_err(|error| FileError::unreadable(path, error))?;
    if bytes.len() as u64 > bytes_max {
        let message = Bilingual::new("超过上限", "over the limit");
        let detail = format!("{limit}: {bytes_max}");
        return Err(FileError::new(FileErrorKind::TooMuch, path, message, detail));
    }
    Ok(bytes)
}

/// Reads a configuration or house style.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|error| FileError::unreadable(path, error))
}

/// File under its temporary name, to be renamed.
struct WrittenFile {
    /// Temporary path.
    temporary: PathBuf,
    /// Final path.
    path: PathBuf,
}

/// Writes files into a folder: first all under temporary names, then renamed, so that a failure
/// leaves nothing half-written. Returns their paths.
pub(crate) fn write_files(
    dir: &Path,
    files: &[(String, &[u8])],
) -> Result<Vec<PathBuf>, FileError> {
    fs::create_dir_all(dir).map_err(|error| FileError::unwritable(dir, error))?;
    let mut written: Vec<WrittenFile> = Vec::new();
    let remove_temporary = |written: &[WrittenFile]| {
        for file in written {
            // A file that cannot be removed was never written.
            let _ = fs::remove_file(&file.temporary);
        }
    };
    for (name, bytes) in files {
        // In the same folder, because a rename works within one file system only.
        let temporary = dir.join(format!(".{name}.{}.part", std::process::id()));
        let write = File::create(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        // Before the error is looked at, so that a file written in part is removed too.
        written.push(WrittenFile { temporary: temporary.clone(), path: dir.join(name) });
        if let Err(error) = write {
            remove_temporary(&written);
            return Err(FileError::unwritable(&temporary, error));
        }
    }
    // Only now, when all are on disk: a rename hardly fails.
    for file in &written {
        if let Err(error) = fs::rename(&file.temporary, &file.path) {
            remove_temporary(&written);
            return Err(FileError::unwritable(&file.path, error));
        }
    }
    Ok(written.into_iter().map(|file| file.path).collect())
}

#[cfg(test)]
mod tests {
    use super::write_files;

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let dir = std::env::temp_dir().join(format!("banmian-files-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("taken")).expect("dir");
        // A folder is where the second file is to go.
        let files = [("one".to_owned(), &b"1"[..]), ("taken".to_owned(), &b"2"[..])];
        assert!(write_files(&dir, &files).is_err());
        let names: Vec<String> = std::fs::read_dir(&dir)
            .expect("dir")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains("part"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
        std::fs::remove_dir_all(&dir).expect("clean");
    }
}
