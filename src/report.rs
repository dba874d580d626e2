//! What a caller is told: the page's values as messages of `banmian.v1`.

use crate::diag::{Diagnostic, Severity, Words};
use crate::fit::Ready;
use crate::makeup::{Charge, Fit, FurnitureKind, Kind, Made, Position, Quality};
use crate::model::{Block, HouseStyle, PageCopy, Step, Subject};
use crate::page::layout_hash;
use crate::proto;
use crate::unit::{Abs, Rect};

/// Name and version of the program, as artifacts and reports give it.
pub const VERSION: &str = concat!("Banmian ", env!("CARGO_PKG_VERSION"));

fn small(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

fn size(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A text in both languages.
pub fn words(words: &Words) -> proto::LocalizedText {
    proto::LocalizedText { zh: words.zh.clone(), en: words.en.clone() }
}

/// A rectangle in points.
pub fn rect(rect: &Rect) -> proto::Rect {
    let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(Abs::to_pt);
    proto::Rect { x, y, width, height }
}

/// A finding.
pub fn diagnostic(finding: &Diagnostic) -> proto::Diagnostic {
    proto::Diagnostic {
        code: finding.code.id().to_owned(),
        severity: severity(finding.severity).into(),
        field: finding.place.field.clone(),
        article_id: finding.place.article.clone(),
        range: finding
            .place
            .range
            .as_ref()
            .map(|range| proto::CharRange { start: range.start, end: range.end }),
        before: finding.before.clone(),
        after: finding.after.clone(),
        message: Some(words(&finding.message)),
        remedy: Some(words(&finding.code.remedy())),
        rule: finding.rule.to_owned(),
        rect: finding.place.rect.as_ref().map(rect),
        source_line: finding.place.source_line,
    }
}

fn severity(severity: Severity) -> proto::Severity {
    match severity {
        Severity::Info => proto::Severity::Info,
        Severity::Warning => proto::Severity::Warning,
        Severity::Error => proto::Severity::Error,
    }
}

/// The grid of a step.
pub fn grid(style: &HouseStyle, step: &Step) -> proto::Grid {
    proto::Grid {
        columns: small(step.columns),
        chars_per_column: small(step.chars),
        gutter_pt: step.gutter.to_pt(),
        body_pt: step.body.to_pt(),
        pitch_pt: step.pitch.to_pt(),
        rows: small(step.rows),
        first_baseline_pt: (style.type_area.y + step.body.scale(880, 1000)).to_pt(),
    }
}

/// The geometry of a page.
pub fn geometry(
    made: &Made,
    copy: &PageCopy,
    style: &HouseStyle,
    hash: &str,
) -> proto::PageGeometry {
    let (width, height) = style.trim;
    let area = made.rows;
    let white = made.white_rows.min(area);
    let findings = made.notes.iter().filter(|note| note.severity > Severity::Info);
    proto::PageGeometry {
        width_pt: width.to_pt(),
        height_pt: height.to_pt(),
        type_area: Some(rect(&style.type_area)),
        grid: Some(grid(style, &made.step)),
        layout_hash: hash.to_owned(),
        utilisation: if area == 0 { 0.0 } else { (area - white) as f64 / area as f64 },
        white_rows: small(white),
        modules: made.modules.iter().map(|module| self::module(module, style)).collect(),
        furniture: made
            .furniture
            .iter()
            .map(|piece| proto::Furniture {
                kind: furniture(piece.kind).into(),
                rect: Some(rect(&piece.rect)),
                text: piece.text.clone(),
                id: piece.id.clone(),
            })
            .collect(),
        fit: made.fits.iter().map(article_fit).collect(),
        findings: findings.map(finding).collect(),
        advice: Some(advice(made)),
        house_style: style.name.clone(),
        density_step: made.step.name.clone(),
        date: copy.date.map(|date| date.to_string()).unwrap_or_default(),
        number: copy.number.text.clone(),
        section: copy.section.text.clone(),
    }
}

fn module(module: &crate::makeup::Module, style: &HouseStyle) -> proto::Module {
    let [column, row, columns, rows] = module.placement.map(small);
    let (width, height) = style.trim;
    let share = |length: Abs, whole: Abs| {
        (length.units() as f64 / whole.units() as f64 * 10_000.0).round() / 10_000.0
    };
    let corner = |x: Abs, y: Abs| proto::Point { x: share(x, width), y: share(y, height) };
    let zone = |r: &Rect| proto::Zone {
        points: vec![
            corner(r.x, r.y),
            corner(r.right(), r.y),
            corner(r.right(), r.bottom()),
            corner(r.x, r.bottom()),
        ],
    };
    let (article_id, picture_id) = match module.subject {
        Subject::Article(_) => (module.id.clone(), String::new()),
        Subject::Picture(_) => (String::new(), module.id.clone()),
    };
    proto::Module {
        article_id,
        rect: Some(rect(&module.rect)),
        columns,
        headline_rect: module.head.as_ref().map(rect),
        body_rects: module.body.iter().map(rect).collect(),
        picture_rects: module.pictures.iter().map(|(_, place)| rect(place)).collect(),
        headline_size_pt: module.headline_size.to_pt(),
        zone: module.zones.iter().map(zone).collect(),
        placement: Some(proto::Placement {
            column: Some(column),
            row: Some(row),
            columns: Some(columns),
            rows: Some(rows),
        }),
        picture_id,
        picture_ids: module.pictures.iter().map(|(id, _)| id.clone()).collect(),
        head_position: position(module.position).into(),
        headline_variant: size(module.variant),
    }
}

fn position(position: Position) -> proto::HeadPosition {
    match position {
        Position::Above => proto::HeadPosition::Above,
        Position::Left(_) => proto::HeadPosition::Left,
        Position::Centre(..) => proto::HeadPosition::Centred,
        Position::Upright(_) => proto::HeadPosition::Vertical,
    }
}

fn furniture(kind: FurnitureKind) -> proto::FurnitureKind {
    match kind {
        FurnitureKind::PageHead => proto::FurnitureKind::PageHead,
        FurnitureKind::StaffLine => proto::FurnitureKind::StaffLine,
        FurnitureKind::Banner => proto::FurnitureKind::Banner,
        FurnitureKind::Rule => proto::FurnitureKind::Rule,
        FurnitureKind::ColumnRule => proto::FurnitureKind::ColumnRule,
        FurnitureKind::GroupHead => proto::FurnitureKind::GroupHead,
        FurnitureKind::Reserved => proto::FurnitureKind::Reserved,
    }
}

fn finding(note: &Diagnostic) -> proto::Finding {
    let article = Some(note.place.article.clone()).filter(|id| !id.is_empty());
    let between = note.place.between.iter().cloned();
    let ids: Vec<String> =
        if between.len() == 0 { article.into_iter().collect() } else { between.collect() };
    proto::Finding {
        code: note.code.id().to_owned(),
        severity: severity(note.severity).into(),
        article_ids: ids,
        rect: note.place.rect.as_ref().map(rect),
        message: Some(words(&note.message)),
        remedy: Some(words(&note.code.remedy())),
        rule: note.rule.to_owned(),
    }
}

/// What reading a finished PDF back gave.
#[cfg(feature = "pdf")]
pub fn preflight(
    checked: &crate::preflight::Preflight,
    file_name: &str,
    profile: Option<crate::model::PressProfile>,
) -> proto::Preflight {
    let finding = |finding: &crate::preflight::Finding| proto::Finding {
        code: finding.check.id(),
        severity: severity(finding.severity).into(),
        article_ids: Vec::new(),
        rect: finding.rect.as_ref().map(rect),
        message: Some(words(&placed(finding))),
        remedy: Some(words(&finding.check.remedy())).filter(|remedy| !remedy.zh.is_empty()),
        rule: finding.check.rule().to_owned(),
    };
    proto::Preflight {
        file_name: file_name.to_owned(),
        pdf_profile: profile.map_or("", crate::model::PressProfile::name).to_owned(),
        passed: checked.passed(),
        findings: checked.findings.iter().map(finding).collect(),
    }
}

/// What a finding is, with its page and object.
#[cfg(feature = "pdf")]
fn placed(finding: &crate::preflight::Finding) -> Words {
    let (mut zh, mut en) = (String::new(), String::new());
    if finding.page > 0 {
        zh += &format!("第 {} 页 ", finding.page);
        en += &format!("page {} ", finding.page);
    }
    if !finding.object.is_empty() {
        zh += &format!("{} ", finding.object);
        en += &format!("{} ", finding.object);
    }
    let part = |place: &str, colon: &str, text: &str| {
        if place.is_empty() {
            text.to_owned()
        } else {
            format!("{}{colon}{text}", place.trim_end())
        }
    };
    Words::new(part(&zh, "：", &finding.message.zh), part(&en, ": ", &finding.message.en))
}

/// How one article fits.
fn article_fit(fit: &Fit) -> proto::ArticleFit {
    let capacity = fit.capacity_lines * fit.chars;
    let under = fit.under_lines * fit.chars;
    let advice = if fit.left {
        let chars = fit.over_chars;
        Words::new(
            format!("未上版，全文 {chars} 字在附页"),
            format!("left off the page, all {chars} characters are in the appendix"),
        )
    } else if fit.over_chars > 0 {
        Words::new(
            format!("删 {} 字（{} 行）即可排下", fit.over_chars, fit.over_lines),
            format!("cut {} characters ({} lines) and it fits", fit.over_chars, fit.over_lines),
        )
    } else if fit.under_lines > 0 {
        Words::new(
            format!("还可加 {under} 字（{} 行）", fit.under_lines),
            format!("room for {under} more characters ({} lines)", fit.under_lines),
        )
    } else {
        Words::new("正好", "it fits")
    };
    proto::ArticleFit {
        article_id: fit.id.clone(),
        capacity_lines: small(fit.capacity_lines),
        set_lines: small(fit.set_lines),
        over_lines: small(fit.over_lines),
        over_chars: size(fit.over_chars),
        under_lines: small(fit.under_lines),
        first_over_text: fit.first_over.clone(),
        advice: Some(words(&advice)),
        capacity_chars: small(capacity),
        set_chars: size(fit.set_chars),
        under_chars: small(under),
        air_rows: i32::try_from(fit.air_rows).unwrap_or(0),
    }
}

fn advice(made: &Made) -> proto::LocalizedText {
    let over: usize = made.fits.iter().map(|fit| fit.over_chars).sum();
    let under = made.white_rows * made.step.chars;
    words(&if over > 0 {
        Words::new(format!("全版须删 {over} 字"), format!("cut {over} characters on the page"))
    } else if made.white_rows > made.step.columns {
        Words::new(
            format!("全版还可加约 {under} 字"),
            format!("the page has room for about {under} more characters"),
        )
    } else {
        Words::new("全版正好", "the page is full")
    })
}

fn quality(quality: &Quality) -> proto::LineQuality {
    let rules = quality.rules.iter().map(|(rule, [warnings, errors])| proto::RuleCount {
        rule: (*rule).to_owned(),
        errors: size(*errors),
        warnings: size(*warnings),
    });
    proto::LineQuality {
        lines: size(quality.lines),
        worst_gap_em: quality.worst_gap.to_milli() as f64 / 1000.0,
        worst_gap_article_id: quality.worst_article.clone(),
        worst_gap_text: quality.worst_text.clone(),
        rules: rules.collect(),
    }
}

/// What a layout is charged with, dearest first.
pub fn costs(made: &Made, ready: &[Ready], style: &HouseStyle) -> Vec<proto::PlanCost> {
    let mut charges: Vec<&Charge> = made.charges.iter().collect();
    charges.sort_by_key(|charge| std::cmp::Reverse(charge.cost));
    let cost = |charge: &Charge| proto::PlanCost {
        name: charge.kind.name().to_owned(),
        cost: charge.cost as f64,
        weight: 1.0,
        amount: charge.cost as f64,
        message: Some(words(&charge.words(ready))),
        article_ids: charge
            .items
            .iter()
            .filter_map(|at| ready.get(*at))
            .flat_map(|item| item.members.iter().map(|member| member.id.clone()))
            .collect(),
        rect: crate::makeup::grid_rect(style, &made.step, charge.place).as_ref().map(rect),
    };
    charges.into_iter().map(cost).collect()
}

/// Why a layout stands where it does: what it is charged with beyond the best, or what the best costs.
pub fn reason(made: &Made, best: Option<&Made>, ready: &[Ready]) -> proto::LocalizedText {
    let more = made.cost - best.map_or(made.cost, |best| best.cost);
    let dearest = made.charges.iter().filter(|charge| charge.kind != Kind::Own);
    let dearest = dearest.max_by_key(|charge| charge.cost).map(|charge| charge.words(ready));
    let (zh, en) = dearest.map_or_else(Default::default, |words| (words.zh, words.en));
    words(&match (more, zh.is_empty()) {
        (0, true) => Words::new("代价最小", "the cheapest"),
        (0, false) => {
            Words::new(format!("代价最小；最大一项：{zh}"), format!("the cheapest; most for: {en}"))
        }
        (_, true) => Words::new(format!("比首选多 {more}"), format!("{more} more than the best")),
        (_, false) => Words::new(
            format!("比首选多 {more}；最大一项：{zh}"),
            format!("{more} more than the best; most for: {en}"),
        ),
    })
}

/// The report of a page.
pub fn report(
    made: &Made,
    copy: &PageCopy,
    record: &proto::PageRecord,
    style: &HouseStyle,
    notes: &[Diagnostic],
    most: usize,
) -> proto::RenderReport {
    let hash = layout_hash(&made.pages);
    let articles = copy
        .articles
        .iter()
        .zip(&record.articles)
        .map(|(article, record)| {
            let crossheads =
                article.body.iter().filter(|b| matches!(b, Block::Crosshead(_))).count();
            let paragraphs =
                article.body.iter().filter(|b| matches!(b, Block::Paragraph(_))).count();
            proto::ArticleReport {
                article_id: article.id.clone(),
                headline: article.headline.text.clone(),
                characters: size(article.count()),
                paragraphs: size(paragraphs),
                crossheads: size(crossheads),
                pictures: size(article.pictures.len()),
                authors: record.bylines.iter().map(|byline| byline.name.clone()).collect(),
            }
        })
        .collect();
    let set: usize = made
        .fits
        .iter()
        .zip(&copy.articles)
        .filter(|(fit, _)| !fit.left)
        .map(|(fit, article)| fit.set_chars + article.head_count())
        .sum();
    let mut all: Vec<&Diagnostic> = notes.iter().chain(&made.notes).collect();
    // In reading order, unless there are too many: then what matters most is kept.
    if all.len() > most {
        all.sort_by_key(|note| std::cmp::Reverse(note.severity));
    }
    let mut diagnostics: Vec<proto::Diagnostic> =
        all.iter().take(most).map(|n| diagnostic(n)).collect();
    if all.len() > most {
        let more = all.len() - most;
        let message = Words::new(format!("另有 {more} 条"), format!("and {more} more"));
        let more = Diagnostic::new(crate::diag::Code::More, crate::diag::Place::default(), message);
        diagnostics.push(diagnostic(&more));
    }
    proto::RenderReport {
        articles,
        characters: size(set),
        geometry: Some(geometry(made, copy, style, &hash)),
        diagnostics,
        layout_hash: hash,
        house_style: style.name.clone(),
        density_step: made.step.name.clone(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        line_quality: Some(quality(&made.quality)),
        stage_times: Vec::new(),
        record_sha256: String::new(),
        preflight: Vec::new(),
        continuations: Vec::new(),
    }
}
