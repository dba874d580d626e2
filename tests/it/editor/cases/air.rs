//! L10–L13.

use super::build::{at, head, lower, only, set, shorten, title};
use super::{Case, finds, passes};
use crate::editor::page::{Cut, EditorPage, LeftOut};

/// Makes an article run over by some 字.
fn over(page: &mut EditorPage, id: &str, chars: u32) {
    at(page, id).over = chars;
}

fn cut(page: &mut EditorPage, cuts: &[(&str, u32)]) {
    let one = |(id, chars): &(&str, u32)| Cut { article: (*id).to_owned(), chars: *chars };
    page.cuts = Some(cuts.iter().map(one).collect());
}

fn left_out(page: &mut EditorPage, id: &str, weight: u32, chars: u32) {
    page.left_out.push(LeftOut { id: id.to_owned(), weight, chars });
}

pub(crate) const CASES: &[Case] = &[
    // L10
    finds("L10", "more than three rows", "four rows below a head", |p| lower(p, "a4", 3.0)),
    finds("L10", "more than three rows", "four rows above a head", |p| {
        set(p, "a6", [4, 79, 2, 32], 24.0, "湿地迎来第一群白鹤");
    }),
    finds("L10", "cramped", "a third of a row below 32 pt", |p| lower(p, "a2", -0.75)),
    finds("L10", "cramped", "the body touches a head of 24 pt", |p| lower(p, "a5", -0.8)),
    finds("L10", "loose", "two rows and a half below 24 pt", |p| {
        for id in ["a2", "a3", "a4"] {
            lower(p, id, 0.5);
        }
        lower(p, "a5", 1.75);
    }),
    finds("L10", "off the median", "two rows beside half rows", |p| {
        for id in ["a3", "a4", "a5", "a6", "a2"] {
            title(p, id, 18.0, "木偶戏里有了新声音");
            lower(p, id, -0.4);
        }
        lower(p, "a1", 1.4);
    }),
    passes("L10", "one row more than the least", |p| lower(p, "a2", 0.6)),
    passes("L10", "half a row beyond the band", |p| lower(p, "a5", 1.1)),
    passes("L10", "a cramped head of 18 pt", |p| {
        title(p, "a6", 18.0, "湿地迎来第一群白鹤越冬");
        lower(p, "a6", -0.6);
    }),
    passes("L10", "a row inside a box is its inset", |p| {
        set(p, "a6", [4, 77, 2, 34], 24.0, "湿地迎来第一群白鹤");
        at(p, "a6").boxed = true;
    }),
    // L11
    finds("L11", "strewn at feet", "two modules end five rows early", |p| {
        shorten(p, "a4", None, 5.0);
        shorten(p, "a6", None, 5.0);
    }),
    finds("L11", "white not at the foot of the page", "a hole in the upper half", |p| {
        shorten(p, "a1", None, 6.0);
    }),
    finds("L11", "strewn at feet", "white below both articles of the strip's foot", |p| {
        shorten(p, "a5", None, 4.0);
        shorten(p, "a6", None, 4.0);
    }),
    passes("L11", "white under the last module of the strip, not at the page's foot", |p| {
        set(p, "a6", [4, 75, 2, 30], 24.0, "湿地迎来第一群白鹤");
        shorten(p, "a6", None, 3.0);
        p.advice_short = Some(300);
    }),
    finds("L11", "strewn at heads", "three heads take two rows each", |p| {
        for id in ["a2", "a4", "a5"] {
            lower(p, id, 2.8);
        }
    }),
    finds("L11", "not reported", "a block of white without a word", |p| {
        shorten(p, "a4", None, 12.0);
    }),
    finds("L11", "not reported", "a strip that no module covers", |p| {
        only(p, &["a1", "a2", "a3", "a4", "a5"]);
    }),
    passes("L11", "one block at the foot, reported", |p| {
        shorten(p, "a4", None, 12.0);
        p.advice_short = Some(816);
    }),
    passes("L11", "one row at each foot", |p| {
        shorten(p, "a4", None, 1.0);
        shorten(p, "a6", None, 1.0);
    }),
    passes("L11", "one airy head", |p| lower(p, "a4", 2.8)),
    passes("L11", "a declared filler", |p| {
        only(p, &["a1", "a2", "a3", "a4", "a5"]);
        let filler = p.grid.area_of(super::build::cells([4, 75, 2, 36]));
        p.reserved.push(filler);
    }),
    // L12
    finds("L12", "no cut list", "40 字 over", |p| over(p, "a6", 40)),
    finds("L12", "the lead is over", "the lead runs over", |p| {
        over(p, "a1", 40);
        cut(p, &[("a6", 40)]);
    }),
    finds("L12", "cuts the lead", "the list cuts the lead", |p| {
        over(p, "a6", 40);
        cut(p, &[("a1", 20), ("a6", 20)]);
    }),
    finds("L12", "cuts the heavier", "the second article gives more", |p| {
        over(p, "a6", 40);
        cut(p, &[("a2", 30), ("a6", 10)]);
    }),
    finds("L12", "cuts too little", "20 of 40", |p| {
        over(p, "a6", 40);
        cut(p, &[("a6", 20)]);
    }),
    finds("L12", "left off for a little", "an article leaves for 2 %", |p| {
        left_out(p, "a7", 10, 120);
    }),
    finds("L12", "cut short, not left off", "a tenth over in place", |p| {
        over(p, "a6", 600);
        cut(p, &[("a6", 600)]);
    }),
    finds("L12", "heavier left off", "a heavy article leaves", |p| left_out(p, "a7", 60, 500)),
    finds("L12", "the lead is left off", "the heaviest has no place", |p| {
        left_out(p, "a0", 95, 500);
    }),
    passes("L12", "1 % over with its cuts", |p| {
        over(p, "a6", 60);
        cut(p, &[("a6", 40), ("a5", 20)]);
    }),
    passes("L12", "the least leaves a page 8 % over", |p| left_out(p, "a7", 10, 480)),
    passes("L12", "nothing over", |_| {}),
    // L13
    finds("L13", "feet", "a column ends a row early", |p| shorten(p, "a1", Some(3), 1.0)),
    finds("L13", "feet", "uneven feet in a locked module", |p| {
        at(p, "a6").locked = true;
        shorten(p, "a6", Some(0), 2.0);
    }),
    passes("L13", "all columns end early together", |p| shorten(p, "a1", None, 3.0)),
    passes("L13", "the report admits it", |p| {
        shorten(p, "a1", Some(3), 1.0);
        p.feet_told.push("a1".to_owned());
    }),
    passes("L13", "a picture stands at the foot of a column", |p| {
        shorten(p, "a6", Some(1), 10.0);
        let body = at(p, "a6").body[1];
        let foot = at(p, "a6").body[0].foot();
        let area =
            crate::editor::page::Area::between(body.x, body.foot() + 5.0, body.right(), foot);
        let picture = crate::editor::page::Picture { area, foot, ..Default::default() };
        at(p, "a6").pictures.push(picture);
        head(p, "a6").beside = 0;
    }),
];
