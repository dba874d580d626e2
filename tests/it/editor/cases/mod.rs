//! Tests of the check itself: for each rule pages broken by hand that it must find, and near misses
//! that it must pass. All start from one page without a fault.

mod air;
mod build;
mod contrast;
mod furniture;
mod hierarchy;
mod sense;
mod structure;
mod verdict;

use std::collections::BTreeMap;

use crate::editor::page::EditorPage;
use crate::editor::rules::{RULES, faults};
use crate::support::check_each;

/// A page made from the good one, and whether a rule is broken on it.
pub(crate) struct Case {
    rule: &'static str,
    /// Part of the rule. Empty, in a near miss: no part is broken.
    part: &'static str,
    name: &'static str,
    broken: bool,
    make: fn(&mut EditorPage),
}

/// A page on which a part of a rule is broken.
const fn finds(
    rule: &'static str,
    part: &'static str,
    name: &'static str,
    make: fn(&mut EditorPage),
) -> Case {
    Case { rule, part, name, broken: true, make }
}

/// A page on which the rule is not broken.
const fn passes(rule: &'static str, name: &'static str, make: fn(&mut EditorPage)) -> Case {
    Case { rule, part: "", name, broken: false, make }
}

/// All tables.
fn cases() -> impl Iterator<Item = &'static Case> {
    [
        hierarchy::CASES,
        structure::CASES,
        air::CASES,
        contrast::CASES,
        sense::CASES,
        furniture::CASES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn the_good_page_has_no_fault() {
    let found = faults(&build::good());
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn broken_pages_are_found_and_near_misses_pass() {
    check_each(
        cases(),
        |case| format!("{} {} {}", case.rule, case.part, case.name),
        |case| {
            let mut page = build::good();
            (case.make)(&mut page);
            let (_, _, check) =
                RULES.iter().find(|(rule, _, _)| *rule == case.rule).expect("a rule");
            let found = check(&page);
            let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
            let shown = shown.join("\n");
            if case.broken {
                let hit = found.iter().any(|fault| fault.part == case.part);
                assert!(hit, "{}: {} is not found among\n{shown}", case.rule, case.name);
            } else {
                assert!(found.is_empty(), "{}: {}\n{shown}", case.rule, case.name);
            }
        },
    );
}

#[test]
fn every_rule_has_broken_pages_and_near_misses() {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for case in cases() {
        counts.entry(case.rule).or_default()[usize::from(case.broken)] += 1;
    }
    for (rule, _, _) in RULES {
        let [near, broken] = counts.get(rule).copied().unwrap_or_default();
        assert!(broken >= 2 && near >= 2, "{rule}: {broken} broken pages, {near} near misses");
    }
}
