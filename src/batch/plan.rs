//! Pages of a batch: their order, clashes of their files, the part of one machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::batch::page::BatchPage;
use crate::batch::ticket::PageTicket;
use crate::files::FileError;

/// Pages that were found.
#[derive(Debug, Default)]
pub(crate) struct FoundPages {
    /// Pages in the order of their keys. Two inputs with one key are both listed.
    pub(crate) pages: Vec<BatchPage>,
    /// Number of links that were skipped.
    pub(crate) links: usize,
}

/// Finds the pages of files and folders: in folders `.json` and `.txt` at any depth, without hidden
/// names and without the output folder. Links in folders are not followed, because they may lead
/// anywhere.
pub(crate) fn find_pages(inputs: &[PathBuf], output: &Path) -> Result<FoundPages, FileError> {
    let output = fs::canonicalize(output).ok();
    let mut found = FoundPages::default();
    for input in inputs {
        // Canonical paths make one file named in two ways comparable.
        let path = fs::canonicalize(input).map_err(|error| FileError::unreadable(input, error))?;
        if path.is_dir() {
            walk_folder(&path, output.as_deref(), &mut found)?;
        } else {
            let name = path.file_name().unwrap_or_default();
            // A link that is an input itself keeps its own name.
            let name = input.file_name().unwrap_or(name).to_string_lossy().into_owned();
            found.pages.push(BatchPage { key: name, input: path });
        }
    }
    found.pages.sort_by(|a, b| (&a.key, &a.input).cmp(&(&b.key, &b.input)));
    // The same file named twice is one page.
    found.pages.dedup();
    Ok(found)
}

fn walk_folder(
    root: &Path,
    output: Option<&Path>,
    found: &mut FoundPages,
) -> Result<(), FileError> {
    // A list instead of recursion: the depth of a tree is not known.
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error: std::io::Error| FileError::unreadable(&folder, error);
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let (kind, path) = (entry.file_type().map_err(unreadable)?, entry.path());
            let name = entry.file_name().to_string_lossy().into_owned();
            // The output folder may lie in an input folder; its files are no inputs.
            if name.starts_with('.') || output == Some(&path) {
                continue;
            }
            if kind.is_symlink() {
                found.links += 1;
            } else if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_input(&name) {
                let parts = path.strip_prefix(root).unwrap_or(&path).components();
                let parts = parts.map(|part| part.as_os_str().to_string_lossy());
                // With `/` on every system, so that shards and tickets agree between machines.
                let key = parts.collect::<Vec<_>>().join("/");
                found.pages.push(BatchPage { key, input: path });
            }
        }
    }
    Ok(())
}

/// True if a file of a folder is a page. Tickets of earlier batches are not.
fn is_input(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("json" | "txt")) && !PageTicket::is_file_name(name)
}

/// Two pages of which only one can be made, and the file that both need.
#[derive(Debug)]
pub(crate) struct OutputClash<'a> {
    /// The file.
    pub(crate) file: PathBuf,
    /// Page that would write the file.
    pub(crate) page: &'a BatchPage,
    /// Page that would write the file too, or is read from it.
    pub(crate) other: &'a BatchPage,
}

/// Finds pages that would write one file, or write over an input.
pub(crate) fn output_clashes<'a>(
    pages: &'a [BatchPage],
    output: &Path,
    endings: &[&str],
) -> Vec<OutputClash<'a>> {
    let output = fs::canonicalize(output).unwrap_or_else(|_| output.to_owned());
    let inputs: BTreeMap<&Path, &BatchPage> =
        pages.iter().map(|page| (page.input.as_path(), page)).collect();
    let mut writers: BTreeMap<PathBuf, &BatchPage> = BTreeMap::new();
    let mut clashes = Vec::new();
    for page in pages {
        let files = endings.iter().map(|ending| format!("{}.{ending}", page.stem()));
        // The ticket is written like any other file.
        let files = files.chain([PageTicket::file_name(page.stem())]);
        let files: Vec<PathBuf> = files.map(|file| output.join(page.folder()).join(file)).collect();
        // One clash of two pages is enough.
        clashes.extend(files.iter().find_map(|file| {
            let other = inputs.get(file.as_path()).or_else(|| writers.get(file))?;
            Some(OutputClash { file: file.clone(), page, other })
        }));
        for file in files {
            // The first writer is named in all clashes over one file.
            writers.entry(file).or_insert(page);
        }
    }
    clashes
}

