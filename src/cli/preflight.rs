//! `preflight`: checks a finished PDF.

use serde::Serialize;

use crate::cli::args::PreflightArgs;
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::load::{load_config, load_engine};
use crate::cli::print::{print_escaped, print_json, print_preflight};
use crate::engine::FileFacts;
use crate::files::read_input;
use crate::proto::Preflight;

/// The report as printed JSON.
#[derive(Serialize)]
struct PrintedReport<'a> {
    preflight: &'a Preflight,
    facts: &'a FileFacts,
}

/// Checks a PDF and prints its facts and findings.
pub(crate) fn preflight(args: &PreflightArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let bytes = read_input(&args.input, config.limits.input_bytes)?;
    let name = args.input.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "-".to_owned());
    let engine = load_engine(&config)?;
    let (preflight, facts) = engine.preflight(&bytes, &name, &args.style, &args.profile)?;
    if args.json {
        print_json(&PrintedReport { preflight: &preflight, facts: &facts })?;
    } else {
        print_facts(&facts);
        print_preflight(&preflight);
    }
    if preflight.passed {
        return Ok(());
    }
    let line = format!("{name}：不能付印 / not ready for press");
    Err(CommandError::new(ExitStatus::Unfit, line))
}

fn print_facts(facts: &FileFacts) {
    let fonts: Vec<&str> = facts.fonts.iter().map(|font| font.name.as_str()).collect();
    let ppi = facts.least_ppi.map(|ppi| format!(" · 图片 pictures ≥ {ppi:.0} ppi"));
    print_escaped(&format!(
        "PDF {} · {} 页 pages · {} 字 characters · 墨量 ink ≤ {:.0}%{} · {}",
        facts.version,
        facts.pages.len(),
        facts.characters,
        facts.ink_most_percent,
        ppi.unwrap_or_default(),
        facts.colour_spaces.join(" ")
    ));
    for page in &facts.pages {
        let mm = |start: f64, end: f64| (end - start) * 25.4 / 72.0;
        let [left, bottom, right, top] = page.trim_box;
        print_escaped(&format!("  成品 trim {:.1} × {:.1} mm", mm(left, right), mm(bottom, top)));
    }
    if !fonts.is_empty() {
        print_escaped(&format!("  字体 fonts {}", fonts.join(" ")));
    }
}
