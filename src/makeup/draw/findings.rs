//! What is told of a page: how each article fits, what is wrong with its lines.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{
    BodyRow, BodyRowKind, ComposedBody, HeadPart, ItemMember, ShapedBlock, ShapedItem,
};
use crate::line::{TextLine, line_faults};
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::draw::pen::{DrawContext, text_of_row};
use crate::makeup::head::meets_head_request;
use crate::makeup::page::{ArticleFit, MadeUpPage};
use crate::makeup::pinned::pin_names;
use crate::makeup::placed::PlacedModule;
use crate::model::{Article, BodyBlock, LockSubject, count_chars};
use crate::unit::Em;

/// So many of the first 字 that found no room are told.
const FIRST_OVER: usize = 20;

/// The 字 of rows of one text; a pull quote repeats some and has none of its own.
fn zi(ready: &ShapedItem, rows: &[BodyRow]) -> usize {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return 0 };
    let Some(text) = text_of_row(ready, first).filter(|_| first.kind != BodyRowKind::Quote) else {
        return 0;
    };
    let all = text.paragraph.text();
    let range =
        first.line.text_range(&text.paragraph).start..last.line.text_range(&text.paragraph).end;
    // Most texts are set whole, and by more than one layout.
    if range == (0..all.len()) { text.characters() } else { count_chars(&all[range]) }
}

/// What fits and what does not, member by member.
pub(crate) fn fits(
    placed: &PlacedModule,
    ready: &ShapedItem,
    body: &ComposedBody,
) -> Vec<(LockSubject, ArticleFit)> {
    let over = body
        .pieces
        .get(placed.poured.first_over_piece)
        .map_or(body.rows.len(), |piece| piece.rows.start);
    let text = |rows: &mut dyn Iterator<Item = &BodyRow>| -> String {
        let text = |row: &BodyRow| {
            let text = &text_of_row(ready, row)?.paragraph;
            Some(text.text()[row.line.text_range(text)].to_owned())
        };
        // A pull quote repeats copy.
        rows.filter(|row| row.kind != BodyRowKind::Quote).filter_map(text).collect()
    };
    let last = ready.members.len() - 1;
    let below = placed.white_rows_below * placed.columns;
    let under = placed.poured.total_short_rows() + below;
    let air = placed.head_rows - placed.head.rows
        + placed.poured.columns.iter().map(|column| column.air_rows).sum::<i64>();
    let one = |(k, member): (usize, &ItemMember)| {
        let own = |row: &&BodyRow| member.blocks.contains(&row.source.0);
        let set_lines = body.rows[..over].iter().filter(own).count() as i64;
        let over_lines = body.rows[over..].iter().filter(own).count() as i64;
        let zi_of = |rows: &[BodyRow]| {
            let texts = rows.chunk_by(|a, b| a.source == b.source);
            texts.filter(|rows| own(&&rows[0])).map(|rows| zi(ready, rows)).sum()
        };
        let first_over = text(&mut body.rows[over..].iter().filter(own).take(FIRST_OVER));
        let under = if k == last { under } else { 0 };
        let fit = ArticleFit {
            id: member.id.clone(),
            // Members of a group share its columns; each is told what it has.
            capacity_lines: if last == 0 {
                placed.capacity_rows() + below
            } else {
                set_lines + under
            },
            set_lines,
            over_lines,
            over_chars: zi_of(&body.rows[over..]),
            under_lines: under,
            over_opening: first_over.chars().take(FIRST_OVER).collect(),
            set_chars: zi_of(&body.rows[..over]),
            air_rows: if k == 0 { air } else { 0 },
            measure_chars: placed.inner_columns.chars,
            is_left_off: false,
        };
        (member.subject, fit)
    };
    ready.members.iter().enumerate().map(one).collect()
}

