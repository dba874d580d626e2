//! The `banmian` program; see [`banmian::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    banmian::cli::main()
}
