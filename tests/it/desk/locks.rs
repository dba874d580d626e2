//! Locks, templates, groups of briefs, pairs that are kept apart, and articles of one grade.

use banmian::proto::{Article, ArticleGroup, ArticlePair, FurnitureKind, Lock, Module, PageRecord};

use super::{
    assert_full, assert_sound, findings_with_code, lock, module, page, paragraph, picture, place,
    placement, rect, rendered, wishes,
};
use crate::makeup::inspect::within;
use crate::support::{RenderedPage, check_each};

/// Values that a lock fixes: column, row, columns, rows.
type Fixed = [Option<u32>; 4];

fn assert_placed(sheet: &RenderedPage, id: &str, fixed: Fixed) {
    let got = place(module(sheet, id));
    for (got, fixed_value) in got.iter().zip(fixed) {
        assert!(
            fixed_value.is_none_or(|fixed_value| i64::from(fixed_value) == *got),
            "{id}: {got} of {fixed:?}"
        );
    }
}

#[test]
fn locks_are_obeyed() {
    let rows: [&[(&str, Fixed)]; 10] = [
        &[("a1", [Some(0), Some(4), Some(4), Some(60)])],
        &[("a3", [Some(4), Some(70), Some(2), Some(41)])],
        &[("a6", [Some(2), Some(50), Some(2), Some(25)])],
        &[
            ("a1", [Some(2), Some(4), Some(4), Some(50)]),
            ("a5", [Some(0), Some(80), Some(3), Some(31)]),
        ],
        &[("a2", [None, None, Some(4), None])],
        &[("a2", [None, None, None, Some(40)])],
        &[("a4", [Some(5), None, None, None])],
        &[("a4", [None, Some(4), None, None])],
        &[("a4", [Some(3), Some(4), None, None])],
        &[("a1", [None, None, Some(3), None]), ("a2", [Some(0), None, None, None])],
    ];
    check_each(
        rows,
        |row| format!("{row:?}"),
        |row| {
            let mut record = page(6, "six");
            wishes(&mut record).locks = row.iter().map(|(id, fixed)| lock(id, *fixed)).collect();
            let sheet = rendered(&record);
            assert_sound(&sheet);
            row.iter().for_each(|(id, fixed)| assert_placed(&sheet, id, *fixed));
        },
    );
}

#[test]
fn an_article_and_a_lone_picture_may_be_locked_too() {
    let mut record = page(5, "six");
    let fixed = [Some(3), Some(4), Some(3), Some(60)];
    record.articles[1].placement = Some(placement(fixed));
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_placed(&sheet, "a2", fixed);

    let mut record = page(5, "six");
    record.pictures = vec![picture("w1", [300, 200])];
    let fixed = [Some(2), Some(90), Some(2), Some(21)];
    wishes(&mut record).locks = vec![lock("w1", fixed)];
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_placed(&sheet, "w1", fixed);
}

#[test]
fn a_lock_without_a_step_takes_one_that_can_hold_it() {
    for (columns, place) in
        [(8, [Some(6), Some(4), Some(2), Some(60)]), (8, [None, None, Some(7), None])]
    {
        let mut record = page(5, "");
        wishes(&mut record).locks = vec![lock("a1", place)];
        let sheet = rendered(&record);
        assert_sound(&sheet);
        assert_placed(&sheet, "a1", place);
        assert_eq!(sheet.geometry().grid.as_ref().expect("grid").columns, columns);
    }
}

