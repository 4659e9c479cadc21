//! `cargo xtask bench`: measures the shipped binary beside its limits and peers, in one run on
//! loopback, and writes `bench/RESULTS.md`. It asserts nothing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks there")]

mod basket;
mod http;
mod limit;
mod load;
mod machine;
mod page;
mod parts;
mod postgres;
mod report;
mod screen;
mod statements;
mod town;

use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

/// What goes wrong is told in a sentence and ends the part that it happened in.
pub(crate) type Outcome<T> = Result<T, String>;

/// What is measured, and for how long.
#[derive(Debug, Clone, Parser)]
#[command(about = "Measures Comanda beside its limits and peers")]
pub(crate) struct Arguments {
    /// The `comanda` to measure; the one beside this program when it is not said.
    #[arg(long)]
    comanda: Option<PathBuf>,
    /// Only this part; may be given several times.
    #[arg(long = "part", value_enum)]
    parts: Vec<parts::Part>,
    /// A PostgreSQL with durable commits, as `postgres://USER@HOST:PORT/postgres`.
    #[arg(long)]
    postgres: Option<String>,
    /// A running broker, as `NAME|URL` or `NAME|URL|OWN TOOL|MESSAGES A SECOND`; several times.
    #[arg(long = "broker")]
    brokers: Vec<parts::Broker>,
    /// Where the figures are written.
    #[arg(long, default_value = "bench/RESULTS.md")]
    out: PathBuf,
    /// Connections of the load generators.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Interleaved rounds of each comparison.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Length of a round in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let out = arguments.out.clone();
    let report = match parts::run(&arguments).await {
        Ok(report) => report.text(),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{report}");
    if let Err(error) = std::fs::write(&out, report) {
        eprintln!("{}: {error}", out.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
