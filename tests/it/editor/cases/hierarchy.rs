//! L01–L05.

use super::build::{at, head, lone, picture, set, stand, title};
use super::{Case, finds, passes};
use crate::editor::page::Kind;

pub(crate) const CASES: &[Case] = &[
    // L01
    finds("L01", "tie", "second head as large", |p| {
        title(p, "a2", 48.0, "演示区老旧小区改造完成");
    }),
    finds("L01", "tie", "lead smaller than a brief-sized rival", |p| {
        title(p, "a1", 42.0, "样例县五年修通一条渠水");
        title(p, "a3", 48.0, "木偶戏新声");
    }),
    finds("L01", "lead ÷ next", "1.14", |p| title(p, "a2", 42.0, "演示区老旧小区改造完成")),
    finds("L01", "lead ÷ body", "4 times the body", |p| {
        title(p, "a1", 36.0, "样例县五年修通一条渠水");
    }),
    passes("L01", "equal weights are exempt", |p| {
        title(p, "a2", 48.0, "演示区老旧小区改造完成");
        at(p, "a2").weight = 90;
    }),
    passes("L01", "one grade with the lead is exempt", |p| {
        title(p, "a2", 48.0, "演示区老旧小区改造完成");
        p.same_grade.push(vec!["a1".to_owned(), "a2".to_owned()]);
    }),
    passes("L01", "1.17 is a cost", |p| title(p, "a2", 41.0, "演示区老旧小区改造完成")),
    passes("L01", "ties among the others are the norm", |p| {
        title(p, "a3", 24.0, "木偶戏里有了新声音");
    }),
    // L02
    finds("L02", "fill", "half of the span", |p| title(p, "a1", 48.0, "五年修通一渠")),
    finds("L02", "fill", "a two-line head with short lines", |p| {
        title(p, "a2", 32.0, "演示区老旧小区|改造完成");
    }),
    finds("L02", "presence", "a narrow second article below a wide light one", |p| {
        at(p, "a3").weight = 75;
    }),
    finds("L02", "presence", "small type over a wide span", |p| {
        title(p, "a2", 18.0, "演示区把一百一十二个老旧小区改造完成居民称赞搬得快住得好");
    }),
    finds("L02", "held down", "five columns at the size of one", |p| {
        set(p, "a5", [4, 41, 1, 33], 18.0, "小番茄大产业");
        set(p, "a6", [0, 82, 6, 29], 18.0, "湿地迎来第一群白鹤越冬水鸟种类增多");
    }),
    passes("L02", ".63 of the span", |p| {
        title(p, "a2", 32.0, "演示区老旧小区改造全部完成");
    }),
    passes("L02", "a feature may be loose", |p| {
        title(p, "a4", 24.0, "村里分红那天");
        at(p, "a4").kind = Kind::Feature;
    }),
    passes("L02", "verse caps nobody", |p| {
        at(p, "a5").weight = 80;
        at(p, "a5").kind = Kind::Verse;
    }),
    passes("L02", "a boxed item caps nobody", |p| {
        at(p, "a5").weight = 80;
        at(p, "a5").boxed = true;
    }),
    passes("L02", "weights five apart", |p| at(p, "a3").weight = 55),
    passes("L02", "a vertical head is not compared", |p| {
        at(p, "a3").weight = 75;
        stand(p, "a3", 30.0, "木偶戏里有了新声");
    }),
    // L03
    finds("L03", "strength", "weight 45 under weight 5", |p| {
        at(p, "a4").weight = 60;
        at(p, "a3").weight = 11;
    }),
    finds("L03", "strength", "weight 70 at the foot of the strip", |p| at(p, "a6").weight = 71),
    finds("L03", "light corner", "weight 10 in the top right corner", |p| {
        at(p, "a3").weight = 10;
    }),
    finds("L03", "lead's left edge", "the lead at the right", |p| {
        set(p, "a1", [4, 4, 2, 36], 48.0, "渠通五年了");
        set(p, "a3", [0, 4, 4, 46], 30.0, "木偶戏里有了新声音木偶戏里有了");
    }),
    finds("L03", "lead's top", "the lead in the middle of the page", |p| {
        set(p, "a1", [0, 51, 4, 30], 48.0, "样例县五年修通一条渠水");
        set(p, "a2", [0, 4, 4, 46], 32.0, "演示区把一百一十二个老旧小区改造完");
    }),
    passes("L03", "the second place is the strip's top", |p| at(p, "a3").weight = 80),
    passes("L03", "倒头条: full width at the foot", |p| {
        set(p, "a6", [0, 92, 6, 19], 30.0, "湿地迎来第一群白鹤越冬水鸟种类增多三成了");
        at(p, "a6").weight = 75;
    }),
    passes("L03", "weights 29 apart", |p| {
        at(p, "a4").weight = 60;
        at(p, "a3").weight = 31;
    }),
    passes("L03", "the lead right of a strip", |p| {
        for id in ["a1", "a2", "a4"] {
            let c = at(p, id).cells;
            let wording = head(p, id).wording.clone();
            let size = head(p, id).size;
            set(p, id, [2, c.row, 4, c.rows], size, &wording);
        }
        for id in ["a3", "a5", "a6"] {
            let c = at(p, id).cells;
            let wording = head(p, id).wording.clone();
            let size = head(p, id).size;
            set(p, id, [0, c.row, 2, c.rows], size, &wording);
        }
    }),
    passes("L03", "pinned by the desk", |p| {
        at(p, "a6").weight = 80;
        at(p, "a6").locked = true;
    }),
    // L04
    finds("L04", "larger than the lead's", "the second article's picture", |p| {
        picture(p, "a1", 2, 1, 12);
        picture(p, "a2", 2, 2, 14);
    }),
    finds("L04", "larger than the lead's", "by a tenth", |p| {
        picture(p, "a1", 2, 2, 20);
        picture(p, "a2", 2, 2, 22);
    }),
    finds("L04", "lone, not in the middle", "a large lone picture at the foot", |p| {
        picture(p, "a1", 2, 1, 12);
        set(p, "a4", [0, 82, 2, 29], 24.0, "范例县农民得到实惠了");
        lone(p, [2, 82, 2, 29]);
    }),
    finds("L04", "resolution", "400 pixels over half a page", |p| {
        picture(p, "a1", 1, 3, 20);
        at(p, "a1").pictures[0].pixels = Some([400, 300]);
    }),
    finds("L04", "resolution", "less than the record accepts", |p| {
        picture(p, "a1", 2, 2, 20);
        at(p, "a1").pictures[0].pixels = Some([900, 700]);
        at(p, "a1").pictures[0].min_ppi = 250;
    }),
    passes("L04", "the lead's is the largest", |p| {
        picture(p, "a1", 2, 2, 20);
        picture(p, "a2", 3, 1, 12);
        at(p, "a1").pictures[0].pixels = Some([1600, 1200]);
    }),
    passes("L04", "a lead without a picture", |p| picture(p, "a2", 2, 2, 14)),
    passes("L04", "a lone picture in the middle", |p| {
        picture(p, "a1", 2, 1, 12);
        set(p, "a2", [0, 51, 2, 30], 32.0, "老旧小区改造完");
        lone(p, [2, 51, 2, 30]);
    }),
    // L05
    finds("L05", "columns", "two and four columns", |p| {
        p.same_grade.push(vec!["a4".to_owned(), "a5".to_owned()]);
    }),
    finds("L05", "size", "30 and 24 pt", |p| {
        p.same_grade.push(vec!["a3".to_owned(), "a5".to_owned()]);
    }),
    finds("L05", "the lead's size", "as large as the lead", |p| {
        title(p, "a2", 48.0, "演示区老旧小区改造");
        p.same_grade.push(vec!["a2".to_owned()]);
    }),
    passes("L05", "kept", |p| p.same_grade.push(vec!["a5".to_owned(), "a6".to_owned()])),
    passes("L05", "a pinned member", |p| {
        p.same_grade.push(vec!["a4".to_owned(), "a5".to_owned()]);
        at(p, "a4").locked = true;
    }),
];
