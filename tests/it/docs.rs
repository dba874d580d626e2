//! Checks of the documents: every relative link leads to a file of the repository, every anchor to
//! a heading, and the READMEs stay short.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::support::{names, root};

/// Largest number of lines of a README, which is read from top to bottom.
const README_LINES_MOST: usize = 130;

/// Folders that are not part of the documents: builds, packages, results.
const SKIPPED: [&str; 4] = ["target", "node_modules", "out", "venv"];

/// A Markdown file of the repository.
struct Document {
    /// Path from the root of the repository, with `/`.
    path: String,
    text: String,
}

/// A link of a document.
#[derive(Debug, PartialEq, Eq)]
struct Link {
    /// Line number, from 1.
    line: usize,
    /// Target as written, without a title.
    target: String,
}

/// Returns every `.md` file of the repository, in the order of their paths.
fn documents() -> Vec<Document> {
    fn walk(dir: &Path, path: &str, out: &mut Vec<Document>) {
        for name in names(dir) {
            if name.starts_with('.') || SKIPPED.contains(&name.as_str()) {
                continue;
            }
            let (file, path) = (dir.join(&name), format!("{path}{name}"));
            if file.is_dir() {
                walk(&file, &format!("{path}/"), out);
            } else if name.ends_with(".md") {
                let text = std::fs::read_to_string(&file)
                    .unwrap_or_else(|error| panic!("{path}: {error}"));
                out.push(Document { path, text });
            }
        }
    }
    let mut out = Vec::new();
    walk(&root(""), "", &mut out);
    out
}

/// Returns the lines outside fenced code blocks, numbered from 1.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut fence: Option<&str> = None;
    for (at, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => out.push((at + 1, line)),
            (Some(_), _) => {}
        }
    }
    out
}

/// Returns a line with its code spans blanked out: a link in one is an example.
fn without_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        // An odd part lies between two backticks, unless it is the last one: then none closes it.
        if at % 2 == 0 || at + 1 == parts.len() {
            out.push_str(part);
        } else {
            out.push(' ');
        }
    }
    out
}

/// Returns the links of a document: inline links, pictures, reference definitions, `src` and
/// `href`.
fn links(text: &str) -> Vec<Link> {
    let mut out = Vec::new();
    for (number, line) in prose(text) {
        let line = without_code(line);
        for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
            for rest in line.split(open).skip(1) {
                let target = rest.split(close).next().unwrap_or_default();
                let target = target.split_whitespace().next().unwrap_or_default();
                out.push(Link { line: number, target: target.to_owned() });
            }
        }
        if let Some((name, target)) = line.split_once("]: ")
            && name.starts_with('[')
        {
            let target = target.split_whitespace().next().unwrap_or_default();
            out.push(Link { line: number, target: target.to_owned() });
        }
    }
    out
}

/// Returns the anchor that GitHub gives a heading: letters of any script, digits, `-` and `_` stay,
/// spaces become `-`, everything else is dropped.
fn slug(heading: &str) -> String {
    // In a heading with a link, only the text of the link counts.
    let mut text = String::new();
    let mut rest = heading;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let kept = text.trim().chars().filter(|c| kept(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// Returns the anchors of a document. A heading that occurs again gets `-1`, `-2` and so on.
fn anchors(text: &str) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = Vec::new();
    for (_, line) in prose(text) {
        let heading = line.trim_start_matches('#');
        let level = line.len() - heading.len();
        if !(1..=6).contains(&level) || !heading.starts_with(' ') {
            continue;
        }
        let slug = slug(heading);
        let count = counts.entry(slug.clone()).or_default();
        out.push(if *count == 0 { slug } else { format!("{slug}-{count}") });
        *count += 1;
    }
    out
}

/// Returns the path that a link leads to, from the root; `None` if it leaves the repository.
fn resolve(document: &str, path: &str) -> Option<PathBuf> {
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let mut out = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(out)
}

/// Returns why a link leads nowhere, or `None` if it is good or leads outside the repository.
fn fault(document: &Document, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    if path.is_empty() && anchor.is_empty() {
        return Some("empty link".to_owned());
    }
    let text = if path.is_empty() {
        document.text.clone()
    } else {
        let Some(found) = resolve(&document.path, path) else {
            return Some(format!("{target}: leaves the repository"));
        };
        let file = root("").join(&found);
        if !file.exists() {
            return Some(format!("{target}: no such file"));
        }
        if anchor.is_empty() || !path.ends_with(".md") {
            return None;
        }
        std::fs::read_to_string(&file).unwrap_or_default()
    };
    let existing = anchors(&text);
    (!anchor.is_empty() && !existing.iter().any(|existing| existing == anchor))
        .then(|| format!("{target}: no such heading"))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let documents = documents();
    assert!(documents.len() > 30, "only {} documents were found", documents.len());
    let mut faults = Vec::new();
    let mut count = 0;
    for document in &documents {
        for link in links(&document.text) {
            count += 1;
            if let Some(why) = fault(document, &link.target) {
                faults.push(format!("{}:{}: {why}", document.path, link.line));
            }
        }
    }
    assert!(count > 100, "only {count} links were found");
    assert!(faults.is_empty(), "{} broken links\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_readmes_are_short() {
    for name in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(root(name)).expect("a README");
        let lines = text.lines().count();
        assert!(
            lines <= README_LINES_MOST,
            "{name}:{lines}: more than {README_LINES_MOST} lines: move the rest to docs/"
        );
    }
}

#[test]
fn links_and_anchors_are_read_as_github_reads_them() {
    for (heading, anchor) in [
        (" TLS and tokens", "tls-and-tokens"),
        (" What is in the binary (SBOM)", "what-is-in-the-binary-sbom"),
        (" `render` and `batch`", "render-and-batch"),
        (" 第 1 步：排一个版", "第-1-步排一个版"),
        (" See [the guide](guide/record.md) first", "see-the-guide-first"),
    ] {
        // A bracket that opens the text of a link is dropped like any other mark.
        assert_eq!(slug(heading), anchor, "{heading}");
    }
    assert_eq!(anchors("# A\n```\n# B\n```\n## A\n"), ["a", "a-1"]);
    let text = "a [b](c.md#d \"e\") `[x](y)`\n```\n[z](w)\n```\n![p](q.png)\n[r]: s.md\n";
    let found = links(text);
    let found: Vec<(usize, &str)> =
        found.iter().map(|link| (link.line, link.target.as_str())).collect();
    assert_eq!(found, [(1, "c.md#d"), (5, "q.png"), (6, "s.md")]);
    assert_eq!(resolve("docs/a/b.md", "../c.md"), Some(PathBuf::from("docs/c.md")));
    assert_eq!(resolve("a.md", "../c.md"), None);
}
