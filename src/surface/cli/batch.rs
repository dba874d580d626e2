//! `batch`: many pages.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::ServiceConfig;
use crate::engine::file_ending;
use crate::proto::Output;
use crate::surface::batch::{
    BatchLog, BatchPage, BatchRun, BatchTally, FailureKind, FolderStore, FoundPages, LocalMaker,
    OutputClash, PageMaker, PageOutcome, StopSignal, clashes, find,
};
use crate::surface::cli::args::BatchArgs;
use crate::surface::cli::files::printable;
use crate::surface::cli::{CommandError, ExitStatus, config, engine, render, tell};
use crate::surface::files::FileError;
use crate::surface::grpc::client::batch::RemoteMaker;

/// Pages ahead at a server if none are asked for: enough to keep one of sixteen processors busy.
const AHEAD: usize = 16;
/// How often a batch that has no terminal tells how far it is.
const TELL: Duration = Duration::from_secs(5);

/// Typesets many pages.
pub(crate) fn batch(args: &BatchArgs) -> Result<(), CommandError> {
    let begun = Instant::now();
    let config = config(&args.common)?;
    let store = FolderStore {
        order: render::order(&args.order, &args.look),
        pictures: render::folder(args.order.pictures.as_deref(), &config.limits)?,
        output: args.output.clone(),
        limits: config.limits,
    };
    let pages = pages(args, &store)?;
    let mut log = LogWriter::open(args.log.as_deref())?;
    std::fs::create_dir_all(&args.output)
        .map_err(|error| FileError::unwritable(&args.output, error))?;
    let stop = Arc::new(StopSignal::default());
    stop_on_signals(&stop)?;
    let maker = maker(args, &config, &stop)?;
    let here = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = args.jobs.map(usize::from);
    let jobs = jobs.unwrap_or_else(|| if args.server.remote.is_some() { AHEAD } else { here() });
    let mut desk = BatchDisplay {
        tally: BatchTally::new(pages.len()),
        bar: bar(pages.len()),
        told: begun,
        begun,
    };
    let batch = BatchRun { store: &store, maker: &*maker, stop: &stop, jobs, force: args.force };
    let ran = batch.run(&pages, |outcome| {
        log.page(outcome, &stop);
        desk.tell(outcome);
    });
    ran.map_err(|error| CommandError::new(ExitStatus::Bug, error.to_string()))?;
    desk.bar.finish_and_clear();
    let seconds = begun.elapsed().as_secs_f64();
    log.end(&desk.tally, seconds);
    summary(&desk.tally, seconds);
    end(&desk.tally, log.fault.as_ref())
}

/// How the batch ended: the gravest of what happened.
fn end(tally: &BatchTally, unlogged: Option<&FileError>) -> Result<(), CommandError> {
    let left = (tally.left() > 0).then_some(FailureKind::Stopped);
    let lines = unlogged.iter().map(ToString::to_string).collect();
    match tally.gravest.max(left).max(unlogged.map(|_| FailureKind::Unwritable)) {
        None => Ok(()),
        Some(kind) => Err(CommandError { exit: kind.into(), lines }),
    }
}

/// The log, if one is wanted, and why it cannot be written any more.
struct LogWriter<'a> {
    log: Option<(&'a Path, BatchLog<File>)>,
    fault: Option<FileError>,
}

impl<'a> LogWriter<'a> {
    fn open(path: Option<&'a Path>) -> Result<Self, CommandError> {
        let mut logged = Self { log: None, fault: None };
        if let Some(path) = path {
            let file = OpenOptions::new().create(true).append(true).open(path);
            let file = file.map_err(|error| FileError::unwritable(path, error))?;
            logged.log = Some((path, BatchLog::new(file)));
        }
        Ok(logged)
    }

    /// Tells of a page. A batch whose log is lost does not go on unseen.
    fn page(&mut self, outcome: &PageOutcome, stop: &StopSignal) {
        self.write(|log| log.page(outcome));
        if self.fault.is_some() {
            stop.finish();
        }
    }

    fn end(&mut self, tally: &BatchTally, seconds: f64) {
        self.write(|log| log.end(tally, seconds));
    }

    fn write(&mut self, line: impl FnOnce(&mut BatchLog<File>) -> io::Result<()>) {
        if let Some((path, log)) = &mut self.log
            && let Err(error) = line(log)
        {
            self.fault = Some(FileError::unwritable(path, error));
        }
    }
}

