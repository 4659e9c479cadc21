//! The invariants I1 to I7 of an order's life, read from the databases, the screens and the APIs when
//! everything has come to rest. Each question is for what is wrong.

use futures_util::future::join_all;
use kernel::ids::{Id, OrderId};
use reqwest::StatusCode;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use crate::{
    client::Caller,
    guests::Acknowledged,
    kitchens::{Crew, Kitchen},
    records::Records,
    report::{Check, Report, none},
    screen::Screen,
    size::{LONG_PATIENCE, PATIENCE, REST},
    town::Town,
};

/// Orders may be ended so long after their deadline, for faults hold the timer up, too.
const GRACE_SECONDS: u64 = 30;

/// Steps that an order's state may take; to stay is one when only its promise or who saw it changed.
const ORDER_STEPS: &str = "(NULL, 'placed'), ('placed', 'placed'), ('placed', 'accepted'),
    ('placed', 'rejected'), ('placed', 'cancelled'), ('placed', 'expired'),
    ('accepted', 'accepted'), ('accepted', 'preparing'), ('accepted', 'ready'),
    ('accepted', 'completed'), ('preparing', 'preparing'), ('preparing', 'ready'),
    ('preparing', 'completed'), ('ready', 'ready'), ('ready', 'completed')";
/// The same of a ticket.
const TICKET_STEPS: &str = "('new', 'new'), ('new', 'acknowledged'), ('new', 'accepted'),
    ('new', 'rejected'), ('new', 'cancelled'), ('new', 'expired'), ('acknowledged', 'accepted'),
    ('acknowledged', 'rejected'), ('acknowledged', 'cancelled'), ('acknowledged', 'expired'),
    ('accepted', 'preparing'), ('accepted', 'cancelled'), ('preparing', 'ready'),
    ('preparing', 'cancelled'), ('ready', 'handed_over'), ('ready', 'cancelled')";

const OVER: &str = "('completed', 'rejected', 'expired', 'cancelled')";
const TICKET_OVER: &str = "('handed_over', 'rejected', 'expired', 'cancelled')";

/// What the run has in hand at its end.
pub(crate) struct End<'a> {
    pub(crate) town: &'a Town,
    pub(crate) kitchens: &'a [Kitchen],
    pub(crate) crews: &'a [Crew],
    /// The screens of the kitchen that never answers.
    pub(crate) silent: &'a Screen,
    pub(crate) placed: &'a [Acknowledged],
}