/// How the members of an item fit that is left off the page: all of each is over.
pub(crate) fn left_off(drawing: &DrawContext<'_>, item: usize) -> Vec<(LockSubject, ArticleFit)> {
    let task = drawing.task;
    let bodies = &drawing.bodies[item];
    let body = bodies.over_columns(1).best();
    let one = |member: &ItemMember| {
        let own = |row: &&BodyRow| member.blocks.contains(&row.source.0);
        let article = match member.subject {
            LockSubject::Article(at) => task.copy.articles.get(at),
            LockSubject::Picture(_) => None,
        };
        let texts = article.into_iter().flat_map(|article| {
            [&article.headline].into_iter().chain(article.body.iter().flat_map(BodyBlock::texts))
        });
        let chars = texts.flat_map(|text| text.text.chars()).filter(|c| !c.is_control());
        let fit = ArticleFit {
            id: member.id.clone(),
            // An article of pictures alone has no line, and is over all the same.
            over_lines: (body.rows.iter().filter(own).count() as i64).max(1),
            over_chars: article.map_or(0, Article::char_count),
            over_opening: chars.take(20).collect(),
            measure_chars: bodies.inner_columns_over(1).chars,
            is_left_off: true,
            ..ArticleFit::default()
        };
        (member.subject, fit)
    };
    task.items[item].members.iter().map(one).collect()
}

/// That an article or a lone picture is left off the page, and why.
pub(crate) fn tell_left(
    drawing: &DrawContext<'_>,
    ready: &ShapedItem,
    at: LockSubject,
    fit: &ArticleFit,
) -> Finding {
    let (zh, en) = if drawing.pins.is_empty() {
        (
            "较重的稿件之外已排不下它的标题和图片".to_owned(),
            "beside the more important articles there is no room for its headline and pictures"
                .to_owned(),
        )
    } else {
        let names = pin_names(drawing.pins);
        (
            format!("锁定和预留（{names}）及较重的稿件没有给它留下版面"),
            format!(
                "what is pinned ({names}) and the more important articles leave no room for it"
            ),
        )
    };
    let (id, chars) = (&fit.id, fit.over_chars);
    let (field, words) = match at {
        LockSubject::Article(article) => (
            format!("articles[{article}]"),
            Bilingual::new(
                format!("“{id}”未上版，全文 {chars} 字排在附页：{zh}"),
                format!("“{id}” is left off, its {chars} characters go to the appendix: {en}"),
            ),
        ),
        LockSubject::Picture(_) => (
            ready.pictures.first().map_or_else(String::new, |picture| picture.field.clone()),
            Bilingual::new(
                format!("图片“{id}”未上版，排在附页：{zh}"),
                format!("the picture “{id}” is left off and goes to the appendix: {en}"),
            ),
        ),
    };
    let place = FindingPlace::of_field(field).in_article(id);
    Finding::new(FindingCode::LeftOff, place, words).with_rule("R86")
}

/// What is told of the page as a whole: heads that bump, cuts that go through, each where it is.
pub(crate) fn add_page_findings(
    made: &mut MadeUpPage,
    charges: &[LayoutCharge],
    drawing: &DrawContext<'_>,
) {
    let ready = drawing.task.items;
    for charge in charges {
        let code = match charge.fault {
            LayoutFault::Tombstone => FindingCode::Tombstone,
            LayoutFault::MiddleCut => FindingCode::MiddleCut,
            LayoutFault::Adjacent => FindingCode::AdjacentArticles,
            LayoutFault::GradeDiffers => FindingCode::UnequalGrade,
            LayoutFault::GutterThrough => FindingCode::GutterThrough,
            LayoutFault::CrossheadsBeside => FindingCode::AdjacentCrossheads,
            LayoutFault::ShortColumn => FindingCode::ShortColumn,
            LayoutFault::UnderHead => FindingCode::BodyUnderHead,
            LayoutFault::White => FindingCode::EmptyRows,
            LayoutFault::SizeOrder if charge.items.len() > 1 => FindingCode::HeadlineSizeOrder,
            // These are told article by article, or are no fault.
            LayoutFault::SizeOrder
            | LayoutFault::HeadsBeside
            | LayoutFault::CutAcross
            | LayoutFault::HeadAir
            | LayoutFault::Moved
            | LayoutFault::UnevenFeet
            | LayoutFault::Overset
            | LayoutFault::LeftOff
            | LayoutFault::OwnForm => {
                continue;
            }
        };
        let items: Vec<&ShapedItem> = charge.items.iter().filter_map(|at| ready.get(*at)).collect();
        let first = items.first().and_then(|item| Some((item, item.article_index()?)));
        let place = first.map_or_else(FindingPlace::default, |(item, at)| {
            FindingPlace::of_field(format!("articles[{at}]")).in_article(&item.members[0].id)
        });
        let ids = items.iter().flat_map(|item| &item.members).map(|member| member.id.clone());
        let place = place.between(ids.collect()).on_page(drawing.page_rect_of(charge.grid));
        let words = charge.description(ready);
        made.findings.push(Finding::new(code, place, words).with_rule(charge.fault.rule()));
    }
}

