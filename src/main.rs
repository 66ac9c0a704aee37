//! The program: reads the command line and hands it to the library.

use std::process::ExitCode;

use claimwatch::commands::{Cli, exit_of, run};
use clap::Parser;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("claimwatch: {error:#}");
            exit_of(&error).into()
        }
    }
}
