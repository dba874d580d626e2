//! What is told of a page: how each article fits, what is wrong with its lines.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::{Composed, Member, Part, Ready, ReadyBlock, Row, RowKind};
use crate::line::{Line, faults};
use crate::makeup::judge::{Charge, Kind};
use crate::makeup::leaf::Position;
use crate::makeup::pen::{Drawing, text_of};
use crate::makeup::pins::names;
use crate::makeup::settle::Placed;
use crate::makeup::{Fit, Made};
use crate::model::{Article, Block, HeadWish, Subject, count};
use crate::unit::Em;

/// So many of the first 字 that found no room are told.
const FIRST_OVER: usize = 20;

/// The 字 of rows of one text; a pull quote repeats some and has none of its own.
fn zi(ready: &Ready, rows: &[Row]) -> usize {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return 0 };
    let Some(text) = text_of(ready, first).filter(|_| first.kind != RowKind::Quote) else {
        return 0;
    };
    let all = text.line.text();
    let range = first.line.range(&text.line).start..last.line.range(&text.line).end;
    // Most texts are set whole, and by more than one layout.
    if range == (0..all.len()) { text.count() } else { count(&all[range]) }
}

/// What fits and what does not, member by member.
pub(crate) fn fits(placed: &Placed, ready: &Ready, body: &Composed) -> Vec<(Subject, Fit)> {
    let over =
        body.pieces.get(placed.poured.over).map_or(body.rows.len(), |piece| piece.rows.start);
    let text = |rows: &mut dyn Iterator<Item = &Row>| -> String {
        let text = |row: &Row| {
            let text = &text_of(ready, row)?.line;
            Some(text.text()[row.line.range(text)].to_owned())
        };
        // A pull quote repeats copy.
        rows.filter(|row| row.kind != RowKind::Quote).filter_map(text).collect()
    };
    let last = ready.members.len() - 1;
    let below = placed.white_below * placed.columns;
    let under = placed.poured.white() + below;
    let air = placed.head_rows - placed.head.rows
        + placed.poured.columns.iter().map(|column| column.air).sum::<i64>();
    let one = |(k, member): (usize, &Member)| {
        let own = |row: &&Row| member.blocks.contains(&row.block.0);
        let set_lines = body.rows[..over].iter().filter(own).count() as i64;
        let over_lines = body.rows[over..].iter().filter(own).count() as i64;
        let zi_of = |rows: &[Row]| {
            let texts = rows.chunk_by(|a, b| a.block == b.block);
            texts.filter(|rows| own(&&rows[0])).map(|rows| zi(ready, rows)).sum()
        };
        let first_over = text(&mut body.rows[over..].iter().filter(own).take(FIRST_OVER));
        let under = if k == last { under } else { 0 };
        let fit = Fit {
            id: member.id.clone(),
            // Members of a group share its columns; each is told what it has.
            capacity_lines: if last == 0 { placed.room() + below } else { set_lines + under },
            set_lines,
            over_lines,
            over_chars: zi_of(&body.rows[over..]),
            under_lines: under,
            first_over: first_over.chars().take(FIRST_OVER).collect(),
            set_chars: zi_of(&body.rows[..over]),
            air_rows: if k == 0 { air } else { 0 },
            chars: placed.strip.chars,
            left: false,
        };
        (member.subject, fit)
    };
    ready.members.iter().enumerate().map(one).collect()
}

/// How the members of an item fit that is left off the page: all of each is over.
pub(crate) fn left_off(drawing: &Drawing<'_>, item: usize) -> Vec<(Subject, Fit)> {
    let task = drawing.task;
    let bodies = &drawing.bodies[item];
    let body = bodies.over(1).best();
    let one = |member: &Member| {
        let own = |row: &&Row| member.blocks.contains(&row.block.0);
        let article = match member.subject {
            Subject::Article(at) => task.copy.articles.get(at),
            Subject::Picture(_) => None,
        };
        let texts = article.into_iter().flat_map(|article| {
            [&article.headline].into_iter().chain(article.body.iter().flat_map(Block::texts))
        });
        let chars = texts.flat_map(|text| text.text.chars()).filter(|c| !c.is_control());
        let fit = Fit {
            id: member.id.clone(),
            // An article of pictures alone has no line, and is over all the same.
            over_lines: (body.rows.iter().filter(own).count() as i64).max(1),
            over_chars: article.map_or(0, Article::count),
            first_over: chars.take(20).collect(),
            chars: bodies.strip(1).chars,
            left: true,
            ..Fit::default()
        };
        (member.subject, fit)
    };
    task.ready[item].members.iter().map(one).collect()
}

