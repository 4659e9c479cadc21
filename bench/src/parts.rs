//! The parts of a run, one after the other, each on a town of its own.

mod brokers;

pub(crate) use brokers::Broker;

use crate::{
    Arguments, Outcome,
    basket::Baskets,
    limit,
    load::{Load, Round, median},
    machine, page,
    postgres::Postgres,
    report::{Line, Report, millis, whole},
    screen::{self, Spread},
    statements::Sample,
    town::{Town, run as run_program},
};
use clap::ValueEnum;
use std::{
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    time::Duration,
};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    Start,
    Page,
    Screen,
    Embedded,
    Postgres,
    Brokers,
}

const STARTS: usize = 7;
const IDLE: Duration = Duration::from_secs(10);
const SCREEN_RATE: u32 = 200;
const SCREEN_LENGTH: Duration = Duration::from_secs(20);
/// DESIGN 14, in bytes with brotli.
const HTML_LIMIT: usize = 40_000;
const ASSET_LIMIT: usize = 20_000;

struct Run<'a> {
    arguments: &'a Arguments,
    comanda: PathBuf,
    folder: &'a Path,
    machine: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    notes: Vec<String>,
}

/// Measures all that was asked for.
pub(crate) async fn run(arguments: &Arguments) -> Outcome<Report> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let comanda = arguments.comanda.clone().unwrap_or_else(|| own.with_file_name("comanda"));
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let machine = machine::describe(folder.path())?;
    let (lines, notes) = (Vec::new(), Vec::new());
    let mut run = Run { arguments, comanda, folder: folder.path(), machine, lines, notes };
    let wanted = |part| arguments.parts.is_empty() || arguments.parts.contains(&part);
    run.loaded().await?;
    for part in Part::value_variants() {
        let part = *part;
        if !wanted(part) {
            continue;
        }
        eprintln!("measuring: {part:?}");
        let done = match part {
            Part::Start => run.start().await,
            Part::Page => run.page().await,
            Part::Screen => run.screen().await,
            Part::Embedded => run.embedded().await,
            Part::Postgres => run.postgres().await,
            Part::Brokers => run.brokers().await,
        };
        if let Err(error) = done {
            eprintln!("{part:?}: {error}");
            let reason: Vec<_> = error.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            let reason = reason.join("; ").replace('|', "\\|");
            run.lines.push(Line::new(&format!("{part:?}"), format!("not measured: {reason}")));
        }
    }
    run.how();
    Ok(Report { machine: run.machine, lines: run.lines, notes: run.notes })
}

