//! L22, L06–L08.

use super::build::{at, head, lone, notch, only, picture, set, stand, title};
use super::{Case, finds, passes};
use crate::editor::page::Kind;

pub(crate) const CASES: &[Case] = &[
    // L22
    finds("L22", "halved", "three articles on either side", |p| {
        for (id, place, size, title) in [
            ("a1", [0, 4, 3, 46], 48.0, "五年修通一条渠"),
            ("a2", [0, 51, 3, 30], 32.0, "老旧小区改造全部完成"),
            ("a4", [0, 82, 3, 29], 24.0, "范例县农民得到实惠了吗"),
            ("a3", [3, 4, 3, 36], 30.0, "木偶戏里有了新声音"),
            ("a5", [3, 41, 3, 33], 24.0, "小番茄撬动一个大产业了"),
            ("a6", [3, 75, 3, 36], 24.0, "湿地迎来第一群白鹤越冬"),
        ] {
            set(p, id, place, size, title);
        }
    }),
    finds("L22", "halved", "two on the left, three on the right", |p| {
        only(p, &["a1", "a2", "a3", "a5", "a6"]);
        set(p, "a1", [0, 4, 3, 60], 48.0, "五年修通一条渠");
        set(p, "a2", [0, 65, 3, 46], 32.0, "老旧小区改造全部完成");
        set(p, "a3", [3, 4, 3, 36], 30.0, "木偶戏里有了新声音");
        set(p, "a5", [3, 41, 3, 33], 24.0, "小番茄撬动一个大产业了");
        set(p, "a6", [3, 75, 3, 36], 24.0, "湿地迎来第一群白鹤越冬");
    }),
    passes("L22", "block and strip", |_| {}),
    passes("L22", "halved over .8 of the depth", |p| {
        set(p, "a1", [0, 4, 6, 22], 56.0, "样例县五年修通一条渠水");
        set(p, "a2", [0, 27, 3, 54], 32.0, "老旧小区改造全部完成");
        set(p, "a4", [0, 82, 3, 29], 24.0, "范例县农民得到实惠了吗");
        set(p, "a3", [3, 27, 3, 30], 30.0, "木偶戏里有了新声音");
        set(p, "a5", [3, 58, 3, 22], 24.0, "小番茄撬动一个大产业了");
        set(p, "a6", [3, 81, 3, 30], 24.0, "湿地迎来第一群白鹤越冬");
    }),
    passes("L22", "halved, one against three", |p| {
        only(p, &["a1", "a3", "a5", "a6"]);
        set(p, "a1", [0, 4, 3, 107], 48.0, "五年修通一条渠");
        set(p, "a3", [3, 4, 3, 36], 30.0, "木偶戏里有了新声音");
        set(p, "a5", [3, 41, 3, 33], 24.0, "小番茄撬动一个大产业了");
        set(p, "a6", [3, 75, 3, 36], 24.0, "湿地迎来第一群白鹤越冬");
    }),
    passes("L22", "the lead over one half, two articles over the other", |p| {
        only(p, &["a1", "a3", "a5"]);
        set(p, "a1", [0, 4, 3, 107], 48.0, "五年修通一条渠");
        set(p, "a3", [3, 4, 3, 60], 30.0, "木偶戏里有了新声音");
        set(p, "a5", [3, 65, 3, 46], 24.0, "小番茄撬动一个大产业了");
    }),
    // L06
    finds("L06", "left columns", "over two of four columns", |p| {
        title(p, "a4", 24.0, "范例县农民得到实惠");
        notch(p, "a4", 2);
    }),
    finds("L06", "lead", "text beside the lead's head", |p| {
        title(p, "a1", 40.0, "样例县五年修通渠");
        notch(p, "a1", 3);
    }),
    finds("L06", "all but one column", "five of six in the upper half", |p| {
        set(p, "a2", [0, 30, 6, 20], 32.0, "演示区把一百一十二个老旧小区改造完");
        notch(p, "a2", 5);
    }),
    finds("L06", "sole article", "a sole article's head is not the whole width", |p| {
        only(p, &["a1"]);
        set(p, "a1", [0, 4, 6, 107], 48.0, "样例县五年修通一条渠水");
        notch(p, "a1", 5);
    }),
    passes("L06", "all but one of five and more in the lower half", |p| {
        set(p, "a4", [0, 82, 6, 29], 24.0, "范例县推进农业适度规模经营 农民得到了实惠");
        notch(p, "a4", 5);
    }),
    passes("L06", "the record asks for it", |p| {
        notch(p, "a4", 2);
        at(p, "a4").head_asked = true;
    }),
    passes("L06", "a picture beside the head is no text", |p| picture(p, "a4", 2, 2, 10)),
    passes("L06", "text beside a vertical head", |p| stand(p, "a5", 24.0, "小番茄撬动大产业")),
    // L07
    finds("L07", "one column", "half of the page", |p| {
        set(p, "a5", [5, 41, 1, 60], 18.0, "小番茄大产业");
    }),
    finds("L07", "one column", "crossheads too far apart", |p| {
        set(p, "a5", [5, 41, 1, 60], 18.0, "小番茄大产业");
        let top = at(p, "a5").area.y;
        at(p, "a5").crossheads = vec![top + 200.0, top + 700.0];
    }),
    finds("L07", "one column", "crossheads do not save a narrow measure", |p| {
        set(p, "a5", [5, 41, 1, 60], 18.0, "小番茄大产业");
        let top = at(p, "a5").area.y;
        at(p, "a5").crossheads = vec![top + 200.0, top + 400.0, top + 600.0];
        p.grid.chars_per_column = 13;
    }),
    passes("L07", "a third of the page", |p| set(p, "a5", [5, 41, 1, 37], 18.0, "小番茄大产业")),
    passes("L07", "a brief", |p| {
        set(p, "a5", [5, 41, 1, 60], 18.0, "小番茄大产业");
        at(p, "a5").kind = Kind::Brief;
    }),
    passes("L07", "a crosshead every fifth of the page", |p| {
        set(p, "a5", [5, 41, 1, 60], 18.0, "小番茄大产业");
        let top = at(p, "a5").area.y;
        at(p, "a5").crossheads = vec![top + 200.0, top + 400.0, top + 600.0];
    }),
    passes("L07", "two columns over the whole depth", |p| {
        only(p, &["a1", "a2", "a4", "a3"]);
        set(p, "a3", [4, 4, 2, 107], 30.0, "木偶戏里有了新声");
    }),
    // L08
    finds("L08", "碰题", "two heads at one height", |p| {
        set(p, "a5", [4, 51, 2, 23], 24.0, "小番茄撬动一个大产业");
    }),
    finds("L08", "碰题", "staggered by two rows", |p| {
        set(p, "a5", [4, 53, 2, 21], 24.0, "小番茄撬动一个大产业");
    }),
    finds("L08", "碰题", "beside the lead at 1 : 1.4", |p| {
        title(p, "a3", 34.0, "木偶戏里有新声");
    }),
    finds("L08", "碰题", "kickers make the blocks overlap", |p| {
        set(p, "a5", [4, 54, 2, 20], 24.0, "小番茄撬动一个大产业");
        let area = &mut head(p, "a5").area;
        (area.y, area.height) = (area.y - 20.0, area.height + 20.0);
    }),
    passes("L08", "sizes 1 : 1.5", |p| title(p, "a3", 32.0, "木偶戏里有了新声")),
    passes("L08", "staggered by six rows", |p| {
        set(p, "a5", [4, 58, 2, 16], 24.0, "小番茄撬动一个大产业");
        let area = &mut head(p, "a2").area;
        area.height += 120.0;
    }),
    passes("L08", "one is vertical", |p| {
        set(p, "a5", [4, 51, 2, 23], 24.0, "小番茄撬动一个大产业");
        stand(p, "a5", 24.0, "小番茄撬动大产业");
    }),
    passes("L08", "one is boxed", |p| {
        set(p, "a5", [4, 51, 2, 23], 24.0, "小番茄撬动一个大产业");
        at(p, "a5").boxed = true;
    }),
    passes("L08", "tops five rows apart without overlap", |p| {
        set(p, "a5", [4, 56, 2, 18], 24.0, "小番茄撬动一个大产业");
    }),
    passes("L08", "eight gutters of white part them", |p| {
        title(p, "a2", 24.0, "老旧小区改造完");
        set(p, "a5", [4, 51, 2, 23], 24.0, "小番茄撬动");
    }),
    passes("L08", "a picture stands between", |p| {
        set(p, "a5", [4, 51, 2, 23], 24.0, "小番茄撬动一个大产业");
        title(p, "a2", 24.0, "演示区老旧小区改造");
        let left = p.grid.left(0);
        let area = &mut head(p, "a2").area;
        area.x = left;
        let y = area.y;
        lone(p, [3, 51, 1, 10]);
        at(p, "p1").pictures[0].area.y = y;
    }),
];
