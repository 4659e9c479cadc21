//! `cargo xtask`: the repository's own commands. `test` is the one test command, `tidy` holds the
//! rules of the house, `dev` rebuilds and restarts on change.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks there")]

mod bench;
mod dev;
mod generate;
mod kept;
mod postgres;
mod process;
mod test;
mod tidy;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

/// What goes wrong is told in a sentence and ends the command.
pub(crate) type Outcome<T> = Result<T, String>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Comanda's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check and ends with `N passed, M failed`.
    Test {
        /// Only this suite, e.g. `e2e`; may be given several times.
        #[arg(long = "suite")]
        suites: Vec<String>,
    },
    /// Checks the rules of the house and shows each breach with its file and line.
    Tidy,
    /// Serves the demo town; builds and restarts it whenever a source changes.
    Dev {
        /// Passed on to `comanda up`.
        #[arg(last = true)]
        up: Vec<String>,
    },
    /// Runs the benchmarks, optimised.
    Bench {
        /// Passed on to the benchmarks.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Writes what is generated and kept in the repository: the API documents in `docs/api`.
    Gen {
        /// The filter of stolen passwords instead.
        #[arg(long)]
        stolen: bool,
    },
}

fn main() -> ExitCode {
    let done = Workspace::find().and_then(|workspace| match Arguments::parse().command {
        Command::Test { suites } => test::run(&workspace, &suites),
        Command::Tidy => tidy::run(&workspace),
        Command::Dev { up } => dev::run(&workspace, &up),
        Command::Bench { arguments } => bench::run(&workspace, &arguments),
        Command::Gen { stolen: true } => generate::stolen(&workspace),
        Command::Gen { stolen: false } => generate::run(&workspace),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
