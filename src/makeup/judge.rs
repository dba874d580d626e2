//! Judging a settled layout: everything that it is charged with, each charge with its words.

use crate::diag::Words;
use crate::fit::{Ready, air_cost};
use crate::makeup::score::{
    ACROSS, ADJACENT, BUMP, FOOT, FOOT_MORE, GRADE, HEADS_BESIDE, MIDDLE_CUT, OVER_CHAR,
    SIZE_LARGER, SIZE_ORDER, THROUGH, THROUGH_PERCENT, WHITE_ROW, YIELDS, alike,
};
use crate::makeup::search::GAP;
use crate::makeup::settle::Placed;
use crate::model::Wishes;
use crate::unit::Abs;

/// What a layout is charged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 碰题.
    Bump,
    /// 标题并列.
    HeadsBeside,
    /// 通线.
    Through,
    /// 断版.
    Across,
    /// 腰斩.
    MiddleCut,
    /// 题大小与轻重不符.
    SizeOrder,
    /// 空白.
    White,
    /// 栏脚不齐.
    Feet,
    /// 溢文.
    Over,
    /// 题区空白多于或少于常量.
    Air,
    /// 不得相邻的稿件相邻.
    Adjacent,
    /// 同等规格的稿件不同等.
    Grade,
    /// 稿件移动.
    Moved,
    /// 各稿自身的形状、题和断行.
    Own,
}

impl Kind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bump => "tombstone",
            Self::HeadsBeside => "heads-beside",
            Self::Through => "through",
            Self::Across => "across",
            Self::MiddleCut => "middle-cut",
            Self::SizeOrder => "size-order",
            Self::White => "white",
            Self::Feet => "feet",
            Self::Over => "over",
            Self::Air => "air",
            Self::Adjacent => "adjacent",
            Self::Grade => "grade",
            Self::Moved => "moved",
            Self::Own => "own",
        }
    }

    /// The rule behind it, if it has a number.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Bump => "R59",
            Self::Through => "R60",
            Self::MiddleCut => "R61",
            Self::SizeOrder => "R62",
            Self::Feet => "R51",
            Self::Over => "R86",
            Self::White => "R87",
            Self::Moved => "R102",
            Self::HeadsBeside
            | Self::Across
            | Self::Air
            | Self::Adjacent
            | Self::Grade
            | Self::Own => "",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Bump => ("碰题", "heads bump"),
            Self::HeadsBeside => ("标题并列", "heads side by side"),
            Self::Through => ("通线", "a gutter through the page"),
            Self::Across => ("断版", "a cut across the page"),
            Self::MiddleCut => ("腰斩", "a cut across the middle"),
            Self::SizeOrder => ("轻稿题大", "a lesser article has the larger head"),
            Self::White => ("空白", "white"),
            Self::Feet => ("栏脚不齐", "uneven feet"),
            Self::Over => ("溢文", "overset"),
            Self::Air => ("题区松紧", "white of the head off its usual"),
            Self::Adjacent => ("不得相邻而相邻", "articles that are to be apart touch"),
            Self::Grade => ("同等规格不同等", "articles of one grade differ"),
            Self::Moved => ("稿件移动", "an article moves"),
            Self::Own => ("各稿版式", "shapes, heads and lines of the articles"),
        }
    }
}

/// One thing that a layout is charged with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it is.
    pub kind: Kind,
    /// What it costs.
    pub cost: i64,
    /// The articles it is between, by their place in the record.
    pub articles: Vec<usize>,
    /// The rows it is on, from the first to the one after the last.
    pub rows: (i64, i64),
}

impl Charge {
    /// `碰题：a2 与 a3，第 40–46 行`.
    pub fn words(&self, ready: &[Ready]) -> Words {
        let ids: Vec<&str> =
            self.articles.iter().filter_map(|at| Some(ready.get(*at)?.id.as_str())).collect();
        let (zh, en) = self.kind.words();
        let (first, end) = self.rows;
        let (mut zh, mut en) = (zh.to_owned(), en.to_owned());
        if !ids.is_empty() {
            zh += &format!("：{}", ids.join(" 与 "));
            en += &format!(": {}", ids.join(" and "));
        }
        if end > first {
            zh += &format!("，第 {}–{end} 行", first + 1);
            en += &format!(", rows {}–{end}", first + 1);
        }
        Words::new(zh, en)
    }
}

