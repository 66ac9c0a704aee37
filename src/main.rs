//! The program: reads the command line and hands it to the library.

use std::process::ExitCode;

use claimwatch::commands::{Cli, exit_of, is_closed_pipe, run};
use clap::Parser;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(exit) => exit.into(),
        // Whoever reads our output may stop reading when he has enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("claimwatch: {error:#}");
            exit_of(&error).into()
        }
    }
}
