//! Reports: the values of a page as messages of `banmian.v1`.

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace, Severity};
use crate::fit::ShapedItem;
use crate::makeup::{
    ArticleFit, FurnitureKind, HeadPosition, LayoutCharge, LayoutFault, LineQuality, MadeUpPage,
    PageModule, page_rect,
};
use crate::model::{Article, BodyBlock, DensityStep, HouseStyle, LockSubject, PageCopy};
use crate::proto;
use crate::unit::{Abs, GridRect, Rect};

/// Name and version of the program, for files and reports.
pub const VERSION: &str = concat!("Banmian ", env!("CARGO_PKG_VERSION"));

/// Converts a number for a message; negative numbers become 0.
///
/// # Errors
/// A number that does not fit, which is an internal error.
pub(crate) fn to_u32(value: i64) -> Result<u32, Error> {
    u32::try_from(value.max(0)).map_err(|_| out_of_range(value))
}

/// Converts a count for a message.
///
/// # Errors
/// [`Error::Internal`] for a number that the message cannot hold.
pub(crate) fn count_to_u32(value: impl TryInto<u32> + Copy + ToString) -> Result<u32, Error> {
    value.try_into().map_err(|_| out_of_range(value))
}

/// Converts a signed number for a message.
///
/// # Errors
/// [`Error::Internal`] for a number that the message cannot hold.
pub(crate) fn to_i32(value: i64) -> Result<i32, Error> {
    i32::try_from(value).map_err(|_| out_of_range(value))
}

fn out_of_range(value: impl ToString) -> Error {
    Error::Internal(format!("{} does not fit into a report", value.to_string()))
}

/// Text in both languages.
pub fn localized(words: &Bilingual) -> proto::LocalizedText {
    proto::LocalizedText { zh: words.zh.clone(), en: words.en.clone() }
}

/// Rectangle in points.
pub fn rect(rect: &Rect) -> proto::Rect {
    let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(Abs::to_pt);
    proto::Rect { x, y, width, height }
}