/// What the make-up chose or could not do in one module.
pub(crate) fn look_at_module(
    notes: &mut Vec<Finding>,
    drawing: &DrawContext<'_>,
    placed: &PlacedModule,
    ready: &ShapedItem,
) {
    let whole = [placed.column, placed.row, placed.columns, placed.rows];
    let rect = drawing.page_rect_of(whole);
    if let (Some(article), variant @ 1..) = (ready.article_index(), placed.head.wording.variant) {
        let text = placed.head.text(HeadPart::Headline, ready);
        let text = text.map_or("", |text| text.paragraph.text());
        let words = Bilingual::new(
            format!("用备选标题 {variant}“{text}”：在 {} 栏中更合适", placed.columns),
            format!("alternative {variant} “{text}” suits {} columns better", placed.columns),
        );
        let field = format!("articles[{article}].alternatives[{}]", variant - 1);
        let place = FindingPlace::of_field(field).in_article(&ready.id).on_page(rect);
        notes.push(Finding::new(FindingCode::RewordedHeadline, place, words));
    }
    if !meets_head_request(ready.head_request, placed.head_position) {
        let words = Bilingual::new(
            format!("“{}”的标题不在所要求的位置", ready.id),
            format!("the head of “{}” does not stand where it is asked for", ready.id),
        );
        let field = ready
            .article_index()
            .map_or_else(String::new, |at| format!("articles[{at}].headPosition"));
        let place = FindingPlace::of_field(field).in_article(&ready.id).on_page(rect);
        notes.push(Finding::new(FindingCode::HeadElsewhere, place, words));
    }
    let in_copy = ready.pictures.iter().filter(|picture| picture.is_in_body).map(|p| (p, 1));
    let shots = placed
        .picture_blocks
        .iter()
        .map(|shot| (&ready.pictures[shot.block.picture], shot.block.columns));
    for (picture, columns) in shots.chain(in_copy) {
        let Some(wish) = picture.requested_columns.filter(|wish| *wish > columns) else { continue };
        let words = Bilingual::new(
            format!("图片“{}”要 {wish} 栏，只排了 {columns} 栏", picture.id),
            format!("the picture “{}” is {columns} columns wide, not {wish}", picture.id),
        );
        let place =
            FindingPlace::of_field(picture.field.as_str()).in_article(&ready.id).on_page(rect);
        notes.push(Finding::new(FindingCode::NarrowedPicture, place, words));
    }
}

pub(crate) fn tell(
    notes: &mut Vec<Finding>,
    fit: &ArticleFit,
    placed: &PlacedModule,
    at: LockSubject,
) {
    let LockSubject::Article(article) = at else { return };
    let place = FindingPlace::of_field(format!("articles[{article}].body")).in_article(&fit.id);
    if fit.over_lines > 0 {
        let words = Bilingual::new(
            format!("溢文 {} 行 {} 字，从“{}”起", fit.over_lines, fit.over_chars, fit.over_opening),
            format!(
                "{} lines, {} characters over, from “{}” on",
                fit.over_lines, fit.over_chars, fit.over_opening
            ),
        );
        notes.push(Finding::new(FindingCode::Overset, place, words).with_rule("R86"));
        return;
    }
    // A foot one row short is one last line; a column that ends far above is copy that is missing.
    let most = placed.poured.short_rows().max().unwrap_or(0);
    let worst = most - placed.poured.level_short_rows();
    if fit.under_lines > placed.columns && (most > 1 || placed.white_rows_below > 0) {
        let lines = fit.under_lines;
        let words = Bilingual::new(
            format!("缺文 {lines} 行"),
            format!("{lines} lines short of its module"),
        );
        notes.push(Finding::new(FindingCode::Underset, place, words).with_rule("R87"));
    } else if fit.under_lines > 0 && worst > 1 {
        let words = Bilingual::new(
            format!("栏脚不齐，最多差 {worst} 行"),
            format!("the feet of the columns differ by up to {worst} lines"),
        );
        notes.push(Finding::new(FindingCode::UnevenFeet, place, words).with_rule("R51"));
    }
}