/// That an article or a lone picture is left off the page, and why.
pub(crate) fn tell_left(
    drawing: &Drawing<'_>,
    ready: &Ready,
    at: Subject,
    fit: &Fit,
) -> Diagnostic {
    let (zh, en) = if drawing.pins.is_empty() {
        (
            "较重的稿件之外已排不下它的标题和图片".to_owned(),
            "beside the more important articles there is no room for its headline and pictures"
                .to_owned(),
        )
    } else {
        let names = names(drawing.pins);
        (
            format!("锁定和预留（{names}）及较重的稿件没有给它留下版面"),
            format!(
                "what is pinned ({names}) and the more important articles leave no room for it"
            ),
        )
    };
    let (id, chars) = (&fit.id, fit.over_chars);
    let (field, words) = match at {
        Subject::Article(article) => (
            format!("articles[{article}]"),
            Words::new(
                format!("“{id}”未上版，全文 {chars} 字排在附页：{zh}"),
                format!("“{id}” is left off, its {chars} characters go to the appendix: {en}"),
            ),
        ),
        Subject::Picture(_) => (
            ready.pictures.first().map_or_else(String::new, |picture| picture.field.clone()),
            Words::new(
                format!("图片“{id}”未上版，排在附页：{zh}"),
                format!("the picture “{id}” is left off and goes to the appendix: {en}"),
            ),
        ),
    };
    let place = Place::field(field).in_article(id);
    Diagnostic::new(Code::LeftOff, place, words).rule("R86")
}

/// What is told of the page as a whole: heads that bump, cuts that go through, each where it is.
pub(crate) fn look_at_page(made: &mut Made, charges: &[Charge], drawing: &Drawing<'_>) {
    let ready = drawing.task.ready;
    for charge in charges {
        let code = match charge.kind {
            Kind::Bump => Code::Bump,
            Kind::MiddleCut => Code::MiddleCut,
            Kind::Adjacent => Code::Adjacent,
            Kind::Grade => Code::Grade,
            Kind::Through => Code::Through,
            Kind::CrossheadsBeside => Code::CrossheadsBeside,
            Kind::ShortColumn => Code::ShortColumn,
            Kind::UnderHead => Code::UnderHead,
            Kind::White => Code::White,
            Kind::SizeOrder if charge.items.len() > 1 => Code::SizeOrder,
            // These are told article by article, or are no fault.
            Kind::SizeOrder
            | Kind::HeadsBeside
            | Kind::Across
            | Kind::Air
            | Kind::Moved
            | Kind::Feet
            | Kind::Over
            | Kind::Left
            | Kind::Own => {
                continue;
            }
        };
        let items: Vec<&Ready> = charge.items.iter().filter_map(|at| ready.get(*at)).collect();
        let first = items.first().and_then(|item| Some((item, item.article()?)));
        let place = first.map_or_else(Place::default, |(item, at)| {
            Place::field(format!("articles[{at}]")).in_article(&item.members[0].id)
        });
        let ids = items.iter().flat_map(|item| &item.members).map(|member| member.id.clone());
        let place = place.between(ids.collect()).on_page(drawing.rect(charge.place));
        let words = charge.words(ready);
        made.notes.push(Diagnostic::new(code, place, words).rule(charge.kind.rule()));
    }
}

/// What the make-up chose or could not do in one module.
pub(crate) fn look_at_module(
    notes: &mut Vec<Diagnostic>,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
) {
    let whole = [placed.column, placed.row, placed.columns, placed.rows];
    let rect = drawing.rect(whole);
    if let (Some(article), variant @ 1..) = (ready.article(), placed.head.wording.variant) {
        let text = placed.head.text(Part::Headline, ready);
        let text = text.map_or("", |text| text.line.text());
        let words = Words::new(
            format!("用备选标题 {variant}“{text}”：在 {} 栏中更合适", placed.columns),
            format!("alternative {variant} “{text}” suits {} columns better", placed.columns),
        );
        let field = format!("articles[{article}].alternatives[{}]", variant - 1);
        let place = Place::field(field).in_article(&ready.id).on_page(rect);
        notes.push(Diagnostic::new(Code::Reworded, place, words));
    }
    if !has_its_place(ready.head, placed.position) {
        let words = Words::new(
            format!("“{}”的标题不在所要求的位置", ready.id),
            format!("the head of “{}” does not stand where it is asked for", ready.id),
        );
        let field =
            ready.article().map_or_else(String::new, |at| format!("articles[{at}].headPosition"));
        let place = Place::field(field).in_article(&ready.id).on_page(rect);
        notes.push(Diagnostic::new(Code::HeadElsewhere, place, words));
    }
    let in_copy = ready.pictures.iter().filter(|picture| picture.in_copy).map(|p| (p, 1));
    let shots =
        placed.shots.iter().map(|shot| (&ready.pictures[shot.shot.picture], shot.shot.columns));
    for (picture, columns) in shots.chain(in_copy) {
        let Some(wish) = picture.columns.filter(|wish| *wish > columns) else { continue };
        let words = Words::new(
            format!("图片“{}”要 {wish} 栏，只排了 {columns} 栏", picture.id),
            format!("the picture “{}” is {columns} columns wide, not {wish}", picture.id),
        );
        let place = Place::field(picture.field.as_str()).in_article(&ready.id).on_page(rect);
        notes.push(Diagnostic::new(Code::Narrowed, place, words));
    }
}

