//! Copyfit (组版调整) of the articles of a page, and the findings about it.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{BodyRow, BodyRowKind, ComposedBody, ItemMember, ShapedItem};
use crate::makeup::draw::body_row::text_of_row;
use crate::makeup::draw::context::DrawContext;
use crate::makeup::page::ArticleFit;
use crate::makeup::pinned::pin_names;
use crate::makeup::placed::PlacedModule;
use crate::model::{Article, BodyBlock, LockSubject, count_chars};

/// Number of characters of overset copy that the report quotes.
const OVERSET_EXCERPT_CHARS: usize = 20;

/// Returns the fit of each member of a placed item.
///
/// The members of a group share the columns, so white is counted once: the white of the head for
/// the first member, the white at the foot for the last one.
pub(crate) fn article_fits(
    placed: &PlacedModule,
    item: &ShapedItem,
    body: &ComposedBody,
) -> Vec<(LockSubject, ArticleFit)> {
    let first_over = body.pieces.get(placed.poured.first_over_piece);
    // Pieces are in reading order, so all rows from the first overset piece on are over.
    let (set_rows, over_rows) =
        body.rows.split_at(first_over.map_or(body.rows.len(), |piece| piece.rows.start));
    // An item has at least one member, so this is not below 0.
    let last_index = item.members.len() - 1;
    let white_below = placed.white_rows_below * placed.grid.columns;
    // Short feet inside the module, and empty rows between it and the next one below.
    let total_under = placed.poured.total_short_rows() + white_below;
    let column_air = placed.poured.columns.iter().map(|column| column.air_rows).sum::<i64>();
    // Negative where the head gave up white that it usually has.
    let total_air = placed.head_rows - placed.head.rows + column_air;
    let fit_of = |(index, member): (usize, &ItemMember)| {
        let set_lines = member_rows(member, set_rows).count() as i64;
        let over_lines = member_rows(member, over_rows).count() as i64;
        let under_lines = if index == last_index { total_under } else { 0 };
        // The capacity of a member of a group is what it uses.
        let capacity_lines = if last_index == 0 {
            placed.capacity_rows() + white_below
        } else {
            set_lines + under_lines
        };
        let fit = ArticleFit {
            id: member.id.clone(),
            capacity_lines,
            set_lines,
            over_lines,
            over_chars: member_chars(item, member, over_rows),
            under_lines,
            over_opening: opening(item, member, over_rows),
            set_chars: member_chars(item, member, set_rows),
            air_rows: if index == 0 { total_air } else { 0 },
            measure_chars: placed.inner_columns.chars,
            is_left_off: false,
        };
        (member.subject, fit)
    };
    item.members.iter().enumerate().map(fit_of).collect()
}

/// Rows that belong to a member.
fn member_rows<'a>(
    member: &'a ItemMember,
    rows: &'a [BodyRow],
) -> impl Iterator<Item = &'a BodyRow> {
    rows.iter().filter(|row| member.blocks.contains(&row.source.block))
}

/// Number of 字 of a member in some rows.
fn member_chars(item: &ShapedItem, member: &ItemMember, rows: &[BodyRow]) -> usize {
    // Rows of one text stand together, so each chunk is one stretch of copy.
    let texts = rows.chunk_by(|a, b| a.source == b.source);
    let of_member = texts.filter(|rows| member.blocks.contains(&rows[0].source.block));
    of_member.map(|rows| text_chars(item, rows)).sum()
}

/// Number of 字 in rows of one text. A pull quote repeats copy, so it has none of its own.
fn text_chars(item: &ShapedItem, rows: &[BodyRow]) -> usize {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return 0 };
    if first.kind == BodyRowKind::Quote {
        return 0;
    }
    let Some(text) = text_of_row(item, first) else { return 0 };
    let copy = text.paragraph.text();
    let start = first.line.text_range(&text.paragraph).start;
    let end = last.line.text_range(&text.paragraph).end;
    // Most texts are set as a whole, and their count is remembered for all candidate layouts.
    if (start, end) == (0, copy.len()) { text.characters() } else { count_chars(&copy[start..end]) }
}

/// First characters of a member in some rows, without pull quotes.
fn opening(item: &ShapedItem, member: &ItemMember, rows: &[BodyRow]) -> String {
    // Each row has at least one character, so more rows are never needed.
    let first_rows = member_rows(member, rows).take(OVERSET_EXCERPT_CHARS);
    let texts = first_rows.filter(|row| row.kind != BodyRowKind::Quote).filter_map(|row| {
        let paragraph = &text_of_row(item, row)?.paragraph;
        Some(&paragraph.text()[row.line.text_range(paragraph)])
    });
    texts.flat_map(str::chars).take(OVERSET_EXCERPT_CHARS).collect()
}

