//! The command line.
//!
//! Arguments become a [`Config`] and a request; a command runs and says what it did, in Chinese and
//! English. Exit codes: 0 done, 1 the copy does not fit, a press file has an error in it or, for
//! `serve`, requests were cut off by the grace, 2 the input was refused, 64 usage, 69 the server
//! cannot be reached, 70 a defect, 74 files of a batch cannot be written, 75 a batch was stopped.

mod args;
mod article;
mod batch;
mod files;
mod fonts;
mod preflight;
mod render;
mod serve;
mod tell;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::error::Error;
use crate::font::FontSet;
use crate::model::HouseStyle;
use crate::surface::batch::FailureKind;
use crate::surface::cli::args::{CliCommand, CommandLine, CommonArgs};
use crate::surface::files::{FileError, FileErrorKind};
use crate::surface::grpc::client::{RemoteError, kind};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CommandError {
    exit: ExitStatus,
    lines: Vec<String>,
}

/// Exit codes, after sysexits where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    Unfit = 1,
    Refused = 2,
    Usage = 64,
    Unavailable = 69,
    Bug = 70,
    Unwritable = 74,
    Stopped = 75,
}

impl From<FailureKind> for ExitStatus {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Stopped => Self::Stopped,
            FailureKind::Unfit => Self::Unfit,
            FailureKind::Refused => Self::Refused,
            FailureKind::Unwritable => Self::Unwritable,
            FailureKind::Lost => Self::Unavailable,
            FailureKind::Bug => Self::Bug,
        }
    }
}

impl CommandError {
    fn new(exit: ExitStatus, line: impl Into<String>) -> Self {
        Self { exit, lines: vec![line.into()] }
    }

    fn usage(line: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, line)
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Rejected(_) => ExitStatus::Refused,
            Error::Unfit(_) => ExitStatus::Unfit,
            Error::NotFound { .. }
            | Error::Unsupported { .. }
            | Error::Unauthenticated
            | Error::TooLarge { .. } => ExitStatus::Refused,
            Error::QuotaExceeded { .. }
            | Error::Busy
            | Error::Draining
            | Error::DeadlineExceeded
            | Error::Cancelled => ExitStatus::Unavailable,
            Error::Internal(_) => ExitStatus::Bug,
        };
        let mut lines = vec![error.to_string()];
        lines.extend(error.findings().iter().map(|finding| format!("  {finding}")));
        for finding in error.findings().iter().take(1) {
            lines.push(format!("  → {}", finding.code.remedy()));
        }
        Self { exit, lines }
    }
}

impl From<FileError> for CommandError {
    fn from(fault: FileError) -> Self {
        let exit = match fault.kind {
            FileErrorKind::Unreadable | FileErrorKind::Unwritable => ExitStatus::Usage,
            FileErrorKind::TooMuch => ExitStatus::Refused,
        };
        Self::new(exit, fault.to_string())
    }
}

impl From<RemoteError> for CommandError {
    fn from(failure: RemoteError) -> Self {
        Self { exit: kind(failure.code).into(), lines: failure.lines }
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match CommandLine::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            // Help and version go to the terminal as clap has them.
            let _ = error.print();
            return ExitCode::from(if usage { ExitStatus::Usage as u8 } else { 0 });
        }
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            let mut stderr = std::io::stderr().lock();
            for line in &failed.lines {
                let _ = writeln!(stderr, "{}", files::printable(line));
            }
            ExitCode::from(failed.exit as u8)
        }
    }
}

fn run(cli: CommandLine) -> Result<(), CommandError> {
    match cli.command {
        CliCommand::Render(args) => render::render(&args),
        CliCommand::Batch(args) => batch::batch(&args),
        CliCommand::Plan(args) => render::plan(&args),
        CliCommand::Measure(args) => article::measure(&args),
        CliCommand::Explain(args) => article::explain(&args),
        CliCommand::Galley(args) => article::galley(&args),
        CliCommand::Preflight(args) => preflight::preflight(&args),
        CliCommand::Serve(args) => serve::serve(&args),
        CliCommand::Fonts(args) => fonts::fonts(&args),
    }
}

/// The configuration: flags over the environment over a file over the defaults.
fn config(common: &CommonArgs) -> Result<ServiceConfig, CommandError> {
    let path = common.config.as_deref();
    let text = path.map(files::read_text).transpose()?;
    let bad = |error| {
        let place = path.map(|path| format!("{}：", path.display())).unwrap_or_default();
        CommandError::usage(format!("{place}配置有误 / bad configuration: {error}"))
    };
    // A variable that is no text is none of ours.
    let environment = std::env::vars_os();
    let environment = environment
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    let mut config = ServiceConfig::from_layers(text.as_deref(), environment).map_err(bad)?;
    config.house_styles.extend(common.house_style.iter().cloned());
    if common.fonts.is_some() {
        config.fonts.clone_from(&common.fonts);
    }
    Ok(config)
}

/// The engine of a configuration.
fn engine(config: &ServiceConfig) -> Result<Engine, CommandError> {
    load(config, &embedded()?)
}

/// The faces of the binary.
fn embedded() -> Result<FontSet, CommandError> {
    FontSet::embedded().map_err(|error| CommandError::new(ExitStatus::Bug, error))
}

/// Reads the fonts and house styles of a configuration; what `known` has of the fonts is not parsed again.
fn load(config: &ServiceConfig, known: &FontSet) -> Result<Engine, CommandError> {
    let (fonts, faults) = fonts::read(config, known)?;
    if !faults.is_empty() {
        return Err(fonts::refused(&faults));
    }
    let mut styles = Vec::new();
    for path in &config.house_styles {
        styles.push(files::read_text(path)?);
    }
    let bad = |error| CommandError::usage(format!("版式规范有误 / bad house style: {error}"));
    let mut engine = Engine::with_fonts(fonts, config.limits, &styles).map_err(bad)?;
    for (path, text) in config.house_styles.iter().zip(&styles) {
        let style = HouseStyle::parse(text, engine.fonts()).map_err(bad)?;
        if let Some(file) = &style.press.icc_file {
            let path = path.with_file_name(file);
            let icc = files::read_input(&path, ICC_MOST)?;
            engine = engine.with_profile(&style.name, &icc).map_err(bad)?;
        }
    }
    Ok(engine)
}

/// Larger profiles of presses are not known.
const ICC_MOST: u64 = 16 * 1024 * 1024;
