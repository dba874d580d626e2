//! Rules of the language of the house: how doc comments begin, how long comments are, that modules
//! name each other in one direction, and that the walks of the architecture document exist.
//!
//! `tests/tools/language.py` counts the same things, and more, for the record of before and after.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::root;
use crate::tidy::{SourceFile, sources};

/// Openings of a doc comment that describe around the thing instead of naming it.
const REFUSED_OPENINGS: [&str; 5] = ["What", "That", "So many", "The same", "Whether so"];

/// Columns of a line with a comment.
const COMMENT_COLUMNS_MOST: usize = 100;

/// Returns the text of a doc comment line, `None` for any other line.
fn doc_text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Returns each doc comment that begins with a refused opening, with its line number.
fn refused_openings(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let doc = doc_text(line);
        if let (Some(doc), false) = (doc, inside) {
            let begins = |opening: &&str| {
                doc.strip_prefix(opening)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
            };
            if REFUSED_OPENINGS.iter().any(begins) {
                out.push((at + 1, doc.to_owned()));
            }
        }
        inside = doc.is_some();
    }
    out
}

#[test]
fn refused_openings_are_found() {
    let text = "/// What a page holds.\nfn a() {}\n/// Whatever comes.\nfn b() {}\n\
                /// Number of rows.\n/// What follows an opening is free.\nfn c() {}\n\
                //! That module.\n// What a plain comment says is free.\n";
    let found: Vec<usize> = refused_openings(text).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, [1, 8]);
}

#[test]
fn doc_comments_begin_with_a_noun_or_a_verb() {
    let faults: Vec<String> = sources()
        .iter()
        .flat_map(|file| {
            let found = refused_openings(&file.text);
            found.into_iter().map(|(line, doc)| format!("src/{}:{line}: {doc}", file.path))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn comments_fit_their_columns() {
    let mut faults = Vec::new();
    for file in sources() {
        for (at, line) in file.text.lines().enumerate() {
            let columns = line.chars().count();
            if line.trim_start().starts_with("//") && columns > COMMENT_COLUMNS_MOST {
                faults.push(format!("src/{}:{}: {columns} columns", file.path, at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the module path of a file: `makeup::plan` for `makeup/plan/mod.rs`.
fn module_of(path: &str) -> String {
    let path = path.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).replace('/', "::")
}

/// Returns the word at the start of a text.
fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Returns the modules that each module names: by `crate::…`, and a parent its children by their bare
/// names. `mod child;` alone names nothing.
fn named_modules(files: &[SourceFile]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<String> = files.iter().map(|file| module_of(&file.path)).collect();
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let module = module_of(&file.path);
        let children: Vec<&str> = file
            .code
            .iter()
            .filter_map(|(_, line)| Some(first_word(line.split_once("mod ")?.1)))
            .collect();
        let mut paths: Vec<String> = Vec::new();
        for (_, line) in &file.code {
            for rest in line.split("crate::").skip(1) {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
                paths.push(rest[..end.unwrap_or(rest.len())].trim_end_matches(':').to_owned());
            }
            for child in &children {
                let used = line.match_indices(&format!("{child}::")).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if used {
                    paths.push(format!("{module}::{child}"));
                }
            }
        }
        let entry = named.entry(module.clone()).or_default();
        for path in paths {
            // The path of an item is cut back to the module that holds it.
            let mut path = path.as_str();
            while !path.is_empty() && !modules.contains(path) {
                path = path.rsplit_once("::").map_or("", |(parent, _)| parent);
            }
            if !path.is_empty() && path != module {
                entry.insert(path.to_owned());
            }
        }
    }
    named
}

/// Returns every module that can be reached from itself, by the modules that name it.
fn modules_in_circles(named: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reaches_itself = |start: &String| {
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        let mut open: Vec<&String> = named[start].iter().collect();
        while let Some(module) = open.pop() {
            if module == start {
                return true;
            }
            if seen.insert(module) {
                open.extend(named.get(module).into_iter().flatten());
            }
        }
        false
    };
    named.keys().filter(|module| reaches_itself(module)).cloned().collect()
}

#[test]
fn circles_are_found() {
    let file = |path: &str, line: &str| SourceFile {
        path: path.to_owned(),
        text: String::new(),
        code: vec![(1, line.to_owned())],
    };
    let files = [
        file("a/mod.rs", "mod b; use crate::a::b::Thing;"),
        file("a/b.rs", "use crate::a::Other;"),
        file("c.rs", "use crate::a::Other;"),
        file("d/mod.rs", "mod e; fn f() { e::run() }"),
        file("d/e.rs", "use crate::d::f;"),
    ];
    assert_eq!(modules_in_circles(&named_modules(&files)), ["a", "a::b", "d", "d::e"]);
}

#[test]
fn no_modules_name_each_other_in_a_circle() {
    let found = modules_in_circles(&named_modules(&sources()));
    assert!(found.is_empty(), "python3 tests/tools/language.py --circles\n{}", found.join("\n"));
}

/// Returns the parts of a line between backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn the_walks_of_the_architecture_exist() {
    let mut steps = 0;
    for document in ["docs/develop/ARCHITECTURE.md", "docs/zh/develop/ARCHITECTURE.md"] {
        let text = std::fs::read_to_string(root(document)).expect("the architecture");
        for (at, line) in text.lines().enumerate() {
            let mut spans = code_spans(line);
            // A step of a walk: a numbered line that opens with a file and a function.
            let numbered = line.split_once(". `").is_some_and(|(number, _)| {
                !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
            });
            let (true, Some(file), Some(name)) = (numbered, spans.next(), spans.next()) else {
                continue;
            };
            steps += 1;
            let source = std::fs::read_to_string(root(file))
                .unwrap_or_else(|error| panic!("{document}:{}: {file}: {error}", at + 1));
            let last = name.rsplit("::").next().unwrap_or(name);
            let defined = [format!("fn {last}("), format!("fn {last}<"), format!("struct {last}")];
            assert!(
                defined.iter().any(|item| source.contains(item)),
                "{document}:{}: {file} has no {name}",
                at + 1
            );
        }
    }
    assert!(steps >= 40, "only {steps} steps were found");
}