impl End<'_> {
    fn records(&self) -> Records {
        Records::of(&self.town.database)
    }

    fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.crews.iter().flat_map(|crew| &crew.screens).chain([self.silent])
    }

    /// Waits until all orders and tickets are over and all events are out, as long as that comes
    /// nearer.
    pub(crate) async fn rest(&self) -> Check {
        let records = self.records();
        let moving = format!(
            "SELECT number || ' ' || what FROM (
                 SELECT COUNT(*) AS number, 'orders ' || state AS what FROM orderhub.orders
                 WHERE state NOT IN {OVER} GROUP BY state
                 UNION ALL SELECT COUNT(*), 'tickets ' || state FROM prepstation.tickets
                 WHERE state NOT IN {TICKET_OVER} GROUP BY state
                 UNION ALL SELECT COUNT(*), 'orders without a ticket' FROM orderhub.orders o
                 WHERE NOT EXISTS (SELECT 1 FROM prepstation.tickets WHERE order_id = o.id)
                 UNION ALL SELECT COUNT(*), 'events in the outbox of orderhub' FROM orderhub.outbox
                 WHERE published_at IS NULL
                 UNION ALL SELECT COUNT(*), 'events in the outbox of prepstation'
                 FROM prepstation.outbox WHERE published_at IS NULL) AS moving
             WHERE number > 0 ORDER BY what"
        );
        let begun = Instant::now();
        let (mut last, mut moved) = (Vec::new(), begun);
        // To ask is work for the database, too.
        let mut pace = tokio::time::interval(Duration::from_millis(200));
        loop {
            pace.tick().await;
            let moves = records.ask(&moving, vec![]).await;
            let given_up = moved.elapsed() > LONG_PATIENCE || begun.elapsed() > REST;
            if moves.is_empty() || given_up {
                return none(&moves);
            }
            if moves != last {
                (last, moved) = (moves, Instant::now());
            }
        }
    }

    /// Looks at all of them.
    pub(crate) async fn check(&self, report: &mut Report) {
        report.check("chaos::i1_each_acknowledged_order_exists_once", self.once().await);
        report.check("chaos::i1_each_order_has_one_ticket", self.one_ticket().await);
        report.check("chaos::i2_each_order_is_over_by_its_deadline", self.in_time().await);
        report.check("chaos::i2_expiry_fires_once", self.expired_once().await);
        report.check("chaos::i3_what_is_charged_is_what_was_said", self.charged().await);
        report.check("chaos::i4_each_accepted_order_was_on_a_screen", self.on_screen().await);
        report.check("chaos::i4_no_screen_misses_or_doubles_a_change", self.screens_agree().await);
        report.check("chaos::i5_histories_are_legal_paths_without_gaps", self.paths().await);
        report.check("chaos::i5_no_event_was_given_up", self.no_dead_letters().await);
        report.check("chaos::i7_nobody_sees_another_tenants_data", self.tenants().await);
    }

    async fn once(&self) -> Check {
        let told: HashSet<OrderId> = self.placed.iter().map(|order| order.id).collect();
        if told.len() != self.placed.len() {
            return Err("two keys were answered with one order".to_owned());
        }
        let ids: Vec<_> = told.iter().map(|id| id.uuid()).collect();
        let lost = "SELECT told::text || ' is lost' FROM unnest($1::uuid[]) AS told
             WHERE NOT EXISTS (SELECT 1 FROM orderhub.orders WHERE id = told)
             UNION ALL SELECT id::text || ' was never acknowledged' FROM orderhub.orders
             WHERE id <> ALL ($1::uuid[])";
        none(&self.records().ask(lost, vec![Box::new(ids)]).await)
    }

    async fn one_ticket(&self) -> Check {
        let question =
            "SELECT COALESCE(o.id, t.order_id)::text || ' has ' || COUNT(t.id) || ' tickets'
             FROM orderhub.orders o FULL JOIN prepstation.tickets t ON t.order_id = o.id
             GROUP BY o.id, t.order_id HAVING COUNT(t.id) <> 1 OR o.id IS NULL";
        self.records().nothing_wrong(question).await
    }

    async fn in_time(&self) -> Check {
        let question = format!(
            "SELECT o.id::text || ' is ' || o.state FROM orderhub.orders o WHERE o.state NOT IN {OVER}
             UNION ALL SELECT t.id::text || ' is ' || t.state FROM prepstation.tickets t
             WHERE t.state NOT IN {TICKET_OVER}
             UNION ALL SELECT o.id::text || ' was ' || h.to_state || ' '
                 || (h.at - o.expires_at) / 1000000 || ' s after its deadline'
             FROM orderhub.orders o JOIN orderhub.order_history h ON h.order_id = o.id
             WHERE h.from_state = 'placed' AND h.to_state <> 'placed' AND o.expires_at > 0
               AND (h.at > o.expires_at + {GRACE_SECONDS} * 1000000
                    OR (h.to_state = 'expired' AND h.at < o.expires_at))"
        );
        self.records().nothing_wrong(question).await
    }

    async fn expired_once(&self) -> Check {
        let question = "SELECT 'orders that expired: ' || orders || ', steps: ' || steps || ', events: ' || events
             FROM (SELECT (SELECT COUNT(*) FROM orderhub.orders WHERE state = 'expired') AS orders,
                   (SELECT COUNT(*) FROM orderhub.order_history WHERE to_state = 'expired') AS steps,
                   (SELECT COUNT(*) FROM orderhub.outbox
                    WHERE kind = 'comanda.orderhub.order.expired.v1') AS events) AS counts
             WHERE orders <> steps OR orders <> events OR orders = 0";
        self.records().nothing_wrong(question).await
    }

    /// Payment is at the counter: what the guest was told, what the order says line by line, and what
    /// the kitchen's slip says are one amount.
    async fn charged(&self) -> Check {
        let (ids, totals): (Vec<_>, Vec<_>) =
            self.placed.iter().map(|order| (order.id.uuid(), order.total)).unzip();
        let question = "SELECT o.id::text || ': told ' || told.total || ', order ' || o.total || ', slip ' || t.total
             FROM unnest($1::uuid[], $2::bigint[]) AS told(id, total)
             JOIN orderhub.orders o USING (id) JOIN prepstation.tickets t ON t.order_id = o.id
             WHERE told.total <> o.total OR t.total <> o.total OR t.currency <> o.currency
                OR o.total <> 650 * (o.document::jsonb #>> '{lines,0,quantity}')::bigint";
        none(&self.records().ask(question, vec![Box::new(ids), Box::new(totals)]).await)
    }

    async fn on_screen(&self) -> Check {
        let accepted = "SELECT DISTINCT order_id::text FROM orderhub.order_history WHERE to_state = 'accepted'";
        let shown: HashSet<String> = self
            .screens()
            .flat_map(|screen| screen.shown().orders.keys().cloned().collect::<Vec<_>>())
            .collect();
        let accepted = self.records().ask(accepted, vec![]).await;
        let unseen = accepted.into_iter().filter(|order| {
            let order = format!("ord_{}", order.replace('-', ""));
            !shown.contains(&order)
        });
        none(&unseen.collect::<Vec<_>>())
    }

    /// Each screen ends with what the database says of each ticket of its kitchen that changed since
    /// it was hung up.
    async fn screens_agree(&self) -> Check {
        let truth =
            "SELECT restaurant_id::text || ' ' || id::text || ' ' || version || ' ' || board_seq
             FROM prepstation.tickets";
        let truth = self.records().ask(truth, vec![]).await;
        let mut wrong = Vec::new();
        for screen in self.screens() {
            // What is missing may still be on its way.
            let up_to_date = async {
                while !behind(screen, &truth).is_empty() {
                    testkit::pause().await;
                }
            };
            if tokio::time::timeout(PATIENCE, up_to_date).await.is_err() {
                wrong.extend(behind(screen, &truth));
            }
            wrong.extend(screen.shown().doubles.iter().map(|double| format!("twice: {double}")));
        }
        none(&wrong)
    }

    async fn paths(&self) -> Check {
        let question = format!(
            "WITH steps AS (
                 SELECT order_id AS id, version, from_state, to_state FROM orderhub.order_history),
             ticket_steps AS (
                 SELECT ticket_id AS id, version, from_state, to_state FROM prepstation.ticket_history),
             all_steps AS (SELECT *, 'order' AS kind FROM steps
                           UNION ALL SELECT *, 'ticket' FROM ticket_steps),
             numbered AS (SELECT *, ROW_NUMBER() OVER w AS number, LAG(to_state) OVER w AS before,
                              FIRST_VALUE(version) OVER w AS first
                          FROM all_steps WINDOW w AS (PARTITION BY kind, id ORDER BY version))
             SELECT kind || ' ' || id || ' step ' || version || ': ' || COALESCE(from_state, '-')
                    || ' to ' || to_state FROM numbered
             WHERE version <> first + number - 1 OR first > 2
                OR (number > 1 AND from_state IS DISTINCT FROM before)
                OR (kind = 'order' AND NOT EXISTS (SELECT 1 FROM (VALUES {ORDER_STEPS}) AS legal(a, b)
                    WHERE a IS NOT DISTINCT FROM from_state AND b = to_state))
                OR (kind = 'ticket' AND NOT EXISTS (SELECT 1 FROM (VALUES {TICKET_STEPS}) AS legal(a, b)
                    WHERE a = from_state AND b = to_state))"
        );
        let ends = "SELECT id::text || ' is at ' || version || ', its history at ' || last FROM (
                 SELECT id, version, (SELECT MAX(version) FROM orderhub.order_history WHERE order_id = id) AS last
                 FROM orderhub.orders
                 UNION ALL SELECT id, version,
                 (SELECT COALESCE(MAX(version), 1) FROM prepstation.ticket_history WHERE ticket_id = id)
                 FROM prepstation.tickets) AS all_of_them WHERE version <> last";
        let records = self.records();
        let mut wrong = records.ask(question, vec![]).await;
        wrong.extend(records.ask(ends, vec![]).await);
        none(&wrong)
    }

    async fn no_dead_letters(&self) -> Check {
        let of = |service| {
            format!(
                "SELECT consumer || ': ' || kind || ' because ' || reason FROM {service}.dead_letters"
            )
        };
        let question = crate::town::SERVICES.map(of).join(" UNION ALL ");
        self.records().nothing_wrong(question).await
    }

    async fn tenants(&self) -> Check {
        let question = "SELECT t.id::text || ' is in another kitchen than its order'
             FROM prepstation.tickets t JOIN orderhub.orders o ON o.id = t.order_id
             WHERE t.restaurant_id <> o.restaurant_id";
        let mut wrong = self.records().ask(question, vec![]).await;
        wrong.extend(self.screens().flat_map(|screen| screen.shown().strangers.clone()));
        let rival = self.town.caller(1).signed_in("rival@demo.test").await;
        let ticket =
            self.records().ask("SELECT id::text FROM prepstation.tickets LIMIT 1", vec![]).await;
        let ticket = format!("tkt_{}", ticket[0].replace('-', ""));
        let order = &self.placed[0].text;
        let paths = self
            .kitchens
            .iter()
            .map(|kitchen| ("prepstation", format!("/restaurants/{}/tickets", kitchen.id)));
        let paths = paths.chain([
            ("prepstation", format!("/tickets/{ticket}")),
            ("orderhub", format!("/orders/{order}")),
        ]);
        let seen = join_all(paths.map(|(service, path)| sees(&rival, service, path))).await;
        wrong.extend(seen.into_iter().flatten());
        none(&wrong)
    }
}

async fn sees(rival: &Caller, service: &str, path: String) -> Option<String> {
    let (status, _) = rival.read(service, &path).await;
    (status != StatusCode::NOT_FOUND).then(|| format!("a rival is answered {status} at {path}"))
}

/// Tickets of which a screen shows another version than the database has.
fn behind(screen: &Screen, truth: &[String]) -> Vec<String> {
    let shown = screen.shown();
    let whose = |id: &str| format!("rst_{}", id.replace('-', "")) == screen.restaurant;
    let wrong = truth.iter().filter_map(|line| {
        let mut words = line.split(' ');
        let (restaurant, ticket) = (words.next()?, words.next()?);
        let (version, seq): (u64, u64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let ticket = format!("tkt_{}", ticket.replace('-', ""));
        let at = shown.tickets.get(&ticket);
        // What a whole board lacked is over; what was over before is none of its business.
        let fine = matches!(at, Some(None))
            || at == Some(&Some(version))
            || shown.began.is_some_and(|began| seq <= began);
        (whose(restaurant) && !fine).then(|| format!("{ticket} at {version}, shown {at:?}"))
    });
    wrong.collect()
}