/// Finding as a message.
pub fn finding(finding: &Finding) -> proto::Finding {
    let place = &finding.place;
    // The article in which it was found comes first.
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

/// Grid of a density step.
///
/// # Errors
/// [`Error::Internal`] for a number that the message cannot hold.
pub fn grid(style: &HouseStyle, step: &DensityStep) -> Result<proto::Grid, Error> {
    Ok(proto::Grid {
        columns: to_u32(step.columns)?,
        chars_per_column: to_u32(step.chars)?,
        gutter_pt: step.gutter.to_pt(),
        body_pt: step.body.to_pt(),
        pitch_pt: step.pitch.to_pt(),
        rows: to_u32(step.rows)?,
        first_baseline_pt: (style.type_area.y + step.body.scale(880, 1000)).to_pt(),
    })
}

/// Geometry of a page.
///
/// # Errors
/// [`Error::Internal`] for a number that the message cannot hold.
pub fn geometry(
    page: &MadeUpPage,
    copy: &PageCopy,
    style: &HouseStyle,
    layout_hash: &str,
) -> Result<proto::PageGeometry, Error> {
    let (width, height) = style.trim;
    let cells = page.article_cells;
    let white = page.white_cells.min(cells);
    let findings = page.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let modules = page.modules.iter().map(|module| self::module(module, style));
    let furniture = page.furniture.iter().map(|piece| proto::Furniture {
        kind: furniture_kind(piece.kind).into(),
        rect: Some(rect(&piece.rect)),
        text: piece.text.clone(),
        id: piece.id.clone(),
    });
    Ok(proto::PageGeometry {
        width_pt: width.to_pt(),
        height_pt: height.to_pt(),
        type_area: Some(rect(&style.type_area)),
        grid: Some(grid(style, &page.step)?),
        layout_hash: layout_hash.to_owned(),
        utilisation: if cells == 0 { 0.0 } else { (cells - white) as f64 / cells as f64 },
        white_rows: to_u32(white)?,
        modules: modules.collect::<Result<_, _>>()?,
        furniture: furniture.collect(),
        fit: page.fits.iter().map(article_fit).collect::<Result<_, _>>()?,
        findings: findings.map(finding).collect(),
        advice: Some(page_advice(page)),
        house_style: style.name.clone(),
        density_step: page.step.name.clone(),
        date: copy.date.map(|date| date.to_string()).unwrap_or_default(),
        number: copy.page_number.text.clone(),
        section: copy.section.text.clone(),
    })
}

fn module(module: &PageModule, style: &HouseStyle) -> Result<proto::Module, Error> {
    let GridRect { column, row, columns, rows } = module.grid;
    let (columns, rows) = (to_u32(columns)?, to_u32(rows)?);
    let (width, height) = style.trim;
    // Zones are in shares of the page, to four decimal places.
    let share = |length: Abs, whole: Abs| {
        (length.units() as f64 / whole.units() as f64 * 10_000.0).round() / 10_000.0
    };
    let corner = |x: Abs, y: Abs| proto::Point { x: share(x, width), y: share(y, height) };
    let zone = |rect: &Rect| proto::Zone {
        points: vec![
            corner(rect.x, rect.y),
            corner(rect.right(), rect.y),
            corner(rect.right(), rect.bottom()),
            corner(rect.x, rect.bottom()),
        ],
    };
    let (article_id, picture_id) = match module.subject {
        LockSubject::Article(_) => (module.id.clone(), String::new()),
        LockSubject::Picture(_) => (String::new(), module.id.clone()),
    };
    Ok(proto::Module {
        article_id,
        rect: Some(rect(&module.rect)),
        columns,
        headline_rect: module.head_rect.as_ref().map(rect),
        body_rects: module.body_columns.iter().map(rect).collect(),
        picture_rects: module.pictures.iter().map(|(_, place)| rect(place)).collect(),
        headline_size_pt: module.headline_size.to_pt(),
        zone: module.touch_zones.iter().map(zone).collect(),
        placement: Some(proto::Placement {
            column: Some(to_u32(column)?),
            row: Some(to_u32(row)?),
            columns: Some(columns),
            rows: Some(rows),
        }),
        picture_id,
        picture_ids: module.pictures.iter().map(|(id, _)| id.clone()).collect(),
        head_position: head_position(module.head_position).into(),
        headline_variant: count_to_u32(module.headline_variant)?,
    })
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

/// Result of the preflight of a PDF.
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

/// Message of a finding in a file, with its page and object in front.
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
    let with_place = |place: &str, colon: &str, text: &str| {
        if place.is_empty() {
            text.to_owned()
        } else {
            format!("{}{colon}{text}", place.trim_end())
        }
    };
    Bilingual::new(
        with_place(&zh, "：", &finding.message.zh),
        with_place(&en, ": ", &finding.message.en),
    )
}

/// Copyfit of one article.
fn article_fit(fit: &ArticleFit) -> Result<proto::ArticleFit, Error> {
    let capacity_chars = fit.capacity_lines * fit.measure_chars;
    let under_chars = fit.under_lines * fit.measure_chars;
    let advice = if fit.is_left_off {
        let chars = fit.over_chars;
        Bilingual::new(
            format!("撤稿，全文 {chars} 字在附页"),
            format!("left off the page; all {chars} characters are in the appendix"),
        )
    } else if fit.over_chars > 0 {
        Bilingual::new(
            format!("删 {} 字（{} 行）即可排下", fit.over_chars, fit.over_lines),
            format!("cut {} characters ({} lines) to make it fit", fit.over_chars, fit.over_lines),
        )
    } else if fit.under_lines > 0 {
        Bilingual::new(
            format!("还可加 {under_chars} 字（{} 行）", fit.under_lines),
            format!("room for {under_chars} more characters ({} lines)", fit.under_lines),
        )
    } else {
        Bilingual::new("正好", "it fits")
    };
    Ok(proto::ArticleFit {
        article_id: fit.id.clone(),
        capacity_lines: to_u32(fit.capacity_lines)?,
        set_lines: to_u32(fit.set_lines)?,
        over_lines: to_u32(fit.over_lines)?,
        over_chars: count_to_u32(fit.over_chars)?,
        under_lines: to_u32(fit.under_lines)?,
        first_over_text: fit.over_opening.clone(),
        advice: Some(localized(&advice)),
        capacity_chars: to_u32(capacity_chars)?,
        set_chars: count_to_u32(fit.set_chars)?,
        under_chars: to_u32(under_chars)?,
        air_rows: to_i32(fit.air_rows)?,
    })
}

/// Advice for the page as a whole: copy to cut, or room for more.
fn page_advice(page: &MadeUpPage) -> proto::LocalizedText {
    let over_chars: usize = page.fits.iter().map(|fit| fit.over_chars).sum();
    let under_chars = page.white_cells * page.step.chars;
    localized(&if over_chars > 0 {
        Bilingual::new(
            format!("全版须删 {over_chars} 字"),
            format!("cut {over_chars} characters on the page"),
        )
    } else if page.white_cells > page.step.columns {
        Bilingual::new(
            format!("全版还可加约 {under_chars} 字"),
            format!("the page has room for about {under_chars} more characters"),
        )
    } else {
        Bilingual::new("全版正好", "the page is full")
    })
}

fn line_quality(quality: &LineQuality) -> Result<proto::LineQuality, Error> {
    let rule_count = |(rule, [warnings, errors]): (&&str, &[usize; 2])| {
        Ok(proto::RuleCount {
            rule: (*rule).to_owned(),
            errors: count_to_u32(*errors)?,
            warnings: count_to_u32(*warnings)?,
        })
    };
    let rules = quality.findings_by_rule.iter().map(rule_count);
    Ok(proto::LineQuality {
        lines: count_to_u32(quality.line_count)?,
        worst_gap_em: quality.worst_gap.to_milli() as f64 / 1000.0,
        worst_gap_article_id: quality.worst_article.clone(),
        worst_gap_text: quality.worst_text.clone(),
        rules: rules.collect::<Result<_, Error>>()?,
    })
}

/// Costs of a layout, largest first.
pub fn plan_costs(
    page: &MadeUpPage,
    items: &[ShapedItem],
    style: &HouseStyle,
) -> Vec<proto::PlanCost> {
    let mut charges: Vec<&LayoutCharge> = page.charges.iter().collect();
    charges.sort_by_key(|charge| std::cmp::Reverse(charge.cost));
    let cost = |charge: &LayoutCharge| proto::PlanCost {
        name: charge.fault.name().to_owned(),
        cost: charge.cost as f64,
        message: Some(localized(&charge.description(items))),
        article_ids: charge
            .items
            .iter()
            .filter_map(|index| items.get(*index))
            .flat_map(|item| item.members.iter().map(|member| member.id.clone()))
            .collect(),
        rect: page_rect(style, &page.step, charge.grid).as_ref().map(rect),
    };
    charges.into_iter().map(cost).collect()
}

/// Reason for the rank of a layout among the candidates: its cost beyond that of the best, and its
/// largest single cost.
pub fn plan_reason(
    page: &MadeUpPage,
    best: &MadeUpPage,
    items: &[ShapedItem],
) -> proto::LocalizedText {
    let more = page.cost - best.cost;
    let faults = page.charges.iter().filter(|charge| charge.fault != LayoutFault::OwnForm);
    let largest = faults.max_by_key(|charge| charge.cost).map(|charge| charge.description(items));
    let (zh, en) = largest.map_or_else(Default::default, |words| (words.zh, words.en));
    localized(&match (more, zh.is_empty()) {
        (0, true) => Bilingual::new("代价最小", "lowest cost"),
        (0, false) => Bilingual::new(
            format!("代价最小；最大一项：{zh}"),
            format!("lowest cost; largest item: {en}"),
        ),
        (_, true) => Bilingual::new(
            format!("比代价最小的方案多 {more}"),
            format!("costs {more} more than the cheapest"),
        ),
        (_, false) => Bilingual::new(
            format!("比代价最小的方案多 {more}；最大一项：{zh}"),
            format!("costs {more} more than the cheapest; largest item: {en}"),
        ),
    })
}

/// Values that a report is made from.
pub struct ReportInput<'a> {
    /// Made-up page.
    pub page: &'a MadeUpPage,
    /// Copy of the page.
    pub copy: &'a PageCopy,
    /// Record as understood.
    pub record: &'a proto::PageRecord,
    /// House style.
    pub style: &'a HouseStyle,
    /// Findings outside of the layout.
    pub findings: &'a [Finding],
    /// Largest number of findings to list.
    pub findings_max: usize,
    /// Geometry of the page.
    pub geometry: proto::PageGeometry,
    /// SHA-256 of the record as understood.
    pub record_sha256: String,
    /// Preflight of the press files.
    pub preflight: Vec<proto::Preflight>,
    /// Time spent in each stage.
    pub stage_times: Vec<proto::StageTime>,
}

