//! `preflight`: a finished PDF.

use serde::Serialize;

use crate::engine::FileFacts;
use crate::proto::Preflight;
use crate::surface::cli::args::PreflightArgs;
use crate::surface::cli::render::json;
use crate::surface::cli::{CommandError, ExitStatus, config, engine, files, tell};

/// What is printed as JSON.
#[derive(Serialize)]
struct PrintedReport<'a> {
    preflight: &'a Preflight,
    facts: &'a FileFacts,
}

/// Looks a PDF over and prints what it is and what is wrong with it.
pub(crate) fn preflight(args: &PreflightArgs) -> Result<(), CommandError> {
    let config = config(&args.common)?;
    let bytes = files::read_input(&args.input, config.limits.input_bytes)?;
    let name = args.input.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "-".to_owned());
    let engine = engine(&config)?;
    let (preflight, facts) = engine.preflight(&bytes, &name, &args.style, &args.profile)?;
    if args.json {
        json(&PrintedReport { preflight: &preflight, facts: &facts })?;
    } else {
        self::facts(&facts);
        tell::preflight(&preflight);
    }
    if preflight.passed {
        return Ok(());
    }
    Err(CommandError::new(
        ExitStatus::Unfit,
        format!("{name}：不能付印 / it is not ready for press"),
    ))
}

fn facts(facts: &FileFacts) {
    let fonts: Vec<&str> = facts.fonts.iter().map(|font| font.name.as_str()).collect();
    let ppi = facts.least_ppi.map(|ppi| format!(" · 图片 pictures ≥ {ppi:.0} ppi"));
    tell::say(&format!(
        "PDF {} · {} 页 pages · {} 字 characters · 墨量 ink ≤ {:.0}%{} · {}",
        facts.version,
        facts.pages.len(),
        facts.characters,
        facts.ink_most_percent,
        ppi.unwrap_or_default(),
        facts.colour_spaces.join(" ")
    ));
    for page in &facts.pages {
        let mm = |a: f64, b: f64| (b - a) * 25.4 / 72.0;
        let [left, bottom, right, top] = page.trim_box;
        tell::say(&format!("  成品 trim {:.1} × {:.1} mm", mm(left, right), mm(bottom, top)));
    }
    if !fonts.is_empty() {
        tell::say(&format!("  字体 fonts {}", fonts.join(" ")));
    }
}
