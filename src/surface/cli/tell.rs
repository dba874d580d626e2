//! What people read.

use std::io::Write as _;
use std::path::Path;

use crate::proto::{Finding, LocalizedText, Preflight, RenderReport, Severity};
use crate::surface::cli::CommandError;
use crate::surface::cli::files::printable;

/// Prints a line; a closed pipe is nobody's error.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line of what came from outside, made safe for a terminal.
pub(crate) fn say(text: &str) {
    line(&printable(text));
}

/// Says on standard error why something was passed over.
pub(crate) fn warn(failed: &CommandError) {
    for line in &failed.lines {
        let _ = writeln!(std::io::stderr().lock(), "{}", printable(line));
    }
}

fn both(text: Option<&LocalizedText>) -> String {
    text.map(|text| format!("{} / {}", text.zh, text.en)).unwrap_or_default()
}

/// The short report of a page.
pub(crate) fn report(report: &RenderReport, verbose: bool) {
    let geometry = report.geometry.clone().unwrap_or_default();
    say(&format!(
        "稿件 articles {} · 排入 characters {} 字 · 版式 style {}/{} · 充满 filled {:.1}%",
        report.articles.len(),
        report.characters,
        report.house_style,
        report.density_step,
        geometry.utilisation * 100.0
    ));
    for (article, fit) in report.articles.iter().zip(&geometry.fit) {
        say(&format!(
            "  {} {}{} · {} 字 · {}/{} 行 lines · {}",
            article.article_id,
            article.headline,
            article
                .authors
                .first()
                .map(|_| format!(" ({})", article.authors.join("、")))
                .unwrap_or_default(),
            article.characters,
            fit.set_lines,
            fit.capacity_lines,
            both(fit.advice.as_ref())
        ));
    }
    if let Some(lines) = &report.line_quality {
        let rules = lines
            .rules
            .iter()
            .map(|rule| format!(" {} E{} W{}", rule.rule, rule.errors, rule.warnings));
        say(&format!(
            "  行 lines {} · 最大字距 worst gap {:.3} em{}",
            lines.lines,
            lines.worst_gap_em,
            rules.collect::<String>()
        ));
    }
    findings(&report.findings, verbose);
    report.preflight.iter().for_each(preflight);
    let times = report.stage_times.iter();
    let times =
        times.map(|time| format!("{} {:.1} ms", time.stage, f64::from(time.micros) / 1000.0));
    say(&format!("用时 time: {}", times.collect::<Vec<_>>().join(" · ")));
}

fn findings(all: &[Finding], verbose: bool) {
    let count =
        |severity: Severity| all.iter().filter(|d| d.severity == i32::from(severity)).count();
    say(&format!(
        "诊断 findings: {} 错误 errors · {} 警告 warnings · {} 提示 notes{}",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Info),
        if verbose { "" } else { "（-v 列出 lists all）" }
    ));
    for finding in all {
        if !verbose && finding.severity == i32::from(Severity::Info) {
            continue;
        }
        let mut text = format!("  {}", finding.code);
        if !finding.field.is_empty() {
            text += &format!(" {}", finding.field);
        }
        if let Some(range) = &finding.range {
            text += &format!("[{}..{}]", range.start, range.end);
        }
        if finding.source_line > 0 {
            text += &format!(" 第 {} 行", finding.source_line);
        }
        text += &format!(": {}", both(finding.message.as_ref()));
        if !finding.before.is_empty() || !finding.after.is_empty() {
            text += &format!(" 「{}」→「{}」", finding.before, finding.after);
        }
        say(&text);
    }
}

/// What reading a finished PDF back gave.
pub(crate) fn preflight(preflight: &Preflight) {
    say(&format!(
        "印前检查 preflight {} {}: {}",
        preflight.file_name,
        preflight.pdf_profile,
        if preflight.passed { "通过 passed" } else { "不通过 failed" }
    ));
    for finding in &preflight.findings {
        let severity = match Severity::try_from(finding.severity) {
            Ok(Severity::Error) => "错误 error",
            Ok(Severity::Warning) => "警告 warning",
            Ok(Severity::Info | Severity::Unspecified) | Err(_) => "提示 note",
        };
        let rule =
            if finding.rule.is_empty() { String::new() } else { format!(" {}", finding.rule) };
        let message = both(finding.message.as_ref());
        say(&format!("  {} {severity}{rule}: {message}", finding.code));
        if let Some(remedy) = &finding.remedy {
            say(&format!("    → {}", both(Some(remedy))));
        }
    }
}

/// A file was written.
pub(crate) fn written(path: &Path, bytes: usize) {
    say(&format!("写出 wrote {} ({} KB)", path.display(), bytes.div_ceil(1000)));
}