/// Whether a head stands where it is asked for.
pub(crate) fn has_its_place(wish: HeadWish, position: Position) -> bool {
    match wish {
        HeadWish::Any => true,
        HeadWish::Above => position == Position::Above,
        HeadWish::Left => matches!(position, Position::Left(_)),
        HeadWish::Centred => matches!(position, Position::Centre(..)),
        HeadWish::Vertical => matches!(position, Position::Upright(_)),
    }
}

pub(crate) fn tell(notes: &mut Vec<Diagnostic>, fit: &Fit, placed: &Placed, at: Subject) {
    let Subject::Article(article) = at else { return };
    let place = Place::field(format!("articles[{article}].body")).in_article(&fit.id);
    if fit.over_lines > 0 {
        let words = Words::new(
            format!("溢文 {} 行 {} 字，从“{}”起", fit.over_lines, fit.over_chars, fit.first_over),
            format!(
                "{} lines, {} characters over, from “{}” on",
                fit.over_lines, fit.over_chars, fit.first_over
            ),
        );
        notes.push(Diagnostic::new(Code::Overset, place, words).rule("R86"));
        return;
    }
    // A foot one row short is one last line; a column that ends far above is copy that is missing.
    let most = placed.poured.short().max().unwrap_or(0);
    let worst = most - placed.poured.level();
    if fit.under_lines > placed.columns && (most > 1 || placed.white_below > 0) {
        let lines = fit.under_lines;
        let words =
            Words::new(format!("缺文 {lines} 行"), format!("{lines} lines short of its module"));
        notes.push(Diagnostic::new(Code::Underset, place, words).rule("R87"));
    } else if fit.under_lines > 0 && worst > 1 {
        let words = Words::new(
            format!("栏脚不齐，最多差 {worst} 行"),
            format!("the feet of the columns differ by up to {worst} lines"),
        );
        notes.push(Diagnostic::new(Code::UnevenFeet, place, words).rule("R51"));
    }
}

/// The lines of a body, white rows apart.
pub(crate) fn count_lines(body: &Composed) -> usize {
    body.rows.iter().filter(|row| !row.line.units.is_empty()).count()
}

/// Counts what is wrong with the lines of a body, and tells what has to be looked at.
pub(crate) fn look_at_lines(
    made: &mut Made,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
    body: &Composed,
) {
    let limit = drawing.task.style.limits.gap_milli;
    let measure = Em::zi(placed.strip.chars);
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let Some(text) = text_of(ready, row) else { continue };
        let article = &ready.member_of(row.block.0).id;
        let quality = &mut made.quality;
        quality.lines += 1;
        let line = &row.line;
        let gap = line.fill.gap();
        let chars = line.range(&text.line);
        if gap > quality.worst_gap {
            quality.worst_gap = gap;
            article.clone_into(&mut quality.worst_article);
            text.line.text()[chars.clone()].clone_into(&mut quality.worst_text);
        }
        // Lines that are not filled, and heads, have their own rules.
        let filled =
            matches!(&ready.body[row.block.0], ReadyBlock::Paragraph(_) | ReadyBlock::Aside(_));
        let place = || {
            let points = |at: usize| {
                let own = &text.line.text()[text.prefix.min(at)..at];
                u32::try_from(own.chars().count()).unwrap_or(u32::MAX)
            };
            let range = points(chars.start)..points(chars.end);
            Place::field(&*text.field).in_article(article).at(range)
        };
        for fault in faults(&text.line, line, measure) {
            if !filled && fault.rule == "R43" {
                continue;
            }
            quality.rules.entry(fault.rule).or_default()[usize::from(fault.error)] += 1;
            if line.relaxed.is_some() && fault.rule != "R37" && fault.rule != "R43" {
                made.notes.push(relaxed(place(), fault.rule));
            } else if fault.rule == "R43" && fault.error {
                let words = Words::new("末行只有一个字", "the last line has one character");
                made.notes.push(Diagnostic::new(Code::Lonely, place(), words).rule("R43"));
            }
        }
        if gap.to_milli() > limit || line.fill.rest > Em::ZERO {
            made.notes.push(wide(place(), line, limit));
        }
    }
}

fn relaxed(place: Place, rule: &'static str) -> Diagnostic {
    let words =
        Words::new("此处无法遵守避头尾或不可分规则", "no line break here keeps the prohibitions");
    Diagnostic::new(Code::Relaxed, place, words).rule(rule)
}

fn wide(place: Place, line: &Line, limit: i64) -> Diagnostic {
    let rest = line.fill.rest.to_milli();
    let words = if rest > 0 {
        Words::new(
            format!("此行无处可伸，短 {rest}‰ 字"),
            format!("no gap to stretch: the line is {rest}/1000 em short"),
        )
    } else {
        let milli = line.fill.gap().to_milli();
        Words::new(
            format!("字距 {milli}‰ 字，超过上限 {limit}‰"),
            format!("gaps of {milli}/1000 em, over the limit of {limit}/1000"),
        )
    };
    Diagnostic::new(Code::WideGap, place, words).rule("R37")
}
