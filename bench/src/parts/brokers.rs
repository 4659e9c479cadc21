//! The same orders over each distributed broker, beside what the broker's own benchmark gets out of
//! the same server.

use super::{Run, SCREEN_LENGTH, SCREEN_RATE};
use crate::{
    Outcome,
    report::{Line, millis, whole},
    screen::{self, Spread},
    town::Town,
};
use std::str::FromStr;

/// A running broker, as `NAME|URL` or `NAME|URL|OWN TOOL|MESSAGES A SECOND`.
#[derive(Debug, Clone)]
pub(crate) struct Broker {
    name: String,
    url: String,
    own: Option<(String, f64)>,
}

impl FromStr for Broker {
    type Err = String;

    fn from_str(text: &str) -> Outcome<Self> {
        let parts: Vec<&str> = text.split('|').collect();
        let (name, url, own) = match parts[..] {
            [name, url] => (name, url, None),
            [name, url, tool, rate] => {
                let rate = rate.parse().map_err(|_| format!("{rate} is no rate"))?;
                (name, url, Some((tool.to_owned(), rate)))
            }
            _ => return Err("expected NAME|URL or NAME|URL|TOOL|RATE".to_owned()),
        };
        Ok(Self { name: name.to_owned(), url: url.to_owned(), own })
    }
}

impl Run<'_> {
    pub(super) async fn brokers(&mut self) -> Outcome<()> {
        let brokers = self.arguments.brokers.clone();
        if brokers.is_empty() {
            return Err("no --broker was given".to_owned());
        }
        for (number, broker) in brokers.iter().enumerate() {
            if let Err(error) = self.broker(number, broker).await {
                let reason = error.lines().next().unwrap_or_default().replace('|', "\\|");
                self.lines.push(Line::new(&broker.name, format!("not measured: {reason}")));
            }
        }
        Ok(())
    }

    /// First the screens, at a steady rate; then as many orders as are acknowledged.
    async fn broker(&mut self, number: usize, broker: &Broker) -> Outcome<()> {
        let Broker { name, url, own } = broker;
        let data = self.folder.join(format!("broker-{number}"));
        let town = Town::up(&self.comanda, &data, &[("COMANDA_BROKER_URL", url)])?;
        town.settle().await?;
        let screen = screen::measure(&town, Spread::Town, SCREEN_RATE, SCREEN_LENGTH).await?;
        let [p50, p99, max] = [screen.p50, screen.p99, screen.max].map(millis);
        let what = format!(
            "order acknowledged → ticket on a connected screen over {name}, {:.0} orders/s",
            screen.rate
        );
        let goal = if name.starts_with("nats") { 100 } else { 250 };
        let met = screen.missing == 0 && screen.p99.as_millis() <= goal;
        let figure = format!("p50 {p50}, p99 {p99}, max {max}");
        self.lines.push(Line::new(&what, figure).goal(&format!("p99 ≤ {goal} ms"), met));
        let round = self.orders(&town, &format!("b{number}")).await?;
        town.stop()?;
        let what = format!("durable orders/s over HTTP with {name}");
        let line = Line::new(&what, self.figure(&[round]));
        self.lines.push(match own {
            Some((tool, rate)) => {
                let beside = format!("{tool}: {} messages/s", whole(*rate));
                line.beside(beside, round.per_second / rate)
            }
            None => line,
        });
        self.notes.push(format!(
            "{name}: {} tickets due on one screen, {} never came within 30 s; the databases are SQLite, as in the embedded run.",
            screen.orders, screen.missing
        ));
        Ok(())
    }
}
