//! The corpus of the fuzz targets as normal tests: every input is run again, and faults that were
//! fixed stay fixed.

#[expect(unreachable_pub, reason = "the fuzzer is another crate, to which it is public")]
#[path = "../fuzz/src/bodies/mod.rs"]
mod bodies;

use crate::support::{check_each, names, read, root};

/// Largest size of the whole corpus in bytes: it is minimised and selected, not everything that a
/// fuzzer found.
const BYTES_MOST: usize = 1 << 20;

/// Prefix of the names of files that the target must reject.
const REJECTED_PREFIX: &str = "refused-";

type Target = (&'static str, fn(&[u8]) -> bool);

const TARGETS: [Target; 5] = [
    ("font", bodies::font),
    ("picture", bodies::picture),
    ("plain", bodies::plain),
    ("preflight", bodies::preflight),
    ("request", bodies::request),
];

/// Returns the files of a target's corpus, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!("tests/fuzz/corpus/{target}");
    let files = names(&root(&folder)).into_iter();
    files.map(|name| (name.clone(), read(&format!("{folder}/{name}")))).collect()
}

/// Runs a target on its corpus.
fn replay(target: &str) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let files = corpus(target);
    assert!(files.len() > 4, "{target} has {} files", files.len());
    let walk = |(name, bytes): &(String, Vec<u8>)| {
        assert_eq!(
            body(bytes),
            !name.starts_with(REJECTED_PREFIX),
            "whether {target} takes {name}"
        );
    };
    check_each(files, |(name, _)| name.clone(), walk);
}

#[test]
fn font() {
    replay("font");
}

#[test]
fn picture() {
    replay("picture");
}

#[test]
fn plain() {
    replay("plain");
}

#[test]
fn preflight() {
    replay("preflight");
}

#[test]
fn request() {
    replay("request");
}

#[test]
fn the_corpus_is_small_and_every_part_of_it_has_a_target() {
    let mut folders = names(&root("tests/fuzz/corpus"));
    folders.sort();
    assert_eq!(folders, TARGETS.map(|(target, _)| target.to_owned()));
    let all = folders.iter().flat_map(|target| corpus(target));
    let bytes: usize = all.map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes <= BYTES_MOST, "{bytes} bytes");
}