/// Template, number of articles, slots of some of them, and the expected places of all of them.
type Filled = (&'static str, usize, &'static [(&'static str, &'static str)], &'static [[i64; 4]]);

#[test]
fn slots_of_a_template_are_filled_by_name_and_by_weight() {
    const LEAD: [i64; 4] = [0, 4, 5, 58];
    const SECOND: [i64; 4] = [5, 4, 3, 38];
    const THIRD: [i64; 4] = [5, 43, 3, 73];
    const FOURTH: [i64; 4] = [0, 63, 3, 53];
    const FIFTH: [i64; 4] = [3, 63, 2, 53];
    let rows: [Filled; 4] = [
        ("theory-three", 3, &[], &[[0, 4, 6, 42], [0, 47, 3, 52], [3, 47, 3, 52]]),
        ("theory-three", 3, &[("a1", "right")], &[[3, 47, 3, 52], [0, 4, 6, 42], [0, 47, 3, 52]]),
        ("news-five", 5, &[], &[LEAD, SECOND, THIRD, FOURTH, FIFTH]),
        ("news-five", 4, &[("a4", "lead"), ("a1", "fifth")], &[FIFTH, SECOND, THIRD, LEAD]),
    ];
    check_each(
        rows,
        |(name, articles, locks, _)| format!("{name} with {articles}: {locks:?}"),
        |(name, articles, locks, places)| {
            let mut record = page(*articles, "");
            let layout = wishes(&mut record);
            (*name).clone_into(&mut layout.template);
            let slot = |(id, slot): &(&str, &str)| Lock {
                article_id: (*id).to_owned(),
                slot: (*slot).to_owned(),
                placement: None,
            };
            layout.locks = locks.iter().map(slot).collect();
            let sheet = rendered(&record);
            assert_sound(&sheet);
            let got: Vec<[i64; 4]> = sheet.geometry().modules.iter().map(place).collect();
            assert_eq!(got, *places);
        },
    );
}

fn brief(id: &str, title: &str, headline: &str) -> Article {
    let text = "示例市图书馆本周起延长开放时间，读者可以凭证件在晚间进馆阅览，馆方提醒按时还书。";
    Article {
        id: id.to_owned(),
        column_title: title.to_owned(),
        headline: headline.to_owned(),
        brief: true,
        body: vec![paragraph(text), paragraph(text)],
        ..Article::default()
    }
}

/// Returns the heads of the groups on a page.
fn group_heads(sheet: &RenderedPage) -> Vec<&str> {
    let furniture = sheet.geometry().furniture.iter();
    furniture.filter(|f| f.kind() == FurnitureKind::GroupHead).map(|f| f.text.as_str()).collect()
}

fn with_briefs(briefs: &[(&str, &str, &str)]) -> (PageRecord, RenderedPage) {
    let mut record = page(4, "");
    record.articles.extend(briefs.iter().map(|(id, title, head)| brief(id, title, head)));
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_full(&sheet);
    (record, sheet)
}

#[test]
fn briefs_of_one_title_stand_together() {
    let three =
        [("b1", "简讯", "图书馆延时"), ("b2", "简讯", "公园添新椅"), ("b3", "简讯", "夜校开新班")];
    let (_, sheet) = with_briefs(&three);
    assert_eq!(group_heads(&sheet), ["简讯"]);
    let group_modules: Vec<&Module> = three.iter().map(|(id, ..)| module(&sheet, id)).collect();
    for pair in group_modules.windows(2) {
        assert_eq!(place(pair[0]), place(pair[1]), "one place on the grid");
        let head = |module: &Module| module.headline_rect.expect("its headline");
        let (a, b) = (head(pair[0]), head(pair[1]));
        assert!((a.x, a.y) < (b.x, b.y), "in the order of the record");
        assert!(within(&a, &rect(pair[0])));
    }

    let (_, sheet) = with_briefs(&three[..1]);
    assert!(group_heads(&sheet).is_empty(), "one alone is an article");
    assert!(module(&sheet, "b1").headline_size_pt > 11.0);

    let two = [
        ("b1", "简讯", "图书馆延时"),
        ("c1", "短波", "社区办球赛"),
        ("b2", "简讯", "公园添新椅"),
        ("c2", "短波", "食堂换菜单"),
    ];
    let (_, sheet) = with_briefs(&two);
    let mut heads = group_heads(&sheet);
    heads.sort_unstable();
    assert_eq!(heads, ["短波", "简讯"]);
    let at = |id| place(module(&sheet, id));
    assert!(at("b1") == at("b2") && at("c1") == at("c2") && at("b1") != at("c1"));
}

#[test]
fn pairs_are_kept_apart_and_grades_kept_equal() {
    let mut record = page(5, "six");
    record.articles[0].pictures = vec![picture("w1", [300, 200])];
    record.articles[2].boxed = true;
    let before = rendered(&record);
    let touch = |sheet: &RenderedPage, a: &str, b: &str| {
        let ([ax, ay, aw, ah], [bx, by, bw, bh]) =
            (place(module(sheet, a)), place(module(sheet, b)));
        let rows = ay < by + bh && by < ay + ah;
        let columns = ax < bx + bw && bx < ax + aw;
        let stacked = (ay + ah - by).abs() <= 1 || (by + bh - ay).abs() <= 1;
        rows && (ax + aw == bx || bx + bw == ax) || columns && stacked
    };
    let ids = ["a1", "a2", "a3", "a4", "a5"];
    let pairs =
        ids.iter().enumerate().flat_map(|(k, a)| ids[k + 1..].iter().map(move |b| (*a, *b)));
    let mut looked = 0;
    for (a, b) in pairs.clone().filter(|(a, b)| touch(&before, a, b)).take(3) {
        let mut record = record.clone();
        let pair = ArticlePair { a: a.to_owned(), b: b.to_owned() };
        wishes(&mut record).adjacent_forbidden = vec![pair];
        let sheet = rendered(&record);
        assert_sound(&sheet);
        assert!(!touch(&sheet, a, b), "{a} and {b} touch");
        looked += 1;
    }
    assert_eq!(looked, 3, "pairs that touch when nobody asks");

    let grade = |sheet: &RenderedPage, id: &str| {
        (place(module(sheet, id))[2], module(sheet, id).headline_size_pt)
    };
    let unequal = |(a, b): &(&str, &str)| grade(&before, a) != grade(&before, b);
    let made_equal = pairs.filter(unequal).filter(|(a, b)| {
        let mut record = record.clone();
        let group = ArticleGroup { article_ids: vec![(*a).to_owned(), (*b).to_owned()] };
        wishes(&mut record).same_grade = vec![group];
        let sheet = rendered(&record);
        assert_sound(&sheet);
        // If the page cannot make the grades equal, a finding says so.
        let equal = grade(&sheet, a) == grade(&sheet, b);
        assert_eq!(equal, findings_with_code(&sheet, "BM-PAGE-006").is_empty(), "{a} and {b}");
        equal
    });
    assert!(made_equal.count() > 1, "grades are made equal");
}
