//! Measures of one article over each number of columns.

use crate::engine::makeup_input::MakeupInput;
use crate::engine::observer::{CallObserver, RenderStage};
use crate::engine::previous::PreviousPage;
use crate::engine::request::{PageInput, bad_value};
use crate::engine::setup::Engine;
use crate::engine::step_choice::{default_step, requested_step};
use crate::error::Error;
use crate::fit::HeadPart;
use crate::line::TextLine;
use crate::makeup::{HaltSignal, MakeupTask, WidthOutlook, outlook_by_width};
use crate::model::{Article, DensityStep};
use crate::proto;
use crate::report::{self, count_to_u32, to_u32};
use crate::unit::RowRange;

impl Engine {
    /// Measures one article over each number of columns.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn measure(
        &self,
        request: proto::MeasureArticleRequest,
        observer: &dyn CallObserver,
    ) -> Result<proto::MeasureArticleResponse, Error> {
        let proto::MeasureArticleRequest {
            article,
            house_style,
            density_step,
            column_counts,
            target_rows,
            normalise,
            protected_names,
            locale: _,
        } = request;
        observer.enter(RenderStage::Intake)?;
        let layout = proto::Layout {
            house_style,
            density_step,
            protected_names,
            ..proto::Layout::default()
        };
        // A page of one article, so that it is checked and shaped as on a real page.
        let record = proto::PageRecord {
            articles: article.into_iter().collect(),
            layout: Some(layout),
            ..proto::PageRecord::default()
        };
        let input = PageInput { normalise, ..PageInput::of_record(record) };
        let (checked, items) = self.check_and_shape(input, observer)?;

        observer.enter(RenderStage::MakeUp)?;
        let style = checked.style;
        let step = requested_step(&checked.copy, style)?.unwrap_or_else(|| default_step(style));
        let counts = column_counts_to_measure(&column_counts, step)?;
        let target_rows = i64::from(target_rows);
        if target_rows > step.rows {
            return Err(bad_value(
                "targetRows",
                format!("目标 {target_rows} 行，版心只有 {} 行", step.rows),
                format!("{target_rows} rows requested; the type area has only {}", step.rows),
            ));
        }
        let previous = PreviousPage::default();
        let is_stopped = || observer.check_continue().is_err();
        let halt = HaltSignal(&is_stopped);
        let input = MakeupInput::new(&checked, self.fonts(), &items, &previous, halt);
        let measures = measure_widths(&input.at(step), step, &counts, target_rows)?;
        let characters: usize = checked.copy.articles.iter().map(Article::char_count).sum();
        Ok(proto::MeasureArticleResponse {
            measures,
            characters: count_to_u32(characters)?,
            grid: Some(report::grid(style, step)?),
            house_style: style.name.clone(),
            density_step: step.name.clone(),
            findings: checked.findings.iter().map(report::finding).collect(),
        })
    }
}

/// Numbers of columns to measure: those requested, else every one that the page has.
fn column_counts_to_measure(requested: &[u32], step: &DensityStep) -> Result<Vec<i64>, Error> {
    if requested.is_empty() {
        return Ok((1..=step.columns).collect());
    }
    let counts: Vec<i64> = requested.iter().map(|count| i64::from(*count)).collect();
    if let Some(bad) = counts.iter().find(|count| !(1..=step.columns).contains(*count)) {
        return Err(bad_value(
            "columnCounts",
            format!("栏数 {bad} 不在 1–{} 之间", step.columns),
            format!("the column count {bad} is not between 1 and {}", step.columns),
        ));
    }
    Ok(counts)
}

/// Measures of the first item over each number of columns. `target_rows` is the depth to fill; 0
/// for none.
fn measure_widths(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    counts: &[i64],
    target_rows: i64,
) -> Result<Vec<proto::ArticleMeasure>, Error> {
    let outlooks = outlook_by_width(task, step, 0);
    let measure = |outlook: &WidthOutlook| {
        let RowRange { least, usual, most } = outlook.rows;
        let head = &outlook.head;
        let headline_text = head.text(HeadPart::Headline, &task.items[0]);
        let headline_lines = head.lines.iter().filter(|line| line.part == HeadPart::Headline);
        let line_text = |line: &TextLine| {
            headline_text
                .map_or("", |text| &text.paragraph.text()[line.text_range(&text.paragraph)])
                .trim()
                .to_owned()
        };
        // Positive if there is room, negative if lines must go; `to_u32` reports only the side that
        // applies.
        let spare_lines = (target_rows - least) * outlook.columns;
        let chars_of = |lines: i64| {
            if target_rows == 0 { Ok(0) } else { to_u32(lines * outlook.measure_chars) }
        };
        Ok(proto::ArticleMeasure {
            columns: to_u32(outlook.columns)?,
            lines: to_u32(outlook.body_rows)?,
            rows: to_u32(usual)?,
            min_rows: to_u32(least)?,
            max_rows: to_u32(most)?,
            depth_pt: (step.pitch * usual).to_pt(),
            headline_rows: to_u32(head.rows)?,
            headline_size_pt: head.headline_size.to_pt(),
            headline_lines: headline_lines.map(|line| line_text(&line.line)).collect(),
            cut_chars: chars_of(-spare_lines)?,
            add_chars: chars_of(spare_lines)?,
            exceeds_page: least > step.rows,
        })
    };
    let outlook_of = |columns: &i64| outlooks.iter().find(|outlook| outlook.columns == *columns);
    // In the order requested; a number of columns at which the article has no form is left out.
    counts.iter().filter_map(outlook_of).map(measure).collect()
}
