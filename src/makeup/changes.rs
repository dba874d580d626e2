//! What changed since the round before, on a proof: a bar beside each line touched, a line under what is new, a mark
//! where something was taken out, each with its number; and the list of them on sheets of its own, so that what is no
//! longer on the page is read too.

use std::collections::BTreeSet;

use crate::compare::{Change, Extent, Kind, Side};
use crate::diag::{Code, Diagnostic, Place, Words};
use crate::makeup::appendix::noted;
use crate::makeup::marks::HAIR;
use crate::makeup::pen::{Drawing, Pen, SetLine};
use crate::makeup::{Made, Task};
use crate::model::{Article, PageCopy};
use crate::page::{Item, Page};
use crate::unit::{Abs, Point, Rect};

/// The bar beside a line: its width, and how far it stands off, so that it goes between numbers and copy.
const BAR: Abs = Abs::raw(Abs::PER_PT * 8 / 10);
const BAR_OFF: Abs = Abs::raw(Abs::PER_PT * 18 / 10);
/// The type of the numbers of changes: they stand in the white between lines.
const NUMBER: Abs = Abs::raw(Abs::PER_PT * 45 / 10);
/// How far a mark of deletion goes beyond its line, and half the width of its foot.
const TICK: Abs = Abs::raw(Abs::PER_PT * 12 / 10);
/// So much of a text is told in a finding; the sheet has all of it.
const TOLD_MOST: usize = 60;

impl Change {
    /// What was done, in the words of proofreaders.
    fn words(&self) -> Words {
        let (zh, en) = match (self.extent, self.kind) {
            (Extent::Article, Kind::Insert) => ("新稿", "new article"),
            (Extent::Article, _) => ("撤稿", "article taken off"),
            (Extent::Picture, Kind::Insert) => ("加图", "picture put in"),
            (Extent::Picture, Kind::Delete) => ("撤图", "picture taken out"),
            (Extent::Picture, _) => ("换图", "picture exchanged"),
            (_, Kind::Insert) => ("增补", "inserted"),
            (_, Kind::Delete) => ("删除", "deleted"),
            (_, Kind::Replace) => ("改正", "replaced"),
            (_, Kind::Move) => ("转移", "moved"),
        };
        Words::new(zh, en)
    }
}

/// Where a change is seen on the page: the lines that it touches, the line where something was taken out, the place of
/// a picture or of an article. Empty where nothing of it is on the page.
pub(crate) fn places(made: &Made, change: &Change) -> Vec<Rect> {
    let lines = touched(made, change).map(|(_, line)| line.rect);
    let lines = lines.chain(gap(made, change).map(|(_, line)| line.rect));
    let of_module = made.modules.iter().flat_map(|module| match change.extent {
        Extent::Picture => {
            let own = module.pictures.iter().filter(|(id, _)| is_text(&change.after, id));
            own.map(|(_, rect)| *rect).collect()
        }
        Extent::Article if change.after.is_some() && module.id == change.article => {
            let head = module.head.into_iter();
            head.chain(module.body.iter().copied()).collect()
        }
        Extent::Article | Extent::Part | Extent::Whole => Vec::new(),
    });
    lines.chain(of_module).collect()
}

fn is_text(side: &Option<Side>, text: &str) -> bool {
    side.as_ref().is_some_and(|side| side.text == text)
}

/// The lines that hold a part of what is new, by place among the lines of the page.
fn touched<'a>(made: &'a Made, change: &'a Change) -> impl Iterator<Item = (usize, &'a SetLine)> {
    let text = matches!(change.extent, Extent::Part | Extent::Whole);
    let side = change.after.as_ref().filter(|_| text);
    made.lines.iter().enumerate().filter(move |(_, line)| {
        side.is_some_and(|side| {
            let meets = line.range.start < side.range.end && side.range.start < line.range.end;
            *line.field == *side.field && meets
        })
    })
}

/// The line in or after which something was taken out.
fn gap<'a>(made: &'a Made, change: &Change) -> Option<(usize, &'a SetLine)> {
    let (field, at) = change.gap.as_ref()?;
    let holds =
        |line: &SetLine| *line.field == **field && line.range.start <= *at && *at <= line.range.end;
    made.lines.iter().enumerate().find(|(_, line)| holds(line))
}

