//! What changed since the round before, on a proof: a bar beside each line touched, a line under what is new, a mark
//! where something was taken out, each with its number; and the list of them on sheets of its own, so that what is no
//! longer on the page is read too.

use std::collections::BTreeSet;

use crate::compare::{ChangeExtent, ChangeKind, ChangeSide, CopyChange, DeletionPoint};
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::makeup::draw::appendix::noted;
use crate::makeup::draw::marks::HAIRLINE;
use crate::makeup::draw::pen::{DrawContext, PagePen};
use crate::makeup::page::{MadeUpPage, PageLine};
use crate::makeup::task::MakeupTask;
use crate::model::{Article, PageCopy};
use crate::page::{Page, PageItem};
use crate::unit::{Abs, Point, Rect};

/// The bar beside a line: its width, and how far it stands off, so that it goes between numbers and copy.
const BAR_WIDTH: Abs = Abs::raw(Abs::PER_PT * 8 / 10);
const BAR_DISTANCE: Abs = Abs::raw(Abs::PER_PT * 18 / 10);
/// The type of the numbers of changes: they stand in the white between lines.
const LABEL_TYPE: Abs = Abs::raw(Abs::PER_PT * 45 / 10);
/// How far a mark of deletion goes beyond its line, and half the width of its foot.
const TICK_LENGTH: Abs = Abs::raw(Abs::PER_PT * 12 / 10);
/// So much of a text is told in a finding; the sheet has all of it.
const EXCERPT_CHARS_MOST: usize = 60;

impl CopyChange {
    /// What was done, in the words of proofreaders.
    fn words(&self) -> Bilingual {
        let (zh, en) = match (self.extent, self.kind) {
            (ChangeExtent::Article, ChangeKind::Insert) => ("新稿", "new article"),
            (ChangeExtent::Article, _) => ("撤稿", "article taken off"),
            (ChangeExtent::Picture, ChangeKind::Insert) => ("加图", "picture put in"),
            (ChangeExtent::Picture, ChangeKind::Delete) => ("撤图", "picture taken out"),
            (ChangeExtent::Picture, _) => ("换图", "picture exchanged"),
            (_, ChangeKind::Insert) => ("增补", "inserted"),
            (_, ChangeKind::Delete) => ("删除", "deleted"),
            (_, ChangeKind::Replace) => ("改正", "replaced"),
            (_, ChangeKind::Move) => ("转移", "moved"),
        };
        Bilingual::new(zh, en)
    }
}

/// Where a change is seen on the page: the lines that it touches, the line where something was taken out, the place of
/// a picture or of an article. Empty where nothing of it is on the page.
pub(crate) fn places(made: &MadeUpPage, change: &CopyChange) -> Vec<Rect> {
    let lines = touched(made, change).map(|(_, line)| line.rect);
    let lines = lines.chain(gap(made, change).map(|(_, line)| line.rect));
    let of_module = made.modules.iter().flat_map(|module| match change.extent {
        ChangeExtent::Picture => {
            let own = module.pictures.iter().filter(|(id, _)| is_text(&change.after, id));
            own.map(|(_, rect)| *rect).collect()
        }
        ChangeExtent::Article if change.after.is_some() && module.id == change.article_id => {
            let head = module.head_rect.into_iter();
            head.chain(module.body_columns.iter().copied()).collect()
        }
        ChangeExtent::Article | ChangeExtent::Part | ChangeExtent::Whole => Vec::new(),
    });
    lines.chain(of_module).collect()
}

fn is_text(side: &Option<ChangeSide>, text: &str) -> bool {
    side.as_ref().is_some_and(|side| side.text == text)
}

/// The lines that hold a part of what is new, by place among the lines of the page.
fn touched<'a>(
    made: &'a MadeUpPage,
    change: &'a CopyChange,
) -> impl Iterator<Item = (usize, &'a PageLine)> {
    let text = matches!(change.extent, ChangeExtent::Part | ChangeExtent::Whole);
    let side = change.after.as_ref().filter(|_| text);
    made.lines.iter().enumerate().filter(move |(_, line)| {
        side.is_some_and(|side| {
            let meets =
                line.range.start < side.byte_range.end && side.byte_range.start < line.range.end;
            *line.field == *side.field && meets
        })
    })
}

/// The line in or after which something was taken out.
fn gap<'a>(made: &'a MadeUpPage, change: &CopyChange) -> Option<(usize, &'a PageLine)> {
    let DeletionPoint { field, byte: at } = change.deletion_point.as_ref()?;
    let holds = |line: &PageLine| {
        *line.field == **field && line.range.start <= *at && *at <= line.range.end
    };
    made.lines.iter().enumerate().find(|(_, line)| holds(line))
}

