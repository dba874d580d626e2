//! Verdicts.

use super::build::{at, good, notch, shorten, title};
use crate::editor::page::{Cut, EditorPage};
use crate::editor::rules::faults;
use crate::editor::verdict::{Verdict, verdict};
use crate::support::check_each;

type Case = (&'static str, Verdict, fn(&mut EditorPage));

const CASES: [Case; 11] = [
    ("nothing is broken", Verdict::Sign, |_| {}),
    ("text beside a head", Verdict::Change, |p| notch(p, "a4", 2)),
    ("lead ÷ next 1.14", Verdict::Change, |p| title(p, "a2", 42.0, "演示区老旧小区改造完成")),
    ("the lead is tied", Verdict::No, |p| title(p, "a2", 48.0, "演示区老旧小区改造完成")),
    ("a larger head than the lead's", Verdict::No, |p| title(p, "a2", 56.0, "老旧小区改造完成")),
    ("tied with equal weights", Verdict::Change, |p| {
        // The tombstone beside it stays.
        title(p, "a3", 48.0, "木偶新声");
        at(p, "a3").weight = 90;
    }),
    ("white is strewn", Verdict::No, |p| {
        shorten(p, "a4", None, 5.0);
        shorten(p, "a6", None, 5.0);
    }),
    ("over without cuts", Verdict::No, |p| at(p, "a6").over = 40),
    ("over with cuts", Verdict::Sign, |p| {
        at(p, "a6").over = 40;
        p.cuts = Some(vec![Cut { article: "a6".to_owned(), chars: 40 }]);
    }),
    ("uneven feet", Verdict::No, |p| shorten(p, "a1", Some(0), 2.0)),
    ("short, gathered and reported", Verdict::Sign, |p| {
        shorten(p, "a4", None, 12.0);
        p.advice_short = Some(816);
    }),
];

#[test]
fn verdicts_follow_the_faults() {
    check_each(
        CASES,
        |(name, _, _)| (*name).to_owned(),
        |(name, expected, make)| {
            let mut page = good();
            make(&mut page);
            let found = faults(&page);
            let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(verdict(&page, &found), *expected, "{name}\n{}", shown.join("\n"));
        },
    );
}