impl Run<'_> {
    fn town(&self, data: &Path) -> Outcome<Town> {
        Town::up(&self.comanda, data, &[])
    }

    /// A data folder of its own with the demo town in it, as after the first start.
    fn copy(&self, name: &str) -> Outcome<PathBuf> {
        let to = self.folder.join(name);
        run_program(Command::new("cp").arg("-a").arg(self.folder.join("loaded")).arg(&to))?;
        Ok(to)
    }

    fn length(&self) -> Duration {
        Duration::from_secs(self.arguments.seconds)
    }

    /// The first start of all, which loads the demo town.
    async fn loaded(&mut self) -> Outcome<()> {
        let town = self.town(&self.folder.join("loaded"))?;
        let what = "first start to `ready`, loading the demo town";
        self.lines.push(Line::new(what, millis(town.start)));
        town.settle().await?;
        town.stop()
    }

    async fn start(&mut self) -> Outcome<()> {
        let data = self.copy("start")?;
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let town = self.town(&data)?;
            times.push(town.start.as_secs_f64());
            town.settle().await?;
            town.stop()?;
        }
        let median = Duration::from_secs_f64(median(times));
        let line = Line::new(&format!("start to `ready` (median of {STARTS})"), millis(median));
        self.lines.push(line.goal("≤ 300 ms", median <= Duration::from_millis(300)));
        let town = self.town(&data)?;
        tokio::time::sleep(IDLE).await;
        let (rss, pss) = town.memory()?;
        let figure = format!("{:.1} MiB RSS, {:.1} MiB PSS", mib(rss), mib(pss));
        let line = Line::new("idle memory of all four services after 10 s", figure);
        self.lines.push(line.goal("≤ 80 MiB", mib(rss) <= 80.0));
        let weights = page::weights(&town).await?;
        for (name, bytes) in weights {
            let limit = if name.contains("HTML") { HTML_LIMIT } else { ASSET_LIMIT };
            let line = Line::new(
                &format!("weight with brotli: {name}"),
                format!("{} B", whole(bytes as f64)),
            );
            self.lines.push(line.goal(&format!("≤ {} KB", limit / 1000), bytes <= limit));
        }
        town.stop()
    }

    async fn page(&mut self) -> Outcome<()> {
        let data = self.copy("page")?;
        // Either both write an access log or none of them.
        let quiet = ("restaurant page, compressed", "warn", "≥ 1.0 of nginx");
        let shipped = ("the same, both with their access log", "info", "");
        for (what, filter, goal) in [quiet, shipped] {
            let town = Town::up(&self.comanda, &data, &[("COMANDA_TELEMETRY_FILTER", filter)])?;
            let (connections, length) = (self.arguments.connections, self.length());
            let logged = filter == "info";
            let page =
                page::measure(&town, logged, connections, self.arguments.rounds, length).await?;
            town.stop()?;
            let ratio = median(page.ratios.clone());
            let figure = format!("{} requests/s, p99 {}", whole(page.ours), page.p99);
            let nginx = whole(page.nginx);
            let beside = format!("nginx, the same bytes from a file: {nginx} requests/s");
            let line = Line::new(what, figure).beside(beside, ratio);
            self.lines.push(if goal.is_empty() { line } else { line.goal(goal, ratio >= 1.0) });
            let ratios: Vec<_> = page.ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            self.notes.push(format!(
                "Page, `telemetry.filter = {filter}`: `/r/trattoria-lupo`, {} bytes of brotli and \
                 {} bytes of headers (nginx {}), `wrk -t1 -c{connections}`, interleaved rounds of \
                 {} s, ratio of each round {}.",
                whole(page.bytes as f64),
                page.header_bytes.0,
                page.header_bytes.1,
                length.as_secs(),
                ratios.join(", "),
            ));
        }
        Ok(())
    }

    async fn screen(&mut self) -> Outcome<()> {
        let kinds = [
            (Spread::Town, "every second one at the screen's restaurant", "p99 ≤ 50 ms"),
            (Spread::OneKitchen, "all at one restaurant", ""),
        ];
        for (spread, words, goal) in kinds {
            let town = self.town(&self.copy(&format!("{spread:?}"))?)?;
            let screen = screen::measure(&town, spread, SCREEN_RATE, SCREEN_LENGTH).await?;
            town.stop()?;
            let times = [screen.p50, screen.p99, screen.max].map(millis);
            let figure = format!("p50 {}, p99 {}, max {}", times[0], times[1], times[2]);
            let what = format!(
                "order acknowledged → ticket on a connected screen, {:.0} orders/s, {words}",
                screen.rate
            );
            let line = Line::new(&what, figure);
            let met = screen.missing == 0 && screen.p99 <= Duration::from_millis(50);
            self.lines.push(if goal.is_empty() { line } else { line.goal(goal, met) });
            self.notes.push(format!(
                "Screen, {words}: {} tickets due on one WebSocket within {} s of steady orders, \
                 {} never came; orders were acknowledged within {} (p99).",
                screen.orders,
                SCREEN_LENGTH.as_secs(),
                screen.missing,
                millis(screen.acknowledged_p99),
            ));
        }
        Ok(())
    }

    async fn embedded(&mut self) -> Outcome<()> {
        let connections = self.arguments.connections;
        let (mut ours, mut layer, mut driver) = (Vec::new(), Vec::new(), Vec::new());
        let mut drains = Vec::new();
        for round in 0..self.arguments.rounds {
            let data = self.copy(&format!("embedded-{round}"))?;
            let town = self.town(&data)?;
            ours.push(self.orders(&town, &format!("e{round}")).await?);
            drains.push(town.settle().await?.as_secs_f64());
            town.stop()?;
            let sample = Sample::read(&data).await?;
            let limits = self.copy(&format!("limit-{round}"))?;
            layer.push(limit::layer(&limits, &sample, connections, self.length()).await?);
            driver.push(limit::driver(&limits, &sample, connections, self.length())?);
        }
        let (rate, layer, driver) = (rate(&ours), median(layer), median(driver));
        let line = Line::new("durable orders/s over HTTP, embedded", self.figure(&ours));
        let beside = format!("bare group commit (`crates/database`, no HTTP): {}/s", whole(layer));
        let goal = "≥ 0.5 of the group-commit limit";
        self.lines.push(line.beside(beside, rate / layer).goal(goal, rate / layer >= 0.5));
        let line = Line::new("the same", whole(rate) + "/s");
        let beside = format!("bare driver, {connections} orders a commit: {}/s", whole(driver));
        self.lines.push(line.beside(beside, rate / driver));
        self.cost(
            "Embedded",
            &ours,
            &format!("events worked off within {:.1} s afterwards", median(drains)),
        );
        Ok(())
    }

    async fn postgres(&mut self) -> Outcome<()> {
        let url = self.arguments.postgres.as_deref().ok_or("no --postgres was given")?;
        let server = Postgres::at(url)?;
        self.machine.push(("PostgreSQL", server.version.clone()));
        let connections = self.arguments.connections;
        let embedded = self.copy("sample")?;
        let town = self.town(&embedded)?;
        self.orders_of(&town, "sample", 1, Duration::from_secs(1)).await?;
        town.stop()?;
        let sample = Sample::read(&embedded).await?;
        let (mut ours, mut theirs, mut eight) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..self.arguments.rounds {
            // No run finds what another one left on the server.
            let own = format!("town_{}_{round}", std::process::id());
            let limit = format!("limit_{}_{round}", std::process::id());
            let data = self.folder.join(format!("postgres-{round}"));
            let town =
                Town::up(&self.comanda, &data, &[("COMANDA_DATABASE_URL", &server.url(&own))])?;
            town.settle().await?;
            ours.push(self.orders(&town, &format!("p{round}")).await?);
            town.settle().await?;
            town.stop()?;
            run_program(
                Command::new(&self.comanda)
                    .arg("migrate")
                    .env("COMANDA_DATABASE_URL", server.url(&limit))
                    .env("COMANDA_DATA_DIR", &data),
            )?;
            let pgbench = |connections| {
                server.pgbench(&limit, self.folder, &sample, connections, self.length())
            };
            theirs.push(pgbench(connections)?);
            eight.push(pgbench(8)?);
        }
        let (rate, theirs, eight) = (rate(&ours), median(theirs), median(eight));
        let line = Line::new("durable orders/s over HTTP, PostgreSQL", self.figure(&ours));
        let beside = format!(
            "`pgbench -M prepared -c {connections}`, the same statements: {}/s",
            whole(theirs)
        );
        self.lines.push(
            line.beside(beside, rate / theirs).goal("≥ 0.8 of pgbench", rate / theirs >= 0.8),
        );
        let line = Line::new("the same", whole(rate) + "/s");
        let beside = format!("`pgbench -c 8`, as many connections as we hold: {}/s", whole(eight));
        self.lines.push(line.beside(beside, rate / eight));
        self.cost("PostgreSQL", &ours, "fsync and synchronous_commit on");
        Ok(())
    }

    async fn orders(&self, town: &Town, name: &str) -> Outcome<Round> {
        self.orders_of(town, name, self.arguments.connections, self.length()).await
    }

    async fn orders_of(
        &self,
        town: &Town,
        name: &str,
        connections: usize,
        length: Duration,
    ) -> Outcome<Round> {
        let baskets = Rc::new(Baskets::spread(town).await?);
        eprintln!("orders go to {} restaurants", baskets.restaurants);
        Load { town, baskets: &baskets, name, connections }.closed(length).await
    }

    fn figure(&self, rounds: &[Round]) -> String {
        let rate = rate(rounds);
        let middle = rounds.iter().find(|round| round.per_second >= rate);
        let (p50, p99) = middle.map(|round| (round.p50, round.p99)).unwrap_or_default();
        let connections = self.arguments.connections;
        format!(
            "{}/s ({connections} guests, p50 {}, p99 {})",
            whole(rate),
            millis(p50),
            millis(p99)
        )
    }

    fn cost(&mut self, name: &str, rounds: &[Round], more: &str) {
        let of = |part: fn(&Round) -> Duration| {
            median(rounds.iter().map(|round| part(round).as_secs_f64() * 1e6).collect())
        };
        let rates: Vec<_> = rounds.iter().map(|round| whole(round.per_second)).collect();
        self.notes.push(format!(
            "{name}: rounds {}/s; processor time of an order: {:.0} µs in comanda (all four services, events included), \
             {:.0} µs in this load generator; {more}.",
            rates.join(", "),
            of(|round| round.server_cpu),
            of(|round| round.own_cpu),
        ));
    }

    fn how(&mut self) {
        self.notes.push(
            "Orders: `POST /api/v1/orders` by guests with a fresh idempotency key each, one or two portions of a dish, spread over \
             the restaurants that are open, on kept connections; answered means committed and synced. While they are placed, the same \
             process relays their events, writes the tickets and syncs two more databases."
                .to_owned(),
        );
        self.notes.push(
            "The limits run the six statements of `place_order` with the values of an order that was really placed."
                .to_owned(),
        );
        self.notes.push(
            "Not measured yet: Next.js, Vendure, 10,000 screens, search over 5 million dishes, Lighthouse.".to_owned(),
        );
    }
}

fn rate(rounds: &[Round]) -> f64 {
    median(rounds.iter().map(|round| round.per_second).collect())
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