/// Marks every change at its place.
pub(crate) fn mark_changes(
    pen: &mut PagePen<'_>,
    made: &MadeUpPage,
    changes: &[CopyChange],
) -> Result<(), Vec<Finding>> {
    let mut barred = BTreeSet::new();
    for (number, change) in (1..).zip(changes) {
        let zh = change.words().zh;
        let label = format!("{}{number}", zh.chars().next().unwrap_or_default());
        let mut labelled = None;
        for (at, line) in touched(made, change) {
            barred.insert(at);
            if let Some(side) =
                change.after.as_ref().filter(|_| change.extent == ChangeExtent::Part)
            {
                underline(pen, made, line, side);
                let from = along(made, line, side.byte_range.start);
                labelled.get_or_insert((from, line));
            }
            labelled.get_or_insert((along(made, line, line.range.start), line));
        }
        if let Some((at, line)) = gap(made, change) {
            barred.insert(at);
            let byte = change.deletion_point.as_ref().map_or(0, |point| point.byte);
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
            pen.draw_small_text(&label, LABEL_TYPE, LABEL_TYPE * 8, |_| at)?;
        }
    }
    bars(pen, made, &barred);
    Ok(())
}

/// Where a byte of a text stands along its line: from the left, or on a vertical line from the top.
fn along(made: &MadeUpPage, line: &PageLine, byte: i64) -> Abs {
    let end = if line.is_vertical { line.rect.bottom() } else { line.rect.right() };
    let items = made.pages.first().and_then(|page| page.items().get(line.items.clone()));
    let mut at = line.range.start;
    for item in items.unwrap_or_default() {
        let PageItem::Run(run) = item else { continue };
        for (k, glyph) in run.glyphs.iter().enumerate() {
            if at >= byte.min(line.range.end) {
                // A run that lies on its side goes down the page too.
                let down =
                    if run.is_turned { run.origin.y + glyph.x } else { run.origin.y - glyph.y };
                return match (at >= line.range.end, line.is_vertical) {
                    (true, _) => end,
                    (false, true) if run.is_turned => down,
                    (false, true) => down - run.size.height.scale(88, 100),
                    (false, false) => run.origin.x + glyph.x,
                };
            }
            at += run.text_range(k).len() as i64;
        }
    }
    end
}

/// A line under what is new, or beside it where the line runs down.
fn underline(pen: &mut PagePen<'_>, made: &MadeUpPage, line: &PageLine, side: &ChangeSide) {
    let [from, to] =
        [side.byte_range.start, side.byte_range.end].map(|byte| along(made, line, byte));
    let long = (to - from).max(HAIRLINE);
    let rect = &line.rect;
    pen.fill_rect(if line.is_vertical {
        Rect::new(rect.right() + HAIRLINE, from, HAIRLINE * 2, long)
    } else {
        Rect::new(from, rect.bottom() + HAIRLINE, long, HAIRLINE * 2)
    });
}

/// A stroke with a foot where something was taken out.
fn tick(pen: &mut PagePen<'_>, line: &PageLine, at: Abs) {
    let rect = &line.rect;
    if line.is_vertical {
        pen.fill_rect(Rect::new(
            rect.x - TICK_LENGTH,
            at - HAIRLINE,
            rect.width + TICK_LENGTH * 2,
            HAIRLINE * 2,
        ));
        pen.fill_rect(Rect::new(
            rect.right() + TICK_LENGTH - HAIRLINE,
            at - TICK_LENGTH * 2,
            HAIRLINE * 3,
            TICK_LENGTH * 4,
        ));
    } else {
        pen.fill_rect(Rect::new(
            at - HAIRLINE,
            rect.y - TICK_LENGTH,
            HAIRLINE * 2,
            rect.height + TICK_LENGTH * 2,
        ));
        pen.fill_rect(Rect::new(
            at - TICK_LENGTH * 2,
            rect.bottom() + TICK_LENGTH - HAIRLINE,
            TICK_LENGTH * 4,
            HAIRLINE * 3,
        ));
    }
}

/// The number of a change, in the white before its line.
fn number_at(
    pen: &mut PagePen<'_>,
    label: &str,
    line: &PageLine,
    from: Abs,
) -> Result<(), Vec<Finding>> {
    let at = if line.is_vertical {
        Point::new(line.rect.right() + HAIRLINE * 4, from + LABEL_TYPE)
    } else {
        Point::new(from + HAIRLINE * 2, line.rect.y + HAIRLINE)
    };
    pen.draw_small_text(label, LABEL_TYPE, LABEL_TYPE * 8, |_| at)
}