/// Returns the fit of each member of an item that is left off the page (撤稿): all of its copy is
/// over.
pub(crate) fn left_off_fits(
    context: &DrawContext<'_>,
    index: usize,
) -> Vec<(LockSubject, ArticleFit)> {
    let task = context.task;
    let bodies = &context.bodies[index];
    // The appendix sets it over one column, so its lines are counted there.
    let body = bodies.over_columns(1).best();
    let fit_of = |member: &ItemMember| {
        let article = match member.subject {
            LockSubject::Article(index) => task.copy.articles.get(index),
            LockSubject::Picture(_) => None,
        };
        let texts = article.into_iter().flat_map(|article| {
            std::iter::once(&article.headline).chain(article.body.iter().flat_map(BodyBlock::texts))
        });
        let chars = texts.flat_map(|text| text.text.chars()).filter(|c| !c.is_control());
        let fit = ArticleFit {
            id: member.id.clone(),
            // An article of pictures alone has no lines and is overset all the same.
            over_lines: (member_rows(member, &body.rows).count() as i64).max(1),
            over_chars: article.map_or(0, Article::char_count),
            over_opening: chars.take(OVERSET_EXCERPT_CHARS).collect(),
            measure_chars: bodies.inner_columns_over(1).chars,
            is_left_off: true,
            ..ArticleFit::default()
        };
        (member.subject, fit)
    };
    task.items[index].members.iter().map(fit_of).collect()
}

/// Builds the finding for an article or a stand-alone picture that is left off the page.
pub(crate) fn left_off_finding(
    context: &DrawContext<'_>,
    item: &ShapedItem,
    subject: LockSubject,
    fit: &ArticleFit,
) -> Finding {
    // Fixed places are named, because only the layout desk can move them.
    let (reason_zh, reason_en) = if context.pins.is_empty() {
        (
            "排下较重的稿件后，已容不下它的标题和图片".to_owned(),
            "no room for its headline and pictures after the more important articles".to_owned(),
        )
    } else {
        let names = pin_names(context.pins);
        (
            format!("锁定、预留框（{names}）和较重的稿件没有给它留下版面"),
            format!(
                "locks and reserved boxes ({names}) and the more important articles leave no room for it"
            ),
        )
    };
    let (id, chars) = (&fit.id, fit.over_chars);
    let (field, message) = match subject {
        LockSubject::Article(article) => (
            format!("articles[{article}]"),
            Bilingual::new(
                format!("“{id}”撤稿，全文 {chars} 字排在附页：{reason_zh}"),
                format!(
                    "“{id}” is left off; its {chars} characters are in the appendix: {reason_en}"
                ),
            ),
        ),
        LockSubject::Picture(_) => (
            item.pictures.first().map_or_else(String::new, |picture| picture.field.clone()),
            Bilingual::new(
                format!("图片“{id}”撤下，排在附页：{reason_zh}"),
                format!("the picture “{id}” is left off and is in the appendix: {reason_en}"),
            ),
        ),
    };
    let place = FindingPlace::of_field(field).in_article(id);
    Finding::new(FindingCode::LeftOff, place, message).with_rule("R86")
}

/// Returns the finding about an article that is overset (R86), short (R87), or whose column feet
/// are uneven (R51). `None` if it fits, and for stand-alone pictures.
pub(crate) fn fit_finding(
    fit: &ArticleFit,
    placed: &PlacedModule,
    subject: LockSubject,
) -> Option<Finding> {
    // A picture has no copy to be over or short.
    let LockSubject::Article(article) = subject else { return None };
    let place = FindingPlace::of_field(format!("articles[{article}].body")).in_article(&fit.id);
    // A module with overset copy is reported for that alone.
    if fit.over_lines > 0 {
        let ArticleFit { over_lines, over_chars, over_opening, .. } = fit;
        let message = Bilingual::new(
            format!("排不下 {over_lines} 行 {over_chars} 字，从“{over_opening}”起"),
            format!(
                "overset by {over_lines} lines ({over_chars} characters), from “{over_opening}”"
            ),
        );
        return Some(Finding::new(FindingCode::Overset, place, message).with_rule("R86"));
    }
    // One missing row at a foot is only the last line of the article. Copy is missing if a column
    // ends further up.
    let most_short = placed.poured.short_rows().max().unwrap_or(0);
    let difference = most_short - placed.poured.level_short_rows();
    let lines = fit.under_lines;
    // Up to one row for each column may come from last lines and is not missing copy.
    if lines > placed.grid.columns && (most_short > 1 || placed.white_rows_below > 0) {
        let message = Bilingual::new(format!("缺稿 {lines} 行"), format!("{lines} lines short"));
        return Some(Finding::new(FindingCode::Underset, place, message).with_rule("R87"));
    }
    // A difference of one row is tolerated, as above.
    if lines > 0 && difference > 1 {
        let message = Bilingual::new(
            format!("栏脚不齐，最多差 {difference} 行"),
            format!("the column feet differ by up to {difference} lines"),
        );
        return Some(Finding::new(FindingCode::UnevenFeet, place, message).with_rule("R51"));
    }
    None
}
