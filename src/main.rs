//! The program: reads the command line and hands it to the library.

use std::process::ExitCode;

use claimwatch::commands::{Cli, exit_of, is_closed_pipe, run};
use claimwatch::doors::tell_line;
use clap::Parser;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(exit) => exit.into(),
        // Whoever reads our output may stop reading when he has enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell_line(format_args!("claimwatch: {error:#}"));
            exit_of(&error).into()
        }
    }
}