/// Part of a batch: `2/4` is the second of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchShard {
    /// Number of the part, counted from 1.
    number: u64,
    /// Number of parts.
    count: u64,
}

impl BatchShard {
    /// True if a page belongs to this part. The parts have about equal sizes, each page belongs to
    /// one, and to which one does not depend on the other pages.
    pub(crate) fn contains(&self, key: &str) -> bool {
        // A hash of the key alone, so that machines need not know of each other.
        let hash = Sha256::digest(key);
        let (first_bytes, _) = hash.split_at(8);
        let hash = first_bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        hash % self.count == self.number - 1
    }
}

impl FromStr for BatchShard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(number, count)| {
            Some(Self { number: number.parse().ok()?, count: count.parse().ok()? })
        });
        shard
            .filter(|shard| (1..=shard.count).contains(&shard.number))
            .ok_or_else(|| "应为 i/n，i 从 1 到 n / expected i/n with i from 1 to n".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{BatchShard, is_input, output_clashes};
    use crate::batch::page::BatchPage;

    fn page(key: &str) -> BatchPage {
        BatchPage { key: key.to_owned(), input: Path::new("/in").join(key) }
    }

    #[test]
    fn every_page_belongs_to_one_part_and_the_parts_are_about_equal() {
        for of in [1, 2, 3, 7] {
            let shards: Vec<BatchShard> =
                (1..=of).map(|number| format!("{number}/{of}").parse().expect("shard")).collect();
            let mut sizes = vec![0_usize; shards.len()];
            for page in 0..700 {
                let key = format!("1965/{:02}/{page}.json", page % 12 + 1);
                let of: Vec<usize> =
                    (0..shards.len()).filter(|k| shards[*k].contains(&key)).collect();
                assert_eq!(of.len(), 1, "{key}");
                sizes[of[0]] += 1;
            }
            let even = 700 / shards.len();
            assert!(sizes.iter().all(|size| size.abs_diff(even) < even / 2), "{sizes:?}");
        }
        // By `printf a | sha256sum`: what the sixteenth digit leaves when it is divided by four.
        let parts: Vec<BatchShard> =
            (1..=4).map(|number| format!("{number}/4").parse().expect("shard")).collect();
        let part = |key: &str| parts.iter().position(|shard| shard.contains(key));
        assert_eq!(["a", "b", "c", "d", "e"].map(part), [2, 2, 2, 1, 2].map(Some));
        for bad in ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1.5/2"] {
            assert!(bad.parse::<BatchShard>().is_err(), "{bad}");
        }
    }

    #[test]
    fn files_that_would_be_written_twice_are_found() {
        let clash = |keys: &[&str], output: &str, endings: &[&str]| -> Vec<PathBuf> {
            let pages: Vec<BatchPage> = keys.iter().map(|key| page(key)).collect();
            let clashes = output_clashes(&pages, Path::new(output), endings);
            clashes.into_iter().map(|clash| clash.file).collect()
        };
        assert!(clash(&["a/p.json", "b/p.json", "p.json"], "/out", &["pdf", "json"]).is_empty());
        assert_eq!(clash(&["p.json", "p.txt"], "/out", &["pdf", "png"]), [Path::new("/out/p.pdf")]);
        // The geometry of one is the record of the other.
        let keys = ["p.geometry.txt", "p.json"];
        assert!(clash(&keys, "/out", &["pdf", "json"]).is_empty());
        let both = clash(&keys, "/out", &["json", "geometry.json"]);
        assert_eq!(both, [Path::new("/out/p.geometry.json")]);
        // The record as understood would replace the record as received.
        assert_eq!(clash(&["p.json"], "/in", &["pdf", "json"]), [Path::new("/in/p.json")]);
        assert!(clash(&["p.json"], "/in", &["pdf"]).is_empty());
    }

    #[test]
    fn records_and_copy_are_inputs() {
        for (name, is) in [
            ("p.json", true),
            ("P.JSON", true),
            ("p.txt", true),
            ("p.banmian.json", false),
            ("p.pdf", false),
            ("json", false),
        ] {
            assert_eq!(is_input(name), is, "{name}");
        }
    }
}
