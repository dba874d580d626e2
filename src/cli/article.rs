//! `measure`, `explain`, `galley`: one article.

use crate::cli::args::{ExplainArgs, GalleyArgs, MeasureArgs};
use crate::cli::error::CommandError;
use crate::cli::input::{InputRecord, read_record};
use crate::cli::load::{load_config, load_engine};
use crate::cli::print::{print_escaped, print_json, print_written};
use crate::engine::{GalleyRequest, LineExplanation};
use crate::error::{Error, ResourceKind};
use crate::files::write_files;
use crate::proto::block::Content;
use crate::proto::{self, Output};

/// Prints the measures of one article as JSON.
pub(crate) fn measure(args: &MeasureArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let InputRecord { record, notes } = read_record(&args.source, config.limits.input_bytes)?;
    let layout = record.layout.unwrap_or_default();
    let article = match &args.article {
        Some(id) => record.articles.into_iter().find(|article| &article.id == id),
        None => record.articles.into_iter().next(),
    };
    let Some(mut article) = article else {
        let id = args.article.as_deref().unwrap_or("1");
        return Err(Error::not_found(ResourceKind::Article, id).into());
    };
    // The article is measured without its page: pictures of the page that it shows go with it.
    let is_shown = |picture: &proto::Picture| {
        article.body.iter().any(|block| {
            matches!(&block.content, Some(Content::Picture(shown)) if shown.picture_id == picture.id)
        })
    };
    let of_page: Vec<proto::Picture> = record.pictures.into_iter().filter(is_shown).collect();
    article.pictures.extend(of_page);
    let request = proto::MeasureArticleRequest {
        article: Some(article),
        house_style: layout.house_style,
        density_step: layout.density_step,
        column_counts: args.columns.clone(),
        target_rows: args.rows,
        normalise: record.normalise,
        protected_names: layout.protected_names,
        locale: String::new(),
    };
    let mut response = load_engine(&config)?.measure(request, &())?;
    response.findings.splice(0..0, notes);
    print_json(&response)
}

/// Prints the lines of an article, each with the gaps that gave way and the reason for its end.
pub(crate) fn explain(args: &ExplainArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let InputRecord { record, .. } = read_record(&args.source, config.limits.input_bytes)?;
    let engine = load_engine(&config)?;
    let explained = engine.explain(record, &args.article, args.chars, &())?;
    print_escaped(&format!(
        "{} {} · {} · {} 字",
        explained.article_id, explained.headline, explained.step, explained.column_chars
    ));
    for block in &explained.blocks {
        print_escaped(&block.field);
        for (index, line) in block.lines.iter().enumerate() {
            print_escaped(&format!("{:>4}  {}", index + 1, explanation_row(line)));
        }
    }
    Ok(())
}

/// `聚力量，为新时代  12.5/13  标点 marks +0.500  满行 full`.
fn explanation_row(line: &LineExplanation) -> String {
    let zi = |milli: i64| format!("{}", milli as f64 / 1000.0);
    let mut row = format!("{}  {}/{}", line.text, zi(line.natural_milli), zi(line.measure_milli));
    for (what, by) in &line.adjustments {
        row += &format!("  {} {} {:+}", what.zh, what.en, *by as f64 / 1000.0);
    }
    if line.gap_milli > 0 {
        row += &format!("  字距 gaps +{}×{}", zi(line.gap_milli), line.gap_count);
    }
    row += &format!("  {} {}", line.reason.zh, line.reason.en);
    if !line.rule.is_empty() {
        row += &format!(" {}", line.rule);
    }
    if !line.faults.is_empty() {
        row += &format!("  ! {}", line.faults.join(" "));
    }
    row
}

/// Sets the galley of an article as PDF and preview.
pub(crate) fn galley(args: &GalleyArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let InputRecord { record, .. } = read_record(&args.source, config.limits.input_bytes)?;
    let request = GalleyRequest {
        article: &args.article,
        column_chars: args.chars,
        outputs: &[Output::PressPdf, Output::PreviewPng],
        preview_dpi: args.dpi,
    };
    let artifacts = load_engine(&config)?.galley(record, &request, &())?;
    let files: Vec<(String, &[u8])> =
        artifacts.iter().map(|file| (file.file_name.clone(), file.bytes.as_slice())).collect();
    for (path, (_, bytes)) in write_files(&args.output, &files)?.iter().zip(&files) {
        print_written(path, bytes.len());
    }
    Ok(())
}
