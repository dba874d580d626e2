//! `batch`: many pages.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio::signal::unix::{SignalKind, signal};

use crate::batch::{
    BatchLog, BatchPage, BatchRun, BatchTally, FailureKind, FolderStore, FoundPages, LocalMaker,
    OutputClash, PageMaker, PageOutcome, RerunPolicy, StopSignal, find_pages, output_clashes,
};
use crate::cli::args::BatchArgs;
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::input::picture_folder;
use crate::cli::load::{load_config, load_engine};
use crate::cli::order::render_order;
use crate::cli::print::print_warning;
use crate::cli::progress::{BatchDisplay, print_summary};
use crate::cli::remote::server_address;
use crate::client::RemoteMaker;
use crate::config::ServiceConfig;
use crate::engine::file_ending;
use crate::files::FileError;
use crate::proto::Output;

/// Pages in hand at a server by default: enough to keep one of sixteen processors busy.
const REMOTE_JOBS: usize = 16;

/// Typesets many pages.
pub(crate) fn batch(args: &BatchArgs) -> Result<(), CommandError> {
    let begun = Instant::now();
    let config = load_config(&args.common)?;
    let store = FolderStore {
        order: render_order(&args.order, &args.look),
        pictures: picture_folder(args.order.pictures.as_deref(), &config.limits)?,
        output: args.output.clone(),
        limits: config.limits,
    };
    let pages = plan_pages(args, &store)?;
    // Opened before the first page: a log that cannot be written must not cost a batch.
    let mut log = LogWriter::open(args.log.as_deref())?;
    std::fs::create_dir_all(&args.output)
        .map_err(|error| FileError::unwritable(&args.output, error))?;
    let stop = Arc::new(StopSignal::default());
    // Before the maker, because connecting to a server may take long.
    stop_on_signals(&stop)?;
    let maker = choose_maker(args, &config, &stop)?;
    let mut display = BatchDisplay::new(pages.len(), begun);
    let run = BatchRun {
        store: &store,
        maker: &*maker,
        stop: &stop,
        jobs: job_count(args),
        rerun: if args.force { RerunPolicy::Always } else { RerunPolicy::WhenChanged },
    };
    let ran = run.run(&pages, |outcome| {
        log.log_page(outcome, &stop);
        display.report_page(outcome);
    });
    ran.map_err(CommandError::internal)?;
    let tally = display.finish();
    let seconds = begun.elapsed().as_secs_f64();
    log.log_end(&tally, seconds);
    print_summary(&tally, seconds);
    batch_result(&tally, log.error.as_ref())
}

