//! The command line.
//!
//! Arguments become a configuration and a request; a command runs and prints what it did, in
//! Chinese and English. Exit codes: 0 done; 1 the copy does not fit, a press file has an error or,
//! for `serve`, the grace period ended with unfinished requests; 2 the input was rejected; 64
//! usage; 69 the server cannot be reached; 70 internal error; 74 files of a batch cannot be
//! written; 75 a batch was stopped.

mod args;
mod article;
mod batch;
mod error;
mod font_folder;
mod fonts;
mod input;
mod load;
mod order;
mod preflight;
mod print;
mod progress;
mod remote;
mod render;
mod schema;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::args::{CliCommand, CommandLine};
use crate::cli::error::{CommandError, ExitStatus};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            let is_usage_error = error.use_stderr();
            // Help and version go to the terminal as clap formats them.
            let _ = error.print();
            return ExitCode::from(if is_usage_error { ExitStatus::Usage as u8 } else { 0 });
        }
    };
    match run_command(command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::print_warning(&error.lines);
            ExitCode::from(error.exit as u8)
        }
    }
}

fn run_command(command_line: CommandLine) -> Result<(), CommandError> {
    match command_line.command {
        CliCommand::Render(args) => render::render(&args),
        CliCommand::Batch(args) => batch::batch(&args),
        CliCommand::Plan(args) => render::plan(&args),
        CliCommand::Measure(args) => article::measure(&args),
        CliCommand::Explain(args) => article::explain(&args),
        CliCommand::Galley(args) => article::galley(&args),
        CliCommand::Preflight(args) => preflight::preflight(&args),
        CliCommand::Serve(args) => serve::serve(&args),
        CliCommand::Fonts(args) => fonts::fonts(&args),
        CliCommand::Schema(args) => schema::schema(&args),
    }
}