/// The bars beside the lines touched; those of lines that follow each other are one.
fn bars(pen: &mut PagePen<'_>, made: &MadeUpPage, barred: &BTreeSet<usize>) {
    let mut open: Option<(usize, Rect, bool)> = None;
    for at in barred {
        let line = &made.lines[*at];
        let (rect, vertical) = (line.rect, line.is_vertical);
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
fn bar(pen: &mut PagePen<'_>, place: &Rect, above: bool) {
    pen.fill_rect(if above {
        Rect::new(place.x, place.y - BAR_DISTANCE, place.width, BAR_WIDTH)
    } else {
        Rect::new(place.x - BAR_DISTANCE, place.y, BAR_WIDTH, place.height)
    });
}

/// The list of changes as sheets, none without changes.
///
/// # Errors
/// A character that no face has.
pub fn change_sheets(
    task: &MakeupTask<'_>,
    made: &MadeUpPage,
    changes: &[CopyChange],
) -> Result<Vec<Page>, Vec<Finding>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let step = &made.step;
    let drawing = DrawContext::for_separate_sheet(task, step);
    let line = |(number, change): (usize, &CopyChange)| {
        let on_page = change.after.is_none() && change.deletion_point.is_none()
            || !places(made, change).is_empty();
        let beside = if on_page { "" } else { "（不在版上）" };
        let (what, place) = (change.words().zh, place_of(change, task.copy).zh);
        let texts = match (&change.before, &change.after) {
            (Some(before), Some(after))
                if change.kind == ChangeKind::Replace && before.text != after.text =>
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
pub fn change_findings(made: &MadeUpPage, copy: &PageCopy, changes: &[CopyChange]) -> Vec<Finding> {
    let one = |(number, change): (usize, &CopyChange)| {
        let (what, place) = (change.words(), place_of(change, copy));
        let words = Bilingual::new(
            format!("第 {number} 处：{}，{}", what.zh, place.zh),
            format!("{number}: {}, {}", what.en, place.en),
        );
        let field = change.after.as_ref().map(|side| side.field.clone());
        let field =
            field.or_else(|| change.deletion_point.as_ref().map(|point| point.field.clone()));
        let text =
            |side: &Option<ChangeSide>| side.as_ref().map_or_else(String::new, |s| cut(&s.text));
        let at = FindingPlace::of_field(field.unwrap_or_default()).in_article(&change.article_id);
        let at = at.on_page(places(made, change).first().copied());
        Finding::new(FindingCode::ChangedCopy, at, words)
            .with_change(text(&change.before), text(&change.after))
    };
    (1..).zip(changes).map(one).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS_MOST) {
        Some((end, _)) => format!("{}……", &text[..end]),
        None => text.to_owned(),
    }
}

/// Where a change is, as people say it: article and part. What went is named by the field that it had.
fn place_of(change: &CopyChange, copy: &PageCopy) -> Bilingual {
    let side = change.after.as_ref().or(change.before.as_ref());
    let field = side.map_or("", |side| side.field.as_str());
    let part = part_of(field);
    if change.article_id.is_empty() {
        return part;
    }
    let known = copy.articles.iter().find(|article| article.id == change.article_id);
    let title = known.map_or("", |article: &Article| article.headline.text.as_str());
    let (id, title) = (&change.article_id, cut(title));
    match change.extent {
        ChangeExtent::Article => Bilingual::new(id.clone(), id.clone()),
        ChangeExtent::Part | ChangeExtent::Whole | ChangeExtent::Picture => Bilingual::new(
            format!("{id}《{title}》{}", part.zh),
            format!("{id} “{title}”, {}", part.en),
        ),
    }
}

/// The name of a part of a page or an article, by its field.
fn part_of(field: &str) -> Bilingual {
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
        return Bilingual::new(*zh, *en);
    }
    let parts: Vec<&str> = field.split('.').collect();
    let name = |part: &&str| part.split('[').next().unwrap_or_default().to_owned();
    let block = parts.iter().find_map(|part| part.strip_prefix("body[")?.strip_suffix(']'));
    if let Some(block) = block.and_then(|block| block.parse::<usize>().ok()) {
        let n = block + 1;
        return Bilingual::new(format!("正文第 {n} 段"), format!("block {n} of the body"));
    }
    let names: Vec<String> = parts.iter().map(name).collect();
    let known = PARTS.iter().find(|(own, ..)| names.iter().any(|name| name == own));
    known.map_or_else(|| Bilingual::new(field, field), |(_, zh, en)| Bilingual::new(*zh, *en))
}