/// Number of pages in hand at a time.
fn job_count(args: &BatchArgs) -> usize {
    match args.jobs {
        Some(jobs) => jobs.into(),
        None if args.server.remote.is_some() => REMOTE_JOBS,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Result of the batch: the most severe failure.
fn batch_result(tally: &BatchTally, log_error: Option<&FileError>) -> Result<(), CommandError> {
    let stopped = (tally.remaining() > 0).then_some(FailureKind::Stopped);
    let lines = log_error.iter().map(ToString::to_string).collect();
    // `None` is below every kind of failure.
    match tally.worst.max(stopped).max(log_error.map(|_| FailureKind::Unwritable)) {
        None => Ok(()),
        Some(kind) => Err(CommandError { exit: kind.into(), lines }),
    }
}

/// The log of the batch, if one is written, and the error that ended it.
struct LogWriter<'a> {
    log: Option<(&'a Path, BatchLog<File>)>,
    error: Option<FileError>,
}

impl<'a> LogWriter<'a> {
    fn open(path: Option<&'a Path>) -> Result<Self, CommandError> {
        let mut writer = Self { log: None, error: None };
        if let Some(path) = path {
            // Appended to: a batch that is resumed after a stop continues its log.
            let file = OpenOptions::new().create(true).append(true).open(path);
            let file = file.map_err(|error| FileError::unwritable(path, error))?;
            writer.log = Some((path, BatchLog::new(file)));
        }
        Ok(writer)
    }

    /// Logs a page. A batch whose log cannot be written any more is stopped.
    fn log_page(&mut self, outcome: &PageOutcome, stop: &StopSignal) {
        self.write_line(|log| log.log_page(outcome));
        if self.error.is_some() {
            stop.finish_current();
        }
    }

    fn log_end(&mut self, tally: &BatchTally, seconds: f64) {
        self.write_line(|log| log.log_end(tally, seconds));
    }

    fn write_line(&mut self, line: impl FnOnce(&mut BatchLog<File>) -> io::Result<()>) {
        if let Some((path, log)) = &mut self.log
            && let Err(error) = line(log)
        {
            self.error = Some(FileError::unwritable(path, error));
        }
    }
}

/// Returns the pages of this run, after checking that no two write the same file.
fn plan_pages(args: &BatchArgs, store: &FolderStore) -> Result<Vec<BatchPage>, CommandError> {
    // Compared as resolved; a directory that does not exist yet cannot be an input.
    let is_output = |input: &Path| match (input.canonicalize(), args.output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if let Some(input) = args.inputs.iter().find(|input| is_output(input)) {
        let input = input.display();
        return Err(CommandError::usage(format!(
            "{input}：输出目录不能就是输入目录 / the output directory cannot be an input directory"
        )));
    }
    let FoundPages { mut pages, links } = find_pages(&args.inputs, &args.output)?;
    let endings: Vec<&str> =
        store.order.request.outputs().map(|output: Output| file_ending(output)).collect();
    let clashes = output_clashes(&pages, &args.output, &endings);
    if !clashes.is_empty() {
        let head = "有的版会写同一个文件，或覆盖输入文件，未开始排版 / pages would write the same file \
                    or overwrite an input file; nothing was started";
        let lines = clashes.iter().map(clash_line);
        let lines = std::iter::once(head.to_owned()).chain(lines).collect();
        return Err(CommandError { exit: ExitStatus::Usage, lines });
    }
    if links > 0 {
        let line = format!("跳过 {links} 个符号链接 / {links} symbolic links ignored");
        print_warning(&[line]);
    }
    let found = pages.len();
    // After the clashes: they concern all machines of a batch.
    pages.retain(|page| args.shard.is_none_or(|shard| shard.contains(&page.key)));
    // Counted before the shard, of which an empty one is no mistake.
    if found == 0 {
        return Err(CommandError::usage("没有找到稿件 / no pages were found"));
    }
    Ok(pages)
}

fn clash_line(clash: &OutputClash<'_>) -> String {
    let [page, other] = [clash.page, clash.other].map(|page| page.input.display().to_string());
    format!("  {}: {other}, {page}", clash.file.display())
}

/// Chooses the maker of the pages: a server if one is named, else the engine of this process.
fn choose_maker<'a>(
    args: &BatchArgs,
    config: &ServiceConfig,
    stop: &'a StopSignal,
) -> Result<Box<dyn PageMaker + 'a>, CommandError> {
    let Some(address) = server_address(&args.server)? else {
        return Ok(Box::new(LocalMaker::new(load_engine(config)?, stop)));
    };
    Ok(Box::new(RemoteMaker::connect(&address, config.limits.message_bytes, stop)?))
}

/// Asks the batch to stop at each SIGINT and SIGTERM.
fn stop_on_signals(stop: &Arc<StopSignal>) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::internal)?;
    // Registered here, not in the thread: from now on neither signal ends the process.
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        let on = |kind| signal(kind).map_err(CommandError::internal);
        (on(SignalKind::interrupt())?, on(SignalKind::terminate())?)
    };
    let stop = Arc::clone(stop);
    let wait = async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => (),
                _ = terminate.recv() => (),
            }
            // The first signal lets pages in hand finish; the second gives up on them.
            let line = if stop.is_requested() {
                "立即停止 / stopping now"
            } else {
                "在排的版排完即停，再按一次立即停止 / stopping after the pages in progress; interrupt again to stop now"
            };
            let _ = writeln!(io::stderr().lock(), "{line}");
            stop.request();
        }
    };
    let thread = std::thread::Builder::new().name("banmian-signals".to_owned());
    thread.spawn(move || runtime.block_on(wait)).map_err(CommandError::internal)?;
    Ok(())
}