/// The lines of a body, white rows apart.
pub(crate) fn count_lines(body: &ComposedBody) -> usize {
    body.rows.iter().filter(|row| !row.line.units.is_empty()).count()
}

/// Counts what is wrong with the lines of a body, and tells what has to be looked at.
pub(crate) fn look_at_lines(
    made: &mut MadeUpPage,
    drawing: &DrawContext<'_>,
    placed: &PlacedModule,
    ready: &ShapedItem,
    body: &ComposedBody,
) {
    let limit = drawing.task.style.limits.gap_milli;
    let measure = Em::zi(placed.inner_columns.chars);
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let Some(text) = text_of_row(ready, row) else { continue };
        let article = &ready.member_of_block(row.source.0).id;
        let quality = &mut made.line_quality;
        quality.line_count += 1;
        let line = &row.line;
        let gap = line.justification.even_gap();
        let chars = line.text_range(&text.paragraph);
        if gap > quality.worst_gap {
            quality.worst_gap = gap;
            article.clone_into(&mut quality.worst_article);
            text.paragraph.text()[chars.clone()].clone_into(&mut quality.worst_text);
        }
        // Lines that are not filled, and heads, have their own rules.
        let filled =
            matches!(&ready.body[row.source.0], ShapedBlock::Paragraph(_) | ShapedBlock::Aside(_));
        let place = || {
            let points = |at: usize| {
                let own = &text.paragraph.text()[text.prefix_bytes.min(at)..at];
                u32::try_from(own.chars().count()).unwrap_or(u32::MAX)
            };
            let range = points(chars.start)..points(chars.end);
            FindingPlace::of_field(&*text.field).in_article(article).at_range(range)
        };
        for fault in line_faults(&text.paragraph, line, measure) {
            if !filled && fault.rule == "R43" {
                continue;
            }
            quality.findings_by_rule.entry(fault.rule).or_default()[usize::from(fault.is_error)] +=
                1;
            if line.lifted_prohibition.is_some() && fault.rule != "R37" && fault.rule != "R43" {
                made.findings.push(relaxed(place(), fault.rule));
            } else if fault.rule == "R43" && fault.is_error {
                let words = Bilingual::new("末行只有一个字", "the last line has one character");
                made.findings
                    .push(Finding::new(FindingCode::Runt, place(), words).with_rule("R43"));
            }
        }
        if gap.to_milli() > limit || line.justification.remainder > Em::ZERO {
            made.findings.push(wide(place(), line, limit));
        }
    }
}

fn relaxed(place: FindingPlace, rule: &'static str) -> Finding {
    let words = Bilingual::new(
        "此处无法遵守避头尾或不可分规则",
        "no line break here keeps the prohibitions",
    );
    Finding::new(FindingCode::RelaxedBreak, place, words).with_rule(rule)
}

fn wide(place: FindingPlace, line: &TextLine, limit: i64) -> Finding {
    let rest = line.justification.remainder.to_milli();
    let words = if rest > 0 {
        Bilingual::new(
            format!("此行无处可伸，短 {rest}‰ 字"),
            format!("no gap to stretch: the line is {rest}/1000 em short"),
        )
    } else {
        let milli = line.justification.even_gap().to_milli();
        Bilingual::new(
            format!("字距 {milli}‰ 字，超过上限 {limit}‰"),
            format!("gaps of {milli}/1000 em, over the limit of {limit}/1000"),
        )
    };
    Finding::new(FindingCode::WideGap, place, words).with_rule("R37")
}
