//! Lines for people: standard output and standard error, safe for a terminal.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::cli::error::CommandError;
use crate::proto::{Finding, LocalizedText, Preflight, RenderReport, Severity};
use crate::script;

/// Prints a line unchanged. A closed pipe is not an error.
pub(crate) fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line that contains text from outside, made safe for a terminal.
pub(crate) fn print_escaped(text: &str) {
    print_line(&escape_controls(text));
}

/// Prints lines on standard error, made safe for a terminal.
pub(crate) fn print_warning(lines: &[String]) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "{}", escape_controls(line));
    }
}

/// Prints a value as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), CommandError> {
    print_line(&serde_json::to_string_pretty(value).map_err(CommandError::internal)?);
    Ok(())
}

/// Escapes control and invisible characters of copied text, so that they do nothing in a terminal.
pub(crate) fn escape_controls(line: &str) -> String {
    line.chars()
        .flat_map(|c| {
            let is_safe = c == '\n' || !c.is_control() && !script::is_ignorable(c);
            let escaped: Vec<char> = if is_safe { vec![c] } else { c.escape_unicode().collect() };
            escaped
        })
        .collect()
}

fn both_languages(text: Option<&LocalizedText>) -> String {
    text.map(|text| format!("{} / {}", text.zh, text.en)).unwrap_or_default()
}

/// Display of the findings of severity note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteDisplay {
    /// Notes are counted only.
    Counted,
    /// Every note is listed.
    Listed,
}

/// Prints the short report of a page.
pub(crate) fn print_report(report: &RenderReport, notes: NoteDisplay) {
    let geometry = report.geometry.clone().unwrap_or_default();
    print_escaped(&format!(
        "稿件 articles {} · 排入 characters {} 字 · 版式规范 house style {}/{} · 充满率 filled {:.1}%",
        report.articles.len(),
        report.characters,
        report.house_style,
        report.density_step,
        geometry.utilisation * 100.0
    ));
    for (article, fit) in report.articles.iter().zip(&geometry.fit) {
        let authors = if article.authors.is_empty() {
            String::new()
        } else {
            format!("（{}）", article.authors.join("、"))
        };
        print_escaped(&format!(
            "  {} {}{} · {} 字 · {}/{} 行 lines · {}",
            article.article_id,
            article.headline,
            authors,
            article.characters,
            fit.set_lines,
            fit.capacity_lines,
            both_languages(fit.advice.as_ref())
        ));
    }
    if let Some(lines) = &report.line_quality {
        let rules = lines
            .rules
            .iter()
            .map(|rule| format!(" {} E{} W{}", rule.rule, rule.errors, rule.warnings));
        print_escaped(&format!(
            "  行 lines {} · 最大字距 widest gap {:.3} em{}",
            lines.lines,
            lines.worst_gap_em,
            rules.collect::<String>()
        ));
    }
    print_findings(&report.findings, notes);
    report.preflight.iter().for_each(print_preflight);
    let times: Vec<String> = report
        .stage_times
        .iter()
        .map(|time| format!("{} {:.1} ms", time.stage, f64::from(time.micros) / 1000.0))
        .collect();
    print_escaped(&format!("用时 time: {}", times.join(" · ")));
}

fn print_findings(findings: &[Finding], notes: NoteDisplay) {
    let lists_notes = notes == NoteDisplay::Listed;
    let count = |severity: Severity| {
        findings.iter().filter(|finding| finding.severity == i32::from(severity)).count()
    };
    print_escaped(&format!(
        "诊断 findings: {} 错误 errors · {} 警告 warnings · {} 提示 notes{}",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Info),
        if lists_notes { "" } else { "（-v 列出提示 / -v lists notes）" }
    ));
    for finding in findings {
        if !lists_notes && finding.severity == i32::from(Severity::Info) {
            continue;
        }
        let mut text = format!("  {} {}", finding.code, severity_name(finding.severity));
        if !finding.field.is_empty() {
            text += &format!(" {}", finding.field);
        }
        if let Some(range) = &finding.range {
            text += &format!("[{}..{}]", range.start, range.end);
        }
        if finding.source_line > 0 {
            text += &format!(" 第 {} 行 line {}", finding.source_line, finding.source_line);
        }
        text += &format!(": {}", both_languages(finding.message.as_ref()));
        if !finding.before.is_empty() || !finding.after.is_empty() {
            text += &format!(" 「{}」→「{}」", finding.before, finding.after);
        }
        print_escaped(&text);
    }
}

/// Name of a severity in both languages.
fn severity_name(severity: i32) -> &'static str {
    match Severity::try_from(severity) {
        Ok(Severity::Error) => "错误 error",
        Ok(Severity::Warning) => "警告 warning",
        Ok(Severity::Info | Severity::Unspecified) | Err(_) => "提示 note",
    }
}

/// Prints the result of the preflight of a PDF.
pub(crate) fn print_preflight(preflight: &Preflight) {
    print_escaped(&format!(
        "印前检查 preflight {} {}: {}",
        preflight.file_name,
        preflight.pdf_profile,
        if preflight.passed { "通过 passed" } else { "不通过 failed" }
    ));
    for finding in &preflight.findings {
        let severity = severity_name(finding.severity);
        let rule =
            if finding.rule.is_empty() { String::new() } else { format!(" {}", finding.rule) };
        let message = both_languages(finding.message.as_ref());
        print_escaped(&format!("  {} {severity}{rule}: {message}", finding.code));
        if let Some(remedy) = &finding.remedy {
            print_escaped(&format!("    → {}", both_languages(Some(remedy))));
        }
    }
}

/// Prints the path and the size of a file that was written.
pub(crate) fn print_written(path: &Path, bytes: usize) {
    print_escaped(&format!("写出 wrote {} ({} kB)", path.display(), bytes.div_ceil(1000)));
}

#[cfg(test)]
mod tests {
    use super::escape_controls;

    #[test]
    fn controls_do_nothing_on_a_terminal() {
        assert_eq!(escape_controls("版\u{1b}[2J\u{202e}面"), "版\\u{1b}[2J\\u{202e}面");
    }
}
