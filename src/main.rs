//! The `banmian` program: see [`banmian::surface::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    banmian::surface::cli::main()
}