/// The page that a layout is judged on.
pub(crate) struct Sheet<'a> {
    pub(crate) ready: &'a [Ready],
    pub(crate) wishes: &'a Wishes,
    /// The most important article.
    pub(crate) lead: usize,
    /// Columns, rows for articles and the first of them.
    pub(crate) columns: i64,
    pub(crate) rows: i64,
    pub(crate) top: i64,
    pub(crate) chars: i64,
    pub(crate) gutter: Abs,
    /// The width of so many columns.
    pub(crate) width: &'a dyn Fn(i64) -> Abs,
}

/// Everything that a settled layout is charged with but for the forms of its articles.
pub(crate) fn charges(placed: &[Placed], sheet: &Sheet<'_>) -> Vec<Charge> {
    let mut out = Vec::new();
    for (k, a) in placed.iter().enumerate() {
        own(a, sheet, &mut out);
        for b in &placed[k + 1..] {
            pair(a, b, sheet, &mut out);
        }
    }
    cuts(placed, sheet, &mut out);
    wishes(placed, sheet.wishes, &mut out);
    out
}

/// What the layout desk asked for.
fn wishes(placed: &[Placed], wishes: &Wishes, out: &mut Vec<Charge>) {
    let at = |article: usize| placed.iter().find(|placed| placed.article == article);
    for pair in &wishes.apart {
        let (Some(a), Some(b)) = (at(pair[0]), at(pair[1])) else { continue };
        let meets = |a: i64, a_end: i64, b: i64, b_end: i64| a < b_end && b < a_end;
        let rows = meets(a.row, a.row + a.rows, b.row, b.row + b.rows);
        let columns = meets(a.column, a.column + a.columns, b.column, b.column + b.columns);
        let side = a.column + a.columns == b.column || b.column + b.columns == a.column;
        let stacked =
            (a.row + a.rows - b.row).abs() <= GAP || (b.row + b.rows - a.row).abs() <= GAP;
        if rows && side || columns && stacked {
            let articles = pair.to_vec();
            out.push(Charge { kind: Kind::Adjacent, cost: ADJACENT, articles, rows: (0, 0) });
        }
    }
    for group in &wishes.same_grade {
        let mut modules = group.iter().filter_map(|article| at(*article));
        let Some(first) = modules.next() else { continue };
        let alike = |b: &Placed| b.columns == first.columns && b.head.size == first.head.size;
        if !modules.all(alike) {
            let articles = group.clone();
            out.push(Charge { kind: Kind::Grade, cost: GRADE, articles, rows: (0, 0) });
        }
    }
}

fn own(a: &Placed, sheet: &Sheet<'_>, out: &mut Vec<Charge>) {
    let articles = vec![a.article];
    let rows = (a.row, a.row + a.rows);
    let mut charge = |kind, cost| {
        if cost > 0 {
            out.push(Charge { kind, cost, articles: articles.clone(), rows });
        }
    };
    let feet = a.poured.short.iter().map(|short| match short {
        0 => 0,
        1 => FOOT,
        more => FOOT + FOOT_MORE * (more - 1),
    });
    charge(Kind::Feet, feet.sum());
    charge(Kind::Air, air_cost(a.head_rows - a.head.rows));
    charge(Kind::SizeOrder, a.yields * a.yields / YIELDS);
    let spare = (a.rows - a.body_row(0) + a.row - a.poured.depth).max(0);
    if a.head_columns() == a.columns {
        charge(Kind::White, spare * a.columns * WHITE_ROW);
    }
    if a.poured.over_rows > 0 {
        charge(Kind::Over, a.poured.over_rows * sheet.chars * OVER_CHAR);
    }
}

/// The lines of a head as they stand: left, right, top and bottom, columns in lengths and rows in rows.
fn head_box(a: &Placed, sheet: &Sheet<'_>) -> (Abs, Abs, i64, i64) {
    let left = if a.column == 0 { Abs::ZERO } else { (sheet.width)(a.column) + sheet.gutter };
    let span = (sheet.width)(a.head_columns());
    let ink = a.head.width(&sheet.ready[a.article]).min(span);
    let white = (span - ink) / 2;
    (left + white, left + span - white, a.row, a.row + a.head_rows)
}

