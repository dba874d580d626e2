//! The numbers that rank layouts or bound the search, read from the source: value, reason and rule
//! stand beside each other there.

use crate::support::read;

/// A number of the source.
pub(crate) struct Cost {
    /// The file, from `src/`.
    pub(crate) file: &'static str,
    pub(crate) name: String,
    /// The value as written in the source, without the digit separators.
    pub(crate) value: String,
    /// The comment of the constant, without its rule.
    pub(crate) reason: String,
    /// The rule behind it: the last line of the comment, `Rule: R59.`. Empty for a matter of taste.
    pub(crate) rule: String,
}

/// The cost table of make-up: every constant of it has a comment.
const COSTS: &str = "makeup/costs.rs";

/// The files whose constants are listed, from `src/`: costs of the page, limits of the search, costs of
/// setting one article.
const FILES: [&str; 10] = [
    COSTS,
    "makeup/plan/search.rs",
    "makeup/plan/choose.rs",
    "makeup/plan/forms.rs",
    "fit/head.rs",
    "fit/head_setter.rs",
    "fit/pour.rs",
    "fit/composed_body.rs",
    "fit/body_variants.rs",
    "fit/balance.rs",
];

/// Every number that ranks layouts or bounds the search, in the order of the source.
pub(crate) fn costs() -> Vec<Cost> {
    FILES.into_iter().flat_map(costs_of).collect()
}

/// Constants of the cost table without a reason.
pub(crate) fn faults() -> Vec<String> {
    let costs = costs_of(COSTS);
    assert!(costs.len() > 40, "only {} costs were found", costs.len());
    let bare = costs.into_iter().filter(|cost| cost.reason.is_empty());
    bare.map(|cost| format!("{COSTS}: {} has no reason", cost.name)).collect()
}

/// The constants of a source file at its top level.
fn costs_of(file: &'static str) -> Vec<Cost> {
    let text = String::from_utf8(read(&format!("src/{file}"))).expect("UTF-8");
    let mut costs = Vec::new();
    let (mut reason, mut rule) = (Vec::new(), String::new());
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("/// ") {
            match comment.strip_prefix("Rule: ") {
                Some(cited) => rule = cited.trim_end_matches('.').to_owned(),
                None => reason.push(comment),
            }
            continue;
        }
        if let Some((name, value)) = constant(line) {
            let reason = reason.join(" ").replace('|', "\\|");
            costs.push(Cost { file, name, value, reason, rule: std::mem::take(&mut rule) });
        }
        reason.clear();
        rule.clear();
    }
    costs
}

/// The name and the value of a constant declared on a line.
fn constant(line: &str) -> Option<(String, String)> {
    let (visibility, rest) = line.split_once("const ")?;
    if !matches!(visibility, "" | "pub " | "pub(crate) ") {
        return None;
    }
    let (name, rest) = rest.split_once(": ")?;
    let (_, value) = rest.split_once(" = ")?;
    let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    is_constant.then(|| (name.to_owned(), value.trim_end_matches(';').replace('_', "")))
}