/// The pages of this run, once it is sure that no two are in each other's way.
fn pages(args: &BatchArgs, store: &FolderStore) -> Result<Vec<BatchPage>, CommandError> {
    let same = |input: &Path| match (input.canonicalize(), args.output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if let Some(input) = args.inputs.iter().find(|input| same(input)) {
        let input = input.display();
        return Err(CommandError::usage(format!(
            "{input}：输出目录不能就是输入目录 / the output directory cannot be an input directory"
        )));
    }
    let FoundPages { mut pages, links } = find(&args.inputs, &args.output)?;
    let endings: Vec<&str> =
        store.order.request.outputs().map(|output: Output| file_ending(output)).collect();
    let clashes = clashes(&pages, &args.output, &endings);
    if !clashes.is_empty() {
        let head = "有的版会写同一个文件，或盖掉输入文件，未开始排版 / pages would write the same file, or over \
                    an input; nothing was begun";
        let lines = clashes.iter().map(told);
        let lines = std::iter::once(head.to_owned()).chain(lines).collect();
        return Err(CommandError { exit: ExitStatus::Usage, lines });
    }
    if links > 0 {
        tell::warn(&CommandError::usage(format!(
            "跳过 {links} 个符号链接 / {links} symbolic links were passed over"
        )));
    }
    let all = pages.len();
    pages.retain(|page| args.shard.is_none_or(|shard| shard.has(&page.key)));
    if all == 0 {
        return Err(CommandError::usage("没有找到稿件 / no pages were found"));
    }
    Ok(pages)
}

fn told(clash: &OutputClash<'_>) -> String {
    let [page, other] = [clash.page, clash.other].map(|page| page.input.display().to_string());
    format!("  {}: {other}, {page}", clash.file.display())
}

/// Who makes the pages: a server if one is named, else the engine here.
fn maker<'a>(
    args: &BatchArgs,
    config: &ServiceConfig,
    stop: &'a StopSignal,
) -> Result<Box<dyn PageMaker + 'a>, CommandError> {
    let Some(link) = render::link(&args.server)? else {
        return Ok(Box::new(LocalMaker::new(engine(config)?, stop)));
    };
    Ok(Box::new(RemoteMaker::connect(&link, config.limits.message_bytes, stop)?))
}

/// Asks the batch to stop at each SIGINT and SIGTERM.
fn stop_on_signals(stop: &Arc<StopSignal>) -> Result<(), CommandError> {
    let bug = |error: io::Error| CommandError::new(ExitStatus::Bug, error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(bug)?;
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        let of = |kind| signal(kind).map_err(bug);
        (of(SignalKind::interrupt())?, of(SignalKind::terminate())?)
    };
    let stop = Arc::clone(stop);
    let wait = async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => (),
                _ = terminate.recv() => (),
            }
            let line = if stop.asked() {
                "立即停止 / stopping at once"
            } else {
                "在排的版排完即停，再按一次立即停止 / stopping when the pages in hand are done, or at once if asked again"
            };
            let _ = writeln!(io::stderr().lock(), "{line}");
            stop.ask();
        }
    };
    let thread = std::thread::Builder::new().name("banmian-signals".to_owned());
    thread.spawn(move || runtime.block_on(wait)).map_err(bug)?;
    Ok(())
}

/// What people see while the pages are made.
struct BatchDisplay {
    tally: BatchTally,
    bar: ProgressBar,
    begun: Instant,
    /// When it was last told how far the batch is.
    told: Instant,
}

/// The bar on a terminal; anywhere else there is none.
fn bar(pages: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(pages as u64), ProgressDrawTarget::stderr());
    let form = "{bar:30} {pos}/{len} 版 pages · {per_sec} · 失败 failed {msg} · 还需 ETA {eta}";
    // A form that does not parse leaves the bar as it comes.
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar.set_message("0");
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

impl BatchDisplay {
    fn tell(&mut self, outcome: &PageOutcome) {
        self.tally.add(outcome);
        if let Err(failure) = &outcome.result {
            let line = format!("{}: {} {}", outcome.key, failure.code, failure.message);
            self.line(&line);
            self.bar.set_message(self.tally.failed.to_string());
        }
        self.bar.inc(1);
        if self.bar.is_hidden() && self.told.elapsed() >= TELL {
            self.told = Instant::now();
            let BatchTally { pages, failed, .. } = self.tally;
            let (told, seconds) = (self.tally.told(), self.begun.elapsed().as_secs_f64());
            let (rate, left) = (told as f64 / seconds, self.tally.left() as f64);
            self.line(&format!(
                "{told}/{pages} 版 pages · {rate:.1}/s · 失败 failed {failed} · 还需 ETA {:.0} s",
                left / rate
            ));
        }
    }

    /// A line on standard error, above the bar.
    fn line(&self, text: &str) {
        let text = printable(&text.replace('\n', " "));
        self.bar.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{text}");
        });
    }
}

fn summary(tally: &BatchTally, seconds: f64) {
    let BatchTally { pages, done, skipped, failed, gravest: _ } = tally;
    let left = tally.left();
    let rate = *done as f64 / seconds;
    tell::say(&format!(
        "共 {pages} 版：排好 {done}，原已排好 {skipped}，失败 {failed}，未排 {left}；{seconds:.1} 秒，每秒 {rate:.2} 版"
    ));
    tell::say(&format!(
        "{pages} pages: {done} done, {skipped} skipped, {failed} failed, {left} left; {seconds:.1} s, {rate:.2} pages/s"
    ));
}
