//! What a caller is told: the page's values as messages of `banmian.v1`.

use crate::finding::{Bilingual, Finding, Severity};
use crate::fit::ShapedItem;
use crate::makeup::{
    ArticleFit, FurnitureKind, HeadPosition, LayoutCharge, LayoutFault, LineQuality, MadeUpPage,
};
use crate::model::{BodyBlock, DensityStep, HouseStyle, LockSubject, PageCopy};
use crate::page::layout_hash;
use crate::proto;
use crate::unit::{Abs, Rect};

/// Name and version of the program, as artifacts and reports give it.
pub const VERSION: &str = concat!("Banmian ", env!("CARGO_PKG_VERSION"));

fn to_u32(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

fn count_to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A text in both languages.
pub fn localized(words: &Bilingual) -> proto::LocalizedText {
    proto::LocalizedText { zh: words.zh.clone(), en: words.en.clone() }
}

/// A rectangle in points.
pub fn rect(rect: &Rect) -> proto::Rect {
    let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(Abs::to_pt);
    proto::Rect { x, y, width, height }
}

/// Returns a finding as its message.
pub fn finding(finding: &Finding) -> proto::Finding {
    let place = &finding.place;
    // The article that it is reported at comes first.
    let others = place.between.iter().filter(|id| **id != place.article);
    let ids = std::iter::once(&place.article).filter(|id| !id.is_empty()).chain(others);
    let article_ids = ids.cloned().collect();
    let range = place.range.as_ref();
    proto::Finding {
        code: finding.code.id().to_owned(),
        severity: severity(finding.severity).into(),
        field: place.field.clone(),
        article_ids,
        range: range.map(|range| proto::CharRange { start: range.start, end: range.end }),
        before: finding.before.clone(),
        after: finding.after.clone(),
        message: Some(localized(&finding.message)),
        remedy: Some(localized(&finding.code.remedy())),
        rule: finding.rule.to_owned(),
        rect: place.rect.as_ref().map(rect),
        source_line: place.source_line,
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
pub fn grid(style: &HouseStyle, step: &DensityStep) -> proto::Grid {
    proto::Grid {
        columns: to_u32(step.columns),
        chars_per_column: to_u32(step.chars),
        gutter_pt: step.gutter.to_pt(),
        body_pt: step.body.to_pt(),
        pitch_pt: step.pitch.to_pt(),
        rows: to_u32(step.rows),
        first_baseline_pt: (style.type_area.y + step.body.scale(880, 1000)).to_pt(),
    }
}

/// The geometry of a page.
pub fn geometry(
    made: &MadeUpPage,
    copy: &PageCopy,
    style: &HouseStyle,
    hash: &str,
) -> proto::PageGeometry {
    let (width, height) = style.trim;
    let area = made.article_cells;
    let white = made.white_cells.min(area);
    let findings = made.findings.iter().filter(|note| note.severity > Severity::Info);
    proto::PageGeometry {
        width_pt: width.to_pt(),
        height_pt: height.to_pt(),
        type_area: Some(rect(&style.type_area)),
        grid: Some(grid(style, &made.step)),
        layout_hash: hash.to_owned(),
        utilisation: if area == 0 { 0.0 } else { (area - white) as f64 / area as f64 },
        white_rows: to_u32(white),
        modules: made.modules.iter().map(|module| self::module(module, style)).collect(),
        furniture: made
            .furniture
            .iter()
            .map(|piece| proto::Furniture {
                kind: furniture_kind(piece.kind).into(),
                rect: Some(rect(&piece.rect)),
                text: piece.text.clone(),
                id: piece.id.clone(),
            })
            .collect(),
        fit: made.fits.iter().map(article_fit).collect(),
        findings: findings.map(finding).collect(),
        advice: Some(page_advice(made)),
        house_style: style.name.clone(),
        density_step: made.step.name.clone(),
        date: copy.date.map(|date| date.to_string()).unwrap_or_default(),
        number: copy.page_number.text.clone(),
        section: copy.section.text.clone(),
    }
}

fn module(module: &crate::makeup::PageModule, style: &HouseStyle) -> proto::Module {
    let [column, row, columns, rows] = module.grid.map(to_u32);
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
        LockSubject::Article(_) => (module.id.clone(), String::new()),
        LockSubject::Picture(_) => (String::new(), module.id.clone()),
    };
    proto::Module {
        article_id,
        rect: Some(rect(&module.rect)),
        columns,
        headline_rect: module.head_rect.as_ref().map(rect),
        body_rects: module.body_columns.iter().map(rect).collect(),
        picture_rects: module.pictures.iter().map(|(_, place)| rect(place)).collect(),
        headline_size_pt: module.headline_size.to_pt(),
        zone: module.touch_zones.iter().map(zone).collect(),
        placement: Some(proto::Placement {
            column: Some(column),
            row: Some(row),
            columns: Some(columns),
            rows: Some(rows),
        }),
        picture_id,
        picture_ids: module.pictures.iter().map(|(id, _)| id.clone()).collect(),
        head_position: head_position(module.head_position).into(),
        headline_variant: count_to_u32(module.headline_variant),
    }
}

fn head_position(position: HeadPosition) -> proto::HeadPosition {
    match position {
        HeadPosition::Above => proto::HeadPosition::Above,
        HeadPosition::Left(_) => proto::HeadPosition::Left,
        HeadPosition::Centre(..) => proto::HeadPosition::Centred,
        HeadPosition::Upright(_) => proto::HeadPosition::Vertical,
    }
}

fn furniture_kind(kind: FurnitureKind) -> proto::FurnitureKind {
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

/// What reading a finished PDF back gave.
#[cfg(feature = "pdf")]
pub fn preflight(
    checked: &crate::preflight::PreflightReport,
    file_name: &str,
    profile: Option<crate::model::PressProfile>,
) -> proto::Preflight {
    let finding = |finding: &crate::preflight::PressFinding| proto::Finding {
        code: finding.check.id(),
        severity: severity(finding.severity).into(),
        rect: finding.rect.as_ref().map(rect),
        message: Some(localized(&message_with_place(finding))),
        remedy: Some(localized(&finding.check.remedy())).filter(|remedy| !remedy.zh.is_empty()),
        rule: finding.check.rule().to_owned(),
        ..proto::Finding::default()
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
fn message_with_place(finding: &crate::preflight::PressFinding) -> Bilingual {
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
    Bilingual::new(part(&zh, "：", &finding.message.zh), part(&en, ": ", &finding.message.en))
}

/// How one article fits.
fn article_fit(fit: &ArticleFit) -> proto::ArticleFit {
    let capacity = fit.capacity_lines * fit.measure_chars;
    let under = fit.under_lines * fit.measure_chars;
    let advice = if fit.is_left_off {
        let chars = fit.over_chars;
        Bilingual::new(
            format!("未上版，全文 {chars} 字在附页"),
            format!("left off the page, all {chars} characters are in the appendix"),
        )
    } else if fit.over_chars > 0 {
        Bilingual::new(
            format!("删 {} 字（{} 行）即可排下", fit.over_chars, fit.over_lines),
            format!("cut {} characters ({} lines) and it fits", fit.over_chars, fit.over_lines),
        )
    } else if fit.under_lines > 0 {
        Bilingual::new(
            format!("还可加 {under} 字（{} 行）", fit.under_lines),
            format!("room for {under} more characters ({} lines)", fit.under_lines),
        )
    } else {
        Bilingual::new("正好", "it fits")
    };
    proto::ArticleFit {
        article_id: fit.id.clone(),
        capacity_lines: to_u32(fit.capacity_lines),
        set_lines: to_u32(fit.set_lines),
        over_lines: to_u32(fit.over_lines),
        over_chars: count_to_u32(fit.over_chars),
        under_lines: to_u32(fit.under_lines),
        first_over_text: fit.over_opening.clone(),
        advice: Some(localized(&advice)),
        capacity_chars: to_u32(capacity),
        set_chars: count_to_u32(fit.set_chars),
        under_chars: to_u32(under),
        air_rows: i32::try_from(fit.air_rows).unwrap_or(0),
    }
}

fn page_advice(made: &MadeUpPage) -> proto::LocalizedText {
    let over: usize = made.fits.iter().map(|fit| fit.over_chars).sum();
    let under = made.white_cells * made.step.chars;
    localized(&if over > 0 {
        Bilingual::new(format!("全版须删 {over} 字"), format!("cut {over} characters on the page"))
    } else if made.white_cells > made.step.columns {
        Bilingual::new(
            format!("全版还可加约 {under} 字"),
            format!("the page has room for about {under} more characters"),
        )
    } else {
        Bilingual::new("全版正好", "the page is full")
    })
}

fn line_quality(quality: &LineQuality) -> proto::LineQuality {
    let rules =
        quality.findings_by_rule.iter().map(|(rule, [warnings, errors])| proto::RuleCount {
            rule: (*rule).to_owned(),
            errors: count_to_u32(*errors),
            warnings: count_to_u32(*warnings),
        });
    proto::LineQuality {
        lines: count_to_u32(quality.line_count),
        worst_gap_em: quality.worst_gap.to_milli() as f64 / 1000.0,
        worst_gap_article_id: quality.worst_article.clone(),
        worst_gap_text: quality.worst_text.clone(),
        rules: rules.collect(),
    }
}

/// What a layout is charged with, dearest first.
pub fn plan_costs(
    made: &MadeUpPage,
    ready: &[ShapedItem],
    style: &HouseStyle,
) -> Vec<proto::PlanCost> {
    let mut charges: Vec<&LayoutCharge> = made.charges.iter().collect();
    charges.sort_by_key(|charge| std::cmp::Reverse(charge.cost));
    let cost = |charge: &LayoutCharge| proto::PlanCost {
        name: charge.fault.name().to_owned(),
        cost: charge.cost as f64,
        message: Some(localized(&charge.description(ready))),
        article_ids: charge
            .items
            .iter()
            .filter_map(|at| ready.get(*at))
            .flat_map(|item| item.members.iter().map(|member| member.id.clone()))
            .collect(),
        rect: crate::makeup::page_rect(style, &made.step, charge.grid).as_ref().map(rect),
    };
    charges.into_iter().map(cost).collect()
}

/// Why a layout stands where it does: what it is charged with beyond the best, or what the best costs.
pub fn plan_reason(
    made: &MadeUpPage,
    best: Option<&MadeUpPage>,
    ready: &[ShapedItem],
) -> proto::LocalizedText {
    let more = made.cost - best.map_or(made.cost, |best| best.cost);
    let dearest = made.charges.iter().filter(|charge| charge.fault != LayoutFault::OwnForm);
    let dearest = dearest.max_by_key(|charge| charge.cost).map(|charge| charge.description(ready));
    let (zh, en) = dearest.map_or_else(Default::default, |words| (words.zh, words.en));
    localized(&match (more, zh.is_empty()) {
        (0, true) => Bilingual::new("代价最小", "the cheapest"),
        (0, false) => Bilingual::new(
            format!("代价最小；最大一项：{zh}"),
            format!("the cheapest; most for: {en}"),
        ),
        (_, true) => {
            Bilingual::new(format!("比首选多 {more}"), format!("{more} more than the best"))
        }
        (_, false) => Bilingual::new(
            format!("比首选多 {more}；最大一项：{zh}"),
            format!("{more} more than the best; most for: {en}"),
        ),
    })
}

/// The report of a page.
pub fn render_report(
    made: &MadeUpPage,
    copy: &PageCopy,
    record: &proto::PageRecord,
    style: &HouseStyle,
    notes: &[Finding],
    most: usize,
) -> proto::RenderReport {
    let hash = layout_hash(&made.pages);
    let articles = copy
        .articles
        .iter()
        .zip(&record.articles)
        .map(|(article, record)| {
            let crossheads =
                article.body.iter().filter(|b| matches!(b, BodyBlock::Crosshead(_))).count();
            let paragraphs =
                article.body.iter().filter(|b| matches!(b, BodyBlock::Paragraph(_))).count();
            proto::ArticleReport {
                article_id: article.id.clone(),
                headline: article.headline.text.clone(),
                characters: count_to_u32(article.char_count()),
                paragraphs: count_to_u32(paragraphs),
                crossheads: count_to_u32(crossheads),
                pictures: count_to_u32(article.pictures.len()),
                authors: record.bylines.iter().map(|byline| byline.name.clone()).collect(),
            }
        })
        .collect();
    let set: usize = made
        .fits
        .iter()
        .zip(&copy.articles)
        .filter(|(fit, _)| !fit.is_left_off)
        .map(|(fit, article)| fit.set_chars + article.head_char_count())
        .sum();
    let mut all: Vec<&Finding> = notes.iter().chain(&made.findings).collect();
    // In reading order, unless there are too many: then what matters most is kept.
    if all.len() > most {
        all.sort_by_key(|note| std::cmp::Reverse(note.severity));
    }
    let mut findings: Vec<proto::Finding> = all.iter().take(most).map(|n| finding(n)).collect();
    if all.len() > most {
        let more = all.len() - most;
        let message = Bilingual::new(format!("另有 {more} 条"), format!("and {more} more"));
        let more = Finding::new(
            crate::finding::FindingCode::MoreFindings,
            crate::finding::FindingPlace::default(),
            message,
        );
        findings.push(finding(&more));
    }
    proto::RenderReport {
        articles,
        characters: count_to_u32(set),
        geometry: Some(geometry(made, copy, style, &hash)),
        findings,
        layout_hash: hash,
        house_style: style.name.clone(),
        density_step: made.step.name.clone(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        line_quality: Some(line_quality(&made.line_quality)),
        stage_times: Vec::new(),
        record_sha256: String::new(),
        preflight: Vec::new(),
        continuations: Vec::new(),
    }
}
