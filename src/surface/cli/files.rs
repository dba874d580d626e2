//! Reading and writing files: whole or not at all.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::surface::cli::{Exit, Failed};

/// Reads an input, `-` from standard input, up to `most` bytes.
pub(crate) fn read_input(path: &Path, most: u64) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    whole(path, read.map(|_| bytes), "input_bytes", most)
}

/// Reads a file up to the bytes of a limit.
pub(crate) fn read_limited(path: &Path, limit: &str, most: u64) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    whole(path, read.map(|_| bytes), limit, most)
}

fn whole(
    path: &Path,
    read: std::io::Result<Vec<u8>>,
    limit: &str,
    most: u64,
) -> Result<Vec<u8>, Failed> {
    let bytes = read.map_err(|error| {
        Failed::usage(format!("{}：无法读取 / cannot be read: {error}", path.display()))
    })?;
    if bytes.len() as u64 > most {
        let line = format!("{}：超过上限 / over the limit {limit}: {most}", path.display());
        return Err(Failed::new(Exit::Refused, line));
    }
    Ok(bytes)
}

/// Reads a configuration or house style.
pub(crate) fn read_text(path: &Path) -> Result<String, Failed> {
    fs::read_to_string(path).map_err(|error| {
        Failed::usage(format!("{}：无法读取 / cannot be read: {error}", path.display()))
    })
}

/// Writes files into a directory: all under temporary names first, then renamed, so that a failure
/// leaves nothing half-written. Gives their paths.
pub(crate) fn write_all(dir: &Path, files: &[(String, &[u8])]) -> Result<Vec<PathBuf>, Failed> {
    let told = |path: &Path, error: &std::io::Error| {
        Failed::usage(format!("{}：无法写入 / cannot be written: {error}", path.display()))
    };
    fs::create_dir_all(dir).map_err(|error| told(dir, &error))?;
    let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
    let clean = |written: &[(PathBuf, PathBuf)]| {
        for (temporary, _) in written {
            // What cannot be removed was never made.
            let _ = fs::remove_file(temporary);
        }
    };
    for (name, bytes) in files {
        let temporary = dir.join(format!(".{name}.{}.part", std::process::id()));
        let write = File::create(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.push((temporary.clone(), dir.join(name)));
        if let Err(error) = write {
            clean(&written);
            return Err(told(&temporary, &error));
        }
    }
    for (temporary, path) in &written {
        if let Err(error) = fs::rename(temporary, path) {
            clean(&written);
            return Err(told(path, &error));
        }
    }
    Ok(written.into_iter().map(|(_, path)| path).collect())
}

/// A line for a terminal: controls in copied text are escaped, so that they do nothing there.
pub(crate) fn printable(line: &str) -> String {
    line.chars()
        .flat_map(|c| {
            let bare = c == '\n' || !c.is_control() && !crate::script::is_ignorable(c);
            let escaped: Vec<char> = if bare { vec![c] } else { c.escape_unicode().collect() };
            escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{printable, write_all};

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let dir = std::env::temp_dir().join(format!("banmian-files-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("taken")).expect("dir");
        // A directory stands where the second file is to go.
        let files = [("one".to_owned(), &b"1"[..]), ("taken".to_owned(), &b"2"[..])];
        assert!(write_all(&dir, &files).is_err());
        let names: Vec<String> = std::fs::read_dir(&dir)
            .expect("dir")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains("part"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
        std::fs::remove_dir_all(&dir).expect("clean");
    }

    #[test]
    fn controls_do_nothing_on_a_terminal() {
        assert_eq!(printable("版\u{1b}[2J\u{202e}面"), "版\\u{1b}[2J\\u{202e}面");
    }
}
