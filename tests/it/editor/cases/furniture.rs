//! L19, L20.

use super::build::{at, cells, notch, rule_below, set};
use super::{Case, finds, passes};
use crate::editor::page::{Area, BylineSet, Label, Rule};

fn byline(text: &str, inside: &[f64], between: &[f64]) -> Option<BylineSet> {
    let text = text.to_owned();
    Some(BylineSet { text, inside: inside.to_vec(), between: between.to_vec() })
}

pub(crate) const CASES: &[Case] = &[
    // L19
    finds("L19", "between columns of one article", "a rule in the lead", |p| {
        let area = at(p, "a1").area;
        let x = p.grid.left(2) - 8.0;
        p.rules.push(Rule { area: Area { x, y: area.y + 80.0, width: 0.35, height: 400.0 } });
    }),
    finds("L19", "weight", "a rule of 1 pt between articles", |p| rule_below(p, "a1", 1.0)),
    finds("L19", "weight", "a rule of 0.1 pt", |p| rule_below(p, "a3", 0.1)),
    finds("L19", "no rule and no white", "modules that touch", |p| {
        set(p, "a5", [4, 40, 2, 34], 24.0, "小番茄撬动一个大产业");
        let area = &mut at(p, "a5").head.as_mut().expect("a head").area;
        area.y -= 6.0;
    }),
    finds("L19", "rule and white at every cut", "hairlines everywhere", |p| {
        for id in ["a1", "a2", "a3", "a5"] {
            rule_below(p, id, 0.35);
        }
    }),
    finds("L19", "copy hangs under copy", "a hairline over copy that hangs", |p| {
        notch(p, "a4", 2);
        rule_below(p, "a2", 0.35);
    }),
    finds("L19", "above an advertisement", "a hairline above it", |p| {
        set(p, "a6", [4, 75, 2, 20], 24.0, "湿地迎来第一群白鹤");
        let area = p.grid.area_of(cells([4, 96, 2, 15]));
        p.adverts.push(area);
        rule_below(p, "a6", 0.35);
    }),
    finds("L19", "columnTitle is no label", "a plain column title", |p| {
        at(p, "a6").label = Some(Label { text: "身边故事".to_owned(), drawn: false });
    }),
    finds("L19", "banner is no label", "a plain banner", |p| {
        p.banner = Some(Label { text: "高质量发展".to_owned(), drawn: false });
    }),
    passes("L19", "hairlines at two of four cuts", |p| {
        rule_below(p, "a1", 0.35);
        rule_below(p, "a3", 0.25);
    }),
    passes("L19", "a short ornament inside an article", |p| {
        let area = at(p, "a1").area;
        let x = p.grid.left(2) - 8.0;
        p.rules.push(Rule { area: Area { x, y: area.y + 80.0, width: 0.35, height: 40.0 } });
    }),
    passes("L19", "a rule between two articles side by side", |p| {
        let x = p.grid.left(4) - 8.0;
        let y = p.grid.row_top(4);
        p.rules.push(Rule { area: Area { x, y, width: 0.35, height: 1300.0 } });
    }),
    passes("L19", "a heavy rule above an advertisement", |p| {
        set(p, "a6", [4, 75, 2, 20], 24.0, "湿地迎来第一群白鹤");
        let area = p.grid.area_of(cells([4, 96, 2, 15]));
        p.adverts.push(area);
        rule_below(p, "a6", 1.0);
    }),
    passes("L19", "a heavy rule over copy that hangs", |p| {
        notch(p, "a4", 2);
        rule_below(p, "a2", 0.8);
    }),
    // L20
    finds("L20", "bullet", "a bullet before the byline", |p| {
        at(p, "a2").byline = byline("●本报记者张巳", &[1.0], &[]);
    }),
    finds("L20", "gap between names", "half a 字 between two names", |p| {
        at(p, "a2").byline = byline("本报记者张巳何小寅", &[], &[0.5]);
    }),
    finds("L20", "gap between names", "as wide as inside a name", |p| {
        at(p, "a2").byline = byline("本报记者张巳孔午", &[1.0, 1.0], &[1.0]);
    }),
    passes("L20", "two 字 between padded names", |p| {
        at(p, "a2").byline = byline("本报记者张巳孔午", &[1.0, 1.0], &[2.0]);
    }),
    passes("L20", "one name", |p| at(p, "a2").byline = byline("□ 本报记者张巳", &[1.0], &[])),
    passes("L20", "names of three 字 a 字 apart", |p| {
        at(p, "a2").byline = byline("本报记者张小巳何小寅", &[], &[1.0]);
    }),
];