/// Report on a rendered page.
///
/// # Errors
/// [`Error::Internal`] for a number that the message cannot hold.
pub fn render_report(input: ReportInput<'_>) -> Result<proto::RenderReport, Error> {
    let ReportInput {
        page,
        copy,
        record,
        style,
        findings,
        findings_max,
        geometry,
        record_sha256,
        preflight,
        stage_times,
    } = input;
    let articles = copy.articles.iter().zip(&record.articles);
    let characters: usize = page
        .fits
        .iter()
        .zip(&copy.articles)
        .filter(|(fit, _)| !fit.is_left_off)
        .map(|(fit, article)| fit.set_chars + article.head_char_count())
        .sum();
    Ok(proto::RenderReport {
        articles: articles
            .map(|(article, record)| article_report(article, record))
            .collect::<Result<_, _>>()?,
        characters: count_to_u32(characters)?,
        layout_hash: geometry.layout_hash.clone(),
        geometry: Some(geometry),
        findings: listed_findings(findings.iter().chain(&page.findings), findings_max),
        house_style: style.name.clone(),
        density_step: page.step.name.clone(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        line_quality: Some(line_quality(&page.line_quality)?),
        stage_times,
        record_sha256,
        preflight,
        continuations: Vec::new(),
    })
}

fn article_report(
    article: &Article,
    record: &proto::Article,
) -> Result<proto::ArticleReport, Error> {
    let count_blocks = |is_counted: fn(&BodyBlock) -> bool| {
        count_to_u32(article.body.iter().filter(|block| is_counted(block)).count())
    };
    Ok(proto::ArticleReport {
        article_id: article.id.clone(),
        headline: article.headline.text.clone(),
        characters: count_to_u32(article.char_count())?,
        paragraphs: count_blocks(|block| matches!(block, BodyBlock::Paragraph(_)))?,
        crossheads: count_blocks(|block| matches!(block, BodyBlock::Crosshead(_)))?,
        pictures: count_to_u32(article.pictures.len())?,
        authors: record.bylines.iter().map(|byline| byline.name.clone()).collect(),
    })
}

/// Findings in reading order. If there are more than `most`, the gravest are kept and a last entry
/// says how many were left out.
fn listed_findings<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    most: usize,
) -> Vec<proto::Finding> {
    let mut findings: Vec<&Finding> = findings.collect();
    if findings.len() <= most {
        return findings.into_iter().map(finding).collect();
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let more = findings.len() - most;
    let message = Bilingual::new(format!("另有 {more} 条"), format!("and {more} more"));
    let rest = Finding::new(FindingCode::MoreFindings, FindingPlace::default(), message);
    findings[..most].iter().map(|kept| finding(kept)).chain([finding(&rest)]).collect()
}
