//! The house rules that no compiler checks: imports between modules, length of files, and things
//! that the core must not touch.

use std::collections::BTreeSet;
use std::path::Path;

use banmian::finding::FindingCode;
use banmian::preflight::PressCheck;
use sha2::{Digest as _, Sha256};

use crate::support::{names, root};

/// Largest number of lines of a file: a longer one has two subjects.
const LINES_MOST: usize = 600;

/// Direction of imports: a module may name itself and these. A stage cannot break a module that it
/// does not name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("unit", &[]),
    ("image", &[]),
    ("colour", &[]),
    ("config", &[]),
    ("proto", &[]),
    ("finding", &["unit"]),
    ("error", &["finding"]),
    ("script", &["unit"]),
    ("font", &["unit", "script"]),
    ("page", &["unit", "font", "image"]),
    ("model", &["unit", "font", "script", "image", "finding"]),
    ("compare", &["model"]),
    (
        "intake",
        &["unit", "model", "script", "font", "image", "finding", "error", "config", "proto"],
    ),
    ("line", &["unit", "model", "font", "script"]),
    ("fit", &["line", "model", "font", "script", "unit", "finding"]),
    ("makeup", &["compare", "fit", "line", "model", "font", "page", "unit", "script", "finding"]),
    ("output", &["page", "font", "image", "colour", "unit"]),
    ("preflight", &["unit", "image", "model", "config", "finding"]),
    (
        "report",
        &[
            "config",
            "finding",
            "error",
            "fit",
            "font",
            "intake",
            "line",
            "makeup",
            "model",
            "output",
            "page",
            "preflight",
            "proto",
            "script",
            "unit",
        ],
    ),
    (
        "engine",
        &[
            "colour",
            "compare",
            "config",
            "finding",
            "error",
            "fit",
            "font",
            "image",
            "intake",
            "line",
            "makeup",
            "model",
            "output",
            "page",
            "preflight",
            "proto",
            "report",
            "script",
            "unit",
        ],
    ),
    ("contract", &["proto"]),
    ("files", &["config", "finding", "image", "intake", "proto"]),
    (
        "service",
        &[
            "config", "engine", "error", "finding", "font", "image", "intake", "model", "proto",
            "report",
        ],
    ),
    (
        "server",
        &[
            "config", "contract", "engine", "error", "finding", "font", "intake", "proto",
            "report", "service",
        ],
    ),
    (
        "batch",
        &[
            "config", "engine", "error", "files", "finding", "image", "intake", "proto", "report",
            "script", "service",
        ],
    ),
    ("client", &["batch", "config", "error", "files", "finding", "image", "proto"]),
    (
        "cli",
        &[
            "batch", "client", "config", "contract", "engine", "error", "files", "font", "image",
            "intake", "model", "proto", "report", "script", "server", "service",
        ],
    ),
];

/// Folders that may read the clock, files and the environment, and run tasks.
const OUTSIDE: &[&str] = &["batch", "cli", "client", "files", "main", "server", "service"];

/// A source file: its path from `src/`, and its lines without comments and without `mod tests`.
pub(crate) struct SourceFile {
    /// Path from `src/`, with `/`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
    /// Lines outside comments and test modules, numbered from 1.
    pub(crate) code: Vec<(usize, String)>,
}

impl SourceFile {
    /// Returns the stage to which it belongs: its folder, or its own name.
    fn stage(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }
}

/// Returns every source file, in the order of their paths.
pub(crate) fn sources() -> Vec<SourceFile> {
    fn walk(dir: &Path, path: &str, out: &mut Vec<SourceFile>) {
        for name in names(dir) {
            let (file, path) = (dir.join(&name), format!("{path}{name}"));
            if file.is_dir() {
                walk(&file, &format!("{path}/"), out);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&file).expect("source");
                out.push(SourceFile { code: code(&text), path, text });
            }
        }
    }
    let mut out = Vec::new();
    walk(&root("src"), "", &mut out);
    assert!(out.len() > 50, "only {} files were found", out.len());
    out
}

