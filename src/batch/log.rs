//! Log of a batch: a line of JSON for each page, and one for the whole.

use std::io::{self, Write};

use serde::Serialize;

use crate::batch::failure::PageFailure;
use crate::batch::outcome::{PageOutcome, WrittenPage};
use crate::batch::tally::BatchTally;
use crate::batch::ticket::TicketFile;
use crate::proto::{Finding, StageTime};
use crate::script;

/// Writes the log, each line at once, so that a line is kept whatever follows.
#[derive(Debug)]
pub(crate) struct BatchLog<W> {
    out: W,
}

// The names of the fields are the names in the log.

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogLine<'a> {
    key: &'a str,
    status: &'static str,
    seconds: f64,
    #[serde(flatten)]
    done: Option<LoggedFiles<'a>>,
    #[serde(flatten)]
    failure: Option<LoggedFailure<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoggedFiles<'a> {
    layout_hash: &'a str,
    files: &'a [TicketFile],
    stages: &'a [StageTime],
}

#[derive(Serialize)]
struct LoggedFailure<'a> {
    code: &'a str,
    message: BothLanguages<'a>,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct BothLanguages<'a> {
    zh: &'a str,
    en: &'a str,
}

#[derive(Serialize)]
struct LogEnd {
    status: &'static str,
    pages: usize,
    done: usize,
    skipped: usize,
    failed: usize,
    left: usize,
    seconds: f64,
}

impl<W: Write> BatchLog<W> {
    /// Log that is written to `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }

    /// Logs a page.
    pub(crate) fn log_page(&mut self, outcome: &PageOutcome) -> io::Result<()> {
        let (status, done, failure) = match &outcome.result {
            Ok(page) => {
                (if page.skipped { "skipped" } else { "done" }, Some(logged_files(page)), None)
            }
            Err(failure) => ("failed", None, Some(logged_failure(failure))),
        };
        let seconds = outcome.seconds;
        self.write_line(&LogLine { key: &outcome.key, status, seconds, done, failure })
    }

    /// Logs the end of the batch.
    pub(crate) fn log_end(&mut self, tally: &BatchTally, seconds: f64) -> io::Result<()> {
        let BatchTally { pages, done, skipped, failed, worst: _ } = *tally;
        let left = tally.remaining();
        self.write_line(&LogEnd { status: "end", pages, done, skipped, failed, left, seconds })
    }

    fn write_line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(line)?;
        let mut text = String::with_capacity(json.len() + 1);
        for c in json.chars() {
            // JSON need not escape these, but some readers end a line at them, and some reverse it.
            if c.is_control() || script::is_ignorable(c) || matches!(c, '\u{2028}' | '\u{2029}') {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    text += &format!("\\u{unit:04x}");
                }
            } else {
                text.push(c);
            }
        }
        text.push('\n');
        // One write a line, so that lines of an appended log are never mixed.
        self.out.write_all(text.as_bytes())
    }
}

fn logged_files(page: &WrittenPage) -> LoggedFiles<'_> {
    let ticket = &page.ticket;
    LoggedFiles { layout_hash: &ticket.layout_hash, files: &ticket.files, stages: &page.stages }
}

fn logged_failure(failure: &PageFailure) -> LoggedFailure<'_> {
    let message = BothLanguages { zh: &failure.message.zh, en: &failure.message.en };
    LoggedFailure { code: &failure.code, message, findings: &failure.findings }
}

#[cfg(test)]
mod tests {
    use super::BatchLog;
    use crate::batch::failure::{FailureKind, PageFailure};
    use crate::batch::outcome::PageOutcome;
    use crate::batch::tally::BatchTally;
    use crate::finding::Bilingual;

    #[test]
    fn no_text_breaks_a_line() {
        let wild = "版\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}\u{202e}\u{1b}[2J\"\\\u{e0001}面";
        let failure = PageFailure::new(FailureKind::Rejected, "BM-X", Bilingual::new(wild, wild));
        let outcome = PageOutcome { key: wild.to_owned(), seconds: 0.25, result: Err(failure) };
        let mut out = Vec::new();
        let mut log = BatchLog::new(&mut out);
        let mut tally = BatchTally::new(3);
        tally.add(&outcome);
        log.log_page(&outcome).expect("memory");
        log.log_end(&tally, 1.5).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        let (body, last) = text.split_at(text.len() - 1);
        assert_eq!(last, "\n");
        let lines: Vec<&str> =
            body.split(|c: char| c.is_control() || "\u{2028}\u{2029}".contains(c)).collect();
        let [page, end] = lines.as_slice() else { panic!("{lines:#?}") };
        let page: serde_json::Value = serde_json::from_str(page).expect("JSON");
        assert_eq!(
            (page["key"].as_str(), page["message"]["en"].as_str()),
            (Some(wild), Some(wild))
        );
        assert_eq!(
            (page["status"].as_str(), page["code"].as_str()),
            (Some("failed"), Some("BM-X"))
        );
        let end: serde_json::Value = serde_json::from_str(end).expect("JSON");
        assert_eq!((end["failed"].as_u64(), end["left"].as_u64()), (Some(1), Some(2)));
    }
}