/// Marks every change at its place.
pub(crate) fn mark_changes(
    pen: &mut Pen<'_>,
    made: &Made,
    changes: &[Change],
) -> Result<(), Vec<Diagnostic>> {
    let mut barred = BTreeSet::new();
    for (number, change) in (1..).zip(changes) {
        let zh = change.words().zh;
        let label = format!("{}{number}", zh.chars().next().unwrap_or_default());
        let mut labelled = None;
        for (at, line) in touched(made, change) {
            barred.insert(at);
            if let Some(side) = change.after.as_ref().filter(|_| change.extent == Extent::Part) {
                underline(pen, made, line, side);
                let from = along(made, line, side.range.start);
                labelled.get_or_insert((from, line));
            }
            labelled.get_or_insert((along(made, line, line.range.start), line));
        }
        if let Some((at, line)) = gap(made, change) {
            barred.insert(at);
            let (_, byte) = change.gap.clone().unwrap_or_default();
            let from = along(made, line, byte);
            tick(pen, line, from);
            labelled.get_or_insert((from, line));
        }
        if let Some((from, line)) = labelled {
            number_at(pen, &label, line, from)?;
        } else if let Some(first) = places(made, change).first() {
            for place in places(made, change) {
                bar(pen, &place, false);
            }
            let at = Point::new(first.x, first.y - Abs::pt(1));
            pen.small(&label, NUMBER, NUMBER * 8, |_| at)?;
        }
    }
    bars(pen, made, &barred);
    Ok(())
}

/// Where a byte of a text stands along its line: from the left, or on a vertical line from the top.
fn along(made: &Made, line: &SetLine, byte: i64) -> Abs {
    let end = if line.vertical { line.rect.bottom() } else { line.rect.right() };
    let items = made.pages.first().and_then(|page| page.items().get(line.items.clone()));
    let mut at = line.range.start;
    for item in items.unwrap_or_default() {
        let Item::Run(run) = item else { continue };
        for (k, glyph) in run.glyphs.iter().enumerate() {
            if at >= byte.min(line.range.end) {
                // A run that lies on its side goes down the page too.
                let down = if run.turned { run.origin.y + glyph.x } else { run.origin.y - glyph.y };
                return match (at >= line.range.end, line.vertical) {
                    (true, _) => end,
                    (false, true) if run.turned => down,
                    (false, true) => down - run.size.height.scale(88, 100),
                    (false, false) => run.origin.x + glyph.x,
                };
            }
            at += run.chars(k).len() as i64;
        }
    }
    end
}

/// A line under what is new, or beside it where the line runs down.
fn underline(pen: &mut Pen<'_>, made: &Made, line: &SetLine, side: &Side) {
    let [from, to] = [side.range.start, side.range.end].map(|byte| along(made, line, byte));
    let long = (to - from).max(HAIR);
    let rect = &line.rect;
    pen.fill(if line.vertical {
        Rect::new(rect.right() + HAIR, from, HAIR * 2, long)
    } else {
        Rect::new(from, rect.bottom() + HAIR, long, HAIR * 2)
    });
}

/// A stroke with a foot where something was taken out.
fn tick(pen: &mut Pen<'_>, line: &SetLine, at: Abs) {
    let rect = &line.rect;
    if line.vertical {
        pen.fill(Rect::new(rect.x - TICK, at - HAIR, rect.width + TICK * 2, HAIR * 2));
        pen.fill(Rect::new(rect.right() + TICK - HAIR, at - TICK * 2, HAIR * 3, TICK * 4));
    } else {
        pen.fill(Rect::new(at - HAIR, rect.y - TICK, HAIR * 2, rect.height + TICK * 2));
        pen.fill(Rect::new(at - TICK * 2, rect.bottom() + TICK - HAIR, TICK * 4, HAIR * 3));
    }
}

/// The number of a change, in the white before its line.
fn number_at(
    pen: &mut Pen<'_>,
    label: &str,
    line: &SetLine,
    from: Abs,
) -> Result<(), Vec<Diagnostic>> {
    let at = if line.vertical {
        Point::new(line.rect.right() + HAIR * 4, from + NUMBER)
    } else {
        Point::new(from + HAIR * 2, line.rect.y + HAIR)
    };
    pen.small(label, NUMBER, NUMBER * 8, |_| at)
}

/// The bars beside the lines touched; those of lines that follow each other are one.
fn bars(pen: &mut Pen<'_>, made: &Made, barred: &BTreeSet<usize>) {
    let mut open: Option<(usize, Rect, bool)> = None;
    for at in barred {
        let line = &made.lines[*at];
        let (rect, vertical) = (line.rect, line.vertical);
        let goes_on = open.as_ref().is_some_and(|(last, above, down)| {
            last + 1 == *at && !down && !vertical && above.x == rect.x && above.y < rect.y
        });
        match &mut open {
            Some((last, above, _)) if goes_on => {
                above.height = rect.bottom() - above.y;
                *last = *at;
            }
            _ => {
                if let Some((_, above, down)) = open.replace((*at, rect, vertical)) {
                    bar(pen, &above, down);
                }
            }
        }
    }
    if let Some((_, above, down)) = open {
        bar(pen, &above, down);
    }
}

/// A bar at the left of a place; above it where the place is a line that runs down.
fn bar(pen: &mut Pen<'_>, place: &Rect, above: bool) {
    pen.fill(if above {
        Rect::new(place.x, place.y - BAR_OFF, place.width, BAR)
    } else {
        Rect::new(place.x - BAR_OFF, place.y, BAR, place.height)
    });
}