/// Returns the lines that the compiler sees outside tests, numbered from 1.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((k, line)) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            // Up to the brace that closes the item, which has the indent of the attribute.
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = format!("{indent}}}");
            for (_, line) in lines.by_ref() {
                if line == end || line.ends_with(';') && !line.starts_with(&format!("{indent} ")) {
                    break;
                }
            }
            continue;
        }
        let line = line.split("//").next().unwrap_or_default();
        out.push((k + 1, line.to_owned()));
    }
    out
}

#[test]
fn tests_and_comments_are_not_code() {
    let text = "use a; // crate::b\n/// crate::c\nfn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::d;\n}\nfn g() {}\n";
    let code_lines: Vec<(usize, String)> =
        code(text).into_iter().filter(|(_, line)| !line.is_empty()).collect();
    let code_lines: Vec<(usize, &str)> =
        code_lines.iter().map(|(k, line)| (*k, line.trim())).collect();
    assert_eq!(code_lines, [(1, "use a;"), (3, "fn f() {}"), (8, "fn g() {}")]);
}

#[test]
fn no_file_is_long() {
    let long = sources().into_iter().filter(|file| file.text.lines().count() > LINES_MOST);
    let long: Vec<String> =
        long.map(|file| format!("{}: {} lines", file.path, file.text.lines().count())).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn stages_import_only_what_they_may() {
    let mut faults = Vec::new();
    let mut found_stages = BTreeSet::new();
    for file in sources() {
        let stage = file.stage().to_owned();
        if matches!(stage.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, may)) = MAY_NAME.iter().find(|(name, _)| *name == stage) else {
            faults.push(format!("{}: {stage} is not in the table", file.path));
            continue;
        };
        found_stages.insert(stage.clone());
        for (number, line) in &file.code {
            for rest in line.split("crate::").skip(1) {
                // `use crate::{a, b}` would hide the named modules from this test.
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let named = &rest[..end];
                if named != stage && !may.contains(&named) {
                    let path = &file.path;
                    faults.push(format!(
                        "src/{path}:{number}: {stage} may not name {named:?}: {line}"
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let listed: BTreeSet<String> = MAY_NAME.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found_stages, listed, "a row of the table that no folder has is stale");
    // The table has no circles: two stages never name each other.
    for (stage, may) in MAY_NAME {
        for named in *may {
            let back = MAY_NAME.iter().find(|(name, _)| name == named).expect("a stage").1;
            assert!(!back.contains(stage), "{stage} and {named} name each other");
        }
    }
}

/// Rooms of the make-up: planning names nothing of drawing, drawing nothing of planning, and the values
/// that they share name neither.
const MAKEUP_ROOMS: [(&str, &[&str]); 3] = [
    ("makeup/plan/", &["makeup::draw"]),
    ("makeup/draw/", &["makeup::plan"]),
    ("makeup/", &["makeup::draw", "makeup::plan"]),
];

#[test]
fn planning_and_drawing_are_apart() {
    let mut faults = Vec::new();
    for file in sources() {
        let room = MAKEUP_ROOMS.iter().find(|(room, _)| file.path.starts_with(room));
        // The recipe calls both.
        let Some((_, may_not)) = room.filter(|_| file.path != "makeup/mod.rs") else { continue };
        for (number, line) in &file.code {
            if may_not.iter().any(|other| line.contains(other)) {
                faults.push(format!("src/{}:{number}: {line}", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// True if a line contains a word as a whole.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part))
}

#[test]
fn the_core_is_pure_and_nothing_is_unsafe() {
    let mut faults = Vec::new();
    for file in sources() {
        let outside = OUTSIDE.contains(&file.stage());
        for (number, line) in &file.code {
            let mut banned = vec!["unsafe"];
            if !outside {
                banned.extend([
                    "Instant",
                    "SystemTime",
                    "std::fs",
                    "std::env",
                    "TcpListener",
                    "TcpStream",
                    "tokio",
                    "tonic",
                ]);
            }
            for word in banned {
                if has_word(line, word) {
                    faults.push(format!("src/{}:{number}: {word}: {line}", file.path));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_service_knows_no_protocol() {
    let mut faults = Vec::new();
    for file in sources().iter().filter(|file| file.stage() == "service") {
        for (number, line) in &file.code {
            for word in ["tonic", "tonic_types", "axum", "hyper", "http"] {
                if has_word(line, word) {
                    faults.push(format!("src/{}:{number}: {word}: {line}", file.path));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_command_line_enters_the_server_by_one_module() {
    for file in sources() {
        for (number, line) in &file.code {
            if file.stage() == "cli" && line.contains("crate::server") {
                let place = format!("src/{}:{number}: {line}", file.path);
                assert!(line.contains("crate::server::process"), "{place}");
            }
            assert!(file.stage() == "main" || !line.contains("banmian::cli"));
        }
    }
}

#[test]
fn no_source_contains_a_machine_path() {
    for file in sources() {
        for (number, line) in file.text.lines().enumerate() {
            for place in ["/work/", "/root/", "/home/", "/Users/", "C:\\"] {
                assert!(!line.contains(place), "src/{}:{}: {line}", file.path, number + 1);
            }
        }
    }
}

#[test]
fn codes_are_unique_and_documented() {
    let mut ids = BTreeSet::new();
    let documented =
        std::fs::read_to_string(root("docs/integrate/errors.md")).expect("the list of codes");
    let codes = FindingCode::ALL.into_iter().map(|code| code.id().to_owned());
    for id in codes.chain(PressCheck::ALL.into_iter().map(PressCheck::id)) {
        assert!(ids.insert(id.clone()), "{id} is used twice");
        let mut parts = id.split('-');
        let number = parts.clone().next_back().unwrap_or_default();
        assert!(parts.next() == Some("BM") && number.len() == 3, "{id}");
        assert!(documented.contains(&id), "{id} is not in docs/integrate/errors.md");
    }
    // Every code in the document exists.
    let words =
        documented.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'));
    let code =
        |word: &&str| word.starts_with("BM-") && word.ends_with(|c: char| c.is_ascii_digit());
    for word in words.filter(code) {
        assert!(ids.contains(word), "docs/integrate/errors.md lists {word}");
    }
}

#[test]
fn documented_remedies_are_those_of_the_program() {
    let read = |path: &str| std::fs::read_to_string(root(path)).expect("the list of codes");
    let (english, chinese) =
        (read("docs/integrate/errors.md"), read("docs/zh/integrate/errors.md"));
    let findings = FindingCode::ALL.into_iter().map(|code| (code.id().to_owned(), code.remedy()));
    let checks = PressCheck::ALL.into_iter().map(|check| (check.id(), check.remedy()));
    for (id, remedy) in findings.chain(checks) {
        let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
        let (zh, en) = (or_dash(remedy.zh), or_dash(remedy.en));
        let start = format!("| {id} |");
        for (document, end) in
            [(&english, format!("| {en} | {zh} |")), (&chinese, format!("| {zh} |"))]
        {
            let row = document.lines().find(|line| line.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("no row {id}"));
            assert!(row.ends_with(&end), "{id}: the row must end with {end}: {row}");
        }
    }
}

#[test]
fn faces_are_those_of_the_checksums() {
    let sums = std::fs::read_to_string(root("fonts/SHA256SUMS")).expect("checksums");
    let mut listed = BTreeSet::new();
    for line in sums.lines() {
        let (sum, file) = line.split_once("  ").expect("a sum and a file");
        let bytes =
            std::fs::read(root("fonts").join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
        let hash: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hash, sum, "{file}");
        listed.insert(file.to_owned());
    }
    let face = |file: &String| file.ends_with(".otf") || file.ends_with(".ttf");
    let there: BTreeSet<String> = names(&root("fonts")).into_iter().filter(face).collect();
    assert_eq!(there, listed, "every face has its sum");
}
