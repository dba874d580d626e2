//! Progress of a batch on standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::batch::{BatchTally, PageOutcome};
use crate::cli::print::{escape_controls, print_escaped};

/// Interval of the progress lines where there is no terminal.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// Progress of a batch: a bar on a terminal, else a line from time to time. Failed pages get a line
/// each.
pub(crate) struct BatchDisplay {
    tally: BatchTally,
    bar: ProgressBar,
    begun: Instant,
    /// Time of the last progress line.
    last_report: Instant,
}

impl BatchDisplay {
    /// Progress of a batch of `pages` pages that began at `begun`.
    pub(crate) fn new(pages: usize, begun: Instant) -> Self {
        let tally = BatchTally::new(pages);
        Self { tally, bar: progress_bar(pages), begun, last_report: begun }
    }

    /// Counts a page and shows it.
    pub(crate) fn report_page(&mut self, outcome: &PageOutcome) {
        self.tally.add(outcome);
        if let Err(failure) = &outcome.result {
            let line = format!("{}: {} {}", outcome.key, failure.code, failure.message);
            self.print_line(&line);
            self.bar.set_message(self.tally.failed.to_string());
        }
        self.bar.inc(1);
        if self.bar.is_hidden() && self.last_report.elapsed() >= PROGRESS_INTERVAL {
            self.last_report = Instant::now();
            self.print_progress();
        }
    }

    fn print_progress(&self) {
        let BatchTally { pages, failed, .. } = self.tally;
        let (reported, seconds) = (self.tally.reported(), self.begun.elapsed().as_secs_f64());
        // Printed only after a page, so the rate is above zero.
        let rate = reported as f64 / seconds;
        let remaining = self.tally.remaining() as f64;
        self.print_line(&format!(
            "{reported}/{pages} 版 pages · {rate:.1}/s · 失败 failed {failed} · 还需 ETA {:.0} s",
            remaining / rate
        ));
    }

    /// Prints a line on standard error, above the bar.
    fn print_line(&self, text: &str) {
        // One line for each failure, whatever its message holds.
        let text = escape_controls(&text.replace('\n', " "));
        self.bar.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{text}");
        });
    }

    /// Removes the bar and returns the tally.
    pub(crate) fn finish(self) -> BatchTally {
        self.bar.finish_and_clear();
        self.tally
    }
}

/// Makes the bar of a terminal; a hidden one where there is no terminal.
fn progress_bar(pages: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(pages as u64), ProgressDrawTarget::stderr());
    let template = "{bar:30} {pos}/{len} 版 pages · {per_sec} · 失败 failed {msg} · 还需 ETA {eta}";
    // A template that does not parse leaves the bar in its default style.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message("0");
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// Prints the totals of a batch in both languages.
pub(crate) fn print_summary(tally: &BatchTally, seconds: f64) {
    let BatchTally { pages, done, skipped, failed, worst: _ } = tally;
    let remaining = tally.remaining();
    let rate = *done as f64 / seconds;
    print_escaped(&format!(
        "共 {pages} 版：完成 {done}，此前已完成 {skipped}，失败 {failed}，未排 {remaining}；{seconds:.1} 秒，每秒 {rate:.2} 版"
    ));
    print_escaped(&format!(
        "{pages} pages: {done} done, {skipped} skipped, {failed} failed, {remaining} left; {seconds:.1} s, {rate:.2} pages/s"
    ));
}
