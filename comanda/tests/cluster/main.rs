//! Two replicas of each service over PostgreSQL and a distributed broker, behind NGINX as it ships:
//! replicas that hear each other, a rolling restart under load, and thousands of orders while
//! replicas, broker and database are killed, or the broker is cut off.
//! `cargo xtask test --suite cluster` runs it once for each broker; without its servers it ends at
//! once.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod client;
mod faults;
mod gateway;
mod guests;
mod invariants;
mod kitchens;
mod line;
mod rebuilt;
mod records;
mod replicas;
mod report;
mod rolling;
mod screen;
mod servers;
mod size;
mod town;
mod wire;

use kernel::Random;
use std::{path::PathBuf, process::ExitCode, time::Instant};

use guests::Guests;
use invariants::End;
use kitchens::Crew;
use report::{Report, figures, say};
use screen::Screen;
use size::UNANSWERED;
use town::Town;

/// The servers of the run, as the suite names them.
struct Servers {
    /// The folder in which their keepers write who they are.
    kept: PathBuf,
    broker: String,
    postgres: String,
}

impl Servers {
    fn find() -> Option<Self> {
        let named = |name| std::env::var_os(name)?.into_string().ok();
        let kept = PathBuf::from(named("COMANDA_TEST_CLUSTER")?);
        let (broker, postgres) = (named("COMANDA_TEST_BROKER")?, named("COMANDA_TEST_POSTGRES")?);
        Some(Self { kept, broker, postgres })
    }
}

fn main() -> ExitCode {
    let Some(servers) = Servers::find() else {
        say("no servers: cargo xtask test --suite cluster starts them");
        return ExitCode::SUCCESS;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let report = runtime.block_on(run(servers));
    if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(servers: Servers) -> Report {
    let mut report = Report::default();
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let town = Town::start(folder.path(), &servers.kept, &servers.postgres, &servers.broker).await;
    let (kitchens, silent) = kitchens::open(&town).await;
    say(&format!("{} replicas stand after {} ms", town.all().count(), begun.elapsed().as_millis()));
    let mut placed = replicas::run(&town, &silent, &mut report).await;

    let mut crews = Vec::new();
    for (number, kitchen) in kitchens.iter().enumerate() {
        crews.push(Crew::start(&town, kitchen, 10 + number).await);
    }
    let watcher = town.caller(2).signed_in(kitchens::OWNER).await;
    let unanswered = Screen::watch(watcher, &silent.id, None);
    for number in 0..UNANSWERED {
        let body = silent.order(number);
        let order = guests::place(&town.caller(3), &format!("unanswered-{number}"), &body).await;
        placed.push(guests::acknowledged(&order));
    }
    placed.extend(rolling::run(&town, &kitchens, &crews, &mut report).await);

    let seed = seed();
    say(&format!("chaos with seed {seed} (COMANDA_TEST_SEED={seed} plans it again)"));
    let guests = Guests::start(&town, &kitchens, "chaos", (size::orders(), size::rate()));
    let begun = Instant::now();
    let windows = faults::strike(&town, &guests, &Random::seeded(seed)).await;
    let ordered = guests.done().await;
    say(&format!("{} orders in {} s", ordered.len(), begun.elapsed().as_secs()));
    let ordered_under_faults = ordered.clone();
    placed.extend(ordered);
    let end = End {
        town: &town,
        kitchens: &kitchens,
        crews: &crews,
        silent: &unanswered,
        placed: &placed,
    };
    let rest = end.rest().await;
    say(&format!("at rest after {} s", begun.elapsed().as_secs()));
    let screens = crews.iter().flat_map(|crew| &crew.screens);
    let (all, calm) = faults::ways(&ordered_under_faults, screens, &windows);
    say(&format!(
        "order acknowledged to ticket on a screen: {} outside of faults, {} overall",
        figures(calm),
        figures(all)
    ));
    report.check("chaos::everything_comes_to_rest", rest);
    end.check(&mut report).await;
    let same = rebuilt::check(&town, &kitchens).await;
    report.check("chaos::i6_a_projection_rebuilt_from_nothing_is_equal", same);
    report.check("chaos::no_replica_ends_by_itself", report::none(&town.ended()));
    report.check("chaos::no_worker_of_nginx_crashes", report::none(&town.gateway.crashes()));
    if !report.holds() {
        say(&format!("logs are in {}", folder.keep().display()));
    }
    report
}

/// Another one each time, unless somebody wants a run again.
fn seed() -> u64 {
    size::number("COMANDA_TEST_SEED")
        .unwrap_or_else(|| u64::from(u32::from_le_bytes(Random::system().bytes())))
}