/// §4.4: two heads at one height with no more than two gutters between them, or one close below the other.
fn pair(a: &Placed, b: &Placed, sheet: &Sheet<'_>, out: &mut Vec<Charge>) {
    let articles = vec![a.article, b.article];
    let (a_box, b_box) = (head_box(a, sheet), head_box(b, sheet));
    let top = a_box.2.max(b_box.2);
    let bottom = a_box.3.min(b_box.3);
    let lower = (a_box.3 - a_box.2).min(b_box.3 - b_box.2);
    let touches = a.column + a.columns == b.column || b.column + b.columns == a.column;
    if touches && (bottom - top) * 2 >= lower && alike(a.head.size, b.head.size) {
        // Nothing between the two heads: a column of body would part them.
        let left = if a.column < b.column { a } else { b };
        let parted = left.head_columns() < left.columns;
        let gap = if a_box.0 < b_box.0 { b_box.0 - a_box.1 } else { a_box.0 - b_box.1 };
        if !parted {
            let (kind, cost) = if gap <= sheet.gutter * 2 {
                (Kind::Bump, BUMP)
            } else {
                (Kind::HeadsBeside, HEADS_BESIDE)
            };
            out.push(Charge { kind, cost, articles: articles.clone(), rows: (top, bottom) });
        }
    }
    // The head of the lower one within three lines of the upper one's, in the same columns.
    let (upper, below) = if a.row < b.row { (a, b) } else { (b, a) };
    let shared = upper.column < below.column + below.columns
        && below.column < upper.column + upper.head_columns();
    let body = below.row - (upper.row + upper.head_rows);
    if shared && upper.row + upper.rows <= below.row && body < 3 {
        let rows = (upper.row, below.row + below.head_rows);
        out.push(Charge { kind: Kind::Bump, cost: BUMP, articles: articles.clone(), rows });
    }
    // The lead comes before articles of its own weight too.
    let rank = |p: &Placed| (sheet.ready[p.article].weight, p.article == sheet.lead);
    let (major, minor) = if rank(a) > rank(b) { (a, b) } else { (b, a) };
    if rank(major) > rank(minor) && minor.head.size > major.head.size {
        let percent = minor.head.size.units() * 100 / major.head.size.units().max(1) - 100;
        let cost = SIZE_ORDER + SIZE_LARGER * percent;
        out.push(Charge { kind: Kind::SizeOrder, cost, articles, rows: (0, 0) });
    }
}

/// Gutters straight through the page, cuts straight across it.
fn cuts(placed: &[Placed], sheet: &Sheet<'_>, out: &mut Vec<Charge>) {
    let bottom = sheet.top + sheet.rows;
    for column in 1..sheet.columns {
        let crosses = |p: &&Placed| p.column < column && column < p.column + p.columns;
        // The longest run of rows that nothing crosses.
        let mut rows: Vec<(i64, i64)> =
            placed.iter().filter(crosses).map(|p| (p.row, p.row + p.rows)).collect();
        rows.sort_unstable();
        rows.push((bottom, bottom));
        let (mut last, mut longest) = (sheet.top, (sheet.top, sheet.top));
        for (start, end) in rows {
            if start - last > longest.1 - longest.0 {
                longest = (last, start);
            }
            last = last.max(end);
        }
        if (longest.1 - longest.0) * 100 >= sheet.rows * THROUGH_PERCENT {
            let articles = Vec::new();
            out.push(Charge { kind: Kind::Through, cost: THROUGH, articles, rows: longest });
        }
    }
    let mut across = 0;
    for p in placed.iter().filter(|p| p.row > sheet.top) {
        let row = p.row;
        let known = placed.iter().any(|q| q.row == row && q.column < p.column);
        let crossed = placed.iter().any(|q| q.row < row && row < q.row + q.rows);
        if known || crossed {
            continue;
        }
        across += 1;
        let percent = (row - sheet.top) * 100 / sheet.rows.max(1);
        let rows = (row, row);
        let articles = Vec::new();
        if (45..=55).contains(&percent) {
            out.push(Charge { kind: Kind::MiddleCut, cost: MIDDLE_CUT, articles, rows });
        } else if across > 1 {
            out.push(Charge { kind: Kind::Across, cost: ACROSS, articles, rows });
        }
    }
}