/// The list of changes as sheets, none without changes.
///
/// # Errors
/// A character that no face has.
pub fn change_sheets(
    task: &Task<'_>,
    made: &Made,
    changes: &[Change],
) -> Result<Vec<Page>, Vec<Diagnostic>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let step = &made.step;
    let drawing = Drawing::alone(task, step);
    let line = |(number, change): (usize, &Change)| {
        let on_page =
            change.after.is_none() && change.gap.is_none() || !places(made, change).is_empty();
        let beside = if on_page { "" } else { "（不在版上）" };
        let (what, place) = (change.words().zh, place_of(change, task.copy).zh);
        let texts = match (&change.before, &change.after) {
            (Some(before), Some(after))
                if change.kind == Kind::Replace && before.text != after.text =>
            {
                format!("“{}”改为“{}”", before.text, after.text)
            }
            (Some(side), _) | (None, Some(side)) => format!("“{}”", side.text),
            (None, None) => String::new(),
        };
        format!("{number} {what} {place}：{texts}{beside}")
    };
    let lines: Vec<String> = (1..).zip(changes).map(line).collect();
    noted(&drawing, "附页 与上一校次相比的改动", &lines)
}

/// The changes as findings, each at its place.
pub fn tell_changes(made: &Made, copy: &PageCopy, changes: &[Change]) -> Vec<Diagnostic> {
    let one = |(number, change): (usize, &Change)| {
        let (what, place) = (change.words(), place_of(change, copy));
        let words = Words::new(
            format!("第 {number} 处：{}，{}", what.zh, place.zh),
            format!("{number}: {}, {}", what.en, place.en),
        );
        let field = change.after.as_ref().map(|side| side.field.clone());
        let field = field.or_else(|| change.gap.as_ref().map(|(field, _)| field.clone()));
        let text = |side: &Option<Side>| side.as_ref().map_or_else(String::new, |s| cut(&s.text));
        let at = Place::field(field.unwrap_or_default()).in_article(&change.article);
        let at = at.on_page(places(made, change).first().copied());
        Diagnostic::new(Code::Changed, at, words).change(text(&change.before), text(&change.after))
    };
    (1..).zip(changes).map(one).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TOLD_MOST) {
        Some((end, _)) => format!("{}……", &text[..end]),
        None => text.to_owned(),
    }
}

/// Where a change is, as people say it: article and part. What went is named by the field that it had.
fn place_of(change: &Change, copy: &PageCopy) -> Words {
    let side = change.after.as_ref().or(change.before.as_ref());
    let field = side.map_or("", |side| side.field.as_str());
    let part = part_of(field);
    if change.article.is_empty() {
        return part;
    }
    let known = copy.articles.iter().find(|article| article.id == change.article);
    let title = known.map_or("", |article: &Article| article.headline.text.as_str());
    let (id, title) = (&change.article, cut(title));
    match change.extent {
        Extent::Article => Words::new(id.clone(), id.clone()),
        Extent::Part | Extent::Whole | Extent::Picture => Words::new(
            format!("{id}《{title}》{}", part.zh),
            format!("{id} “{title}”, {}", part.en),
        ),
    }
}

/// The name of a part of a page or an article, by its field.
fn part_of(field: &str) -> Words {
    const PARTS: [(&str, &str, &str); 14] = [
        ("caption", "图说", "caption"),
        ("credit", "摄影署名", "credit of a picture"),
        ("pictures", "图片", "picture"),
        ("columnTitle", "栏目", "column title"),
        ("kicker", "引题", "kicker"),
        ("headline", "主题", "headline"),
        ("deck", "副题", "deck"),
        ("abstract", "提要", "abstract"),
        ("editorNote", "编者按", "editor's note"),
        ("bylines", "作者", "byline"),
        ("dateline", "电头", "dateline"),
        ("jumpTo", "下转", "jump line"),
        ("jumpFrom", "上接", "jump line"),
        ("banner", "通栏语", "banner"),
    ];
    const OWN: [(&str, &str, &str); 5] = [
        ("publication.name", "报名", "name of the paper"),
        ("date", "日期", "date"),
        ("number", "版次", "page number"),
        ("section", "版名", "section"),
        ("credits", "责任人员", "staff line"),
    ];
    if let Some((_, zh, en)) = OWN.iter().find(|(own, ..)| *own == field) {
        return Words::new(*zh, *en);
    }
    let parts: Vec<&str> = field.split('.').collect();
    let name = |part: &&str| part.split('[').next().unwrap_or_default().to_owned();
    let block = parts.iter().find_map(|part| part.strip_prefix("body[")?.strip_suffix(']'));
    if let Some(block) = block.and_then(|block| block.parse::<usize>().ok()) {
        let n = block + 1;
        return Words::new(format!("正文第 {n} 段"), format!("block {n} of the body"));
    }
    let names: Vec<String> = parts.iter().map(name).collect();
    let known = PARTS.iter().find(|(own, ..)| names.iter().any(|name| name == own));
    known.map_or_else(|| Words::new(field, field), |(_, zh, en)| Words::new(*zh, *en))
}
