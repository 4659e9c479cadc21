//! What a service is started with. A [`Town`] is one process: one broker, one telemetry, one set of
//! tasks, and a [`Context`] for each service that it runs.

use crate::{Settings, SettingsError, Tasks, shared_clock::SharedClock};
use broker::{Broker, Finding, Message};
use contracts::{
    CloudEvent, Fact,
    accounts::v1::{KeysWithdrawn, SessionRevoked},
};
use database::{Database, Location, Migrations, Options, Protection};
use kernel::{Clock, Env, Random, SystemClock};
use notify::{MailError, Mailer};
use outbox::Lease;
use session::Sessions;
use std::{sync::Arc, time::Duration};
use trace::Tracer;
use uploads::Photos;
use web::{Origins, Site};

/// One of the four services, as `comanda` starts it.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// Which.
    pub name: web::Service,
    /// Its tables; the outbox's are added.
    pub migrations: &'static [Migrations],
}

/// Why a process cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Where a database is to be cannot be understood.
    #[error(transparent)]
    Location(#[from] database::LocationError),
    /// A database does not open.
    #[error("the database of {service} does not open at {place}")]
    Database {
        /// Whose.
        service: &'static str,
        /// Where it is to be, without a password.
        place: String,
        /// Why.
        #[source]
        source: database::Error,
    },
    /// A statement of the start failed.
    #[error("the database failed at the start")]
    Statement(#[from] database::Error),
    /// The broker does not open.
    #[error("the broker does not open at {place}")]
    Broker {
        /// Where it is to be, without a password.
        place: String,
        /// Why.
        #[source]
        source: broker::Error,
    },
    /// The store of uploads lacks what it needs.
    #[error("the store of uploads does not open")]
    Uploads(#[from] uploads::StoreError),
    /// Mails cannot be sent.
    #[error("mails cannot be sent")]
    Mail(#[from] MailError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; is another comanda running?")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Logging or metrics do not start.
    #[error("telemetry does not start: {reason}")]
    Telemetry {
        /// Why.
        reason: String,
    },
    /// The client for calls between services cannot be made.
    #[error("the HTTP client cannot be made")]
    Http(#[from] reqwest::Error),
    /// Anything else that a service needs at its start.
    #[error("{service} cannot start: {reason}")]
    Service {
        /// Which service.
        service: &'static str,
        /// In words.
        reason: String,
    },
}

/// One process.
#[derive(Clone)]
pub struct Town {
    clock: Arc<dyn Clock>,
    /// Services go by their databases' clocks.
    clock_follows: bool,
    random: Random,
    broker: Arc<dyn Broker>,
    photos: Photos,
    mailer: Arc<dyn Mailer>,
    http: reqwest::Client,
    tasks: Tasks,
    tracer: Tracer,
}

/// What one service is started with. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// Which service this is, and the hosts of all.
    pub site: Site,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// Its database.
    pub database: Database,
    /// The way to the others.
    pub broker: Arc<dyn Broker>,
    /// What people upload.
    pub photos: Photos,
    /// Takes mails to people.
    pub mailer: Arc<dyn Mailer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Random,
    /// Who is signed in.
    pub sessions: Sessions,
    /// For calls to other services, with time-outs.
    pub http: reqwest::Client,
    /// Background work.
    pub tasks: Tasks,
    /// Makes the steps of traces.
    pub tracer: Tracer,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("site", &self.site).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Town {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Town")
    }
}

impl Context {
    /// The instant now, and fresh ids.
    #[must_use]
    pub fn env(&self) -> Env {
        Env::new(self.clock.now(), self.random.clone())
    }

    /// A claim to the work of a timer, which one replica does at a time.
    #[must_use]
    pub fn lease(&self, timer: &'static str) -> Lease {
        Lease::new(timer, self.database.clone(), self.env().uuid())
    }
}

impl Town {
    /// A process with the machine's clock, put right by each service's database, the machine's
    /// randomness, and the broker that the settings name.
    ///
    /// # Errors
    /// The broker or the store of uploads does not open.
    pub async fn open(settings: &Settings) -> Result<Self, StartError> {
        let town = Self::with_clock(settings, Arc::new(SystemClock), Random::system()).await?;
        Ok(Self { clock_follows: true, ..town })
    }

    /// The same with another clock, for tests of timers.
    ///
    /// # Errors
    /// The broker or the store of uploads does not open.
    pub async fn with_clock(
        settings: &Settings,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Result<Self, StartError> {
        let tasks = Tasks::default();
        let opened = crate::brokers::open(&settings.broker, &tasks).await;
        let broker = opened
            .map_err(|source| StartError::Broker { place: settings.broker.to_string(), source })?;
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let tracer = tracer(settings, &random, &http, &tasks);
        let photos = Photos::new(settings.uploads.open()?);
        let mailer = settings.mail.open(&settings.mail_from)?;
        Ok(Self {
            clock,
            clock_follows: false,
            random,
            broker,
            photos,
            mailer,
            http,
            tasks,
            tracer,
        })
    }

    /// The background work of this process.
    #[must_use]
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Opens a service's database, starts its relay and its ear for revoked sessions.
    ///
    /// # Errors
    /// The database does not open or cannot be migrated.
    pub fn context(&self, service: Service, settings: Settings) -> Result<Context, StartError> {
        let name = service.name.name();
        let origins = Origins::new(settings.https, &settings.domain, settings.public_port);
        let site = Site::new(service.name, origins).reloading(settings.dev_reload);
        let location = location(&settings, name)?;
        let options = Options { writers: settings.database_writers, ..Options::default() };
        let migrations = all_migrations(service);
        // On a thread of its own: the driver of PostgreSQL cannot block inside an async runtime.
        let opened = std::thread::scope(|scope| {
            scope.spawn(|| Database::open(&location, &migrations, options)).join()
        });
        let database =
            opened.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(|source| {
                StartError::Database { service: name, place: location.to_string(), source }
            })?;
        let clock = self.clock_of(&database).map_err(|source| StartError::Database {
            service: name,
            place: location.to_string(),
            source,
        })?;
        let accounts = site.origins.of(web::Service::Accounts);
        let context = Context {
            sessions: Sessions::remote(
                self.http.clone(),
                &settings.accounts_url,
                accounts,
                clock.clone(),
            ),
            settings: Arc::new(settings),
            database,
            broker: self.broker.clone(),
            photos: self.photos.clone(),
            mailer: self.mailer.clone(),
            clock: clock.clone(),
            random: self.random.clone(),
            http: self.http.clone(),
            tasks: self.tasks.clone(),
            tracer: self.tracer.of(name),
            site,
        };
        let relay = outbox::Relay::new(
            name,
            context.database.clone(),
            self.broker.clone(),
            clock,
            self.random.clone(),
            context.tracer.clone(),
        );
        self.tasks.spawn("relay", relay.run(self.tasks.stopping()));
        self.tasks.spawn("revocations", hear_revocations(context.clone()));
        Ok(context)
    }

    /// The clock of a service, compared with its database's before anything goes by it.
    fn clock_of(&self, database: &Database) -> Result<Arc<dyn Clock>, database::Error> {
        if !self.clock_follows {
            return Ok(self.clock.clone());
        }
        let clock = Arc::new(SharedClock::new(self.clock.clone()));
        let runtime = tokio::runtime::Handle::current();
        let compared = std::thread::scope(|scope| {
            scope.spawn(|| runtime.block_on(clock.compare(database))).join()
        });
        compared.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let follow = clock.clone().follow(database.clone(), self.tasks.stopping());
        self.tasks.spawn("clock", follow);
        Ok(clock)
    }
}

/// Brings a service's database up to date without starting the service.
///
/// # Errors
/// It cannot be reached, or a migration fails.
pub fn migrate(service: Service, settings: &Settings) -> Result<(), StartError> {
    at(service, settings, |location| location.migrate(&all_migrations(service)))
}

/// Opens a service's database, changes nothing in it, and says how far the way there is protected.
///
/// # Errors
/// It cannot be reached.
pub fn examine_database(service: Service, settings: &Settings) -> Result<Protection, StartError> {
    at(service, settings, |location| location.migrate(&[]).and_then(|()| location.protection()))
}

/// Records traces where a receiver is set, and carries them on in any case.
fn tracer(settings: &Settings, random: &Random, http: &reqwest::Client, tasks: &Tasks) -> Tracer {
    let Some(url) = settings.otlp.clone() else { return Tracer::silent(random.clone()) };
    let (sender, steps) = trace::otlp::channel();
    tasks.spawn("traces", trace::otlp::export(steps, http.clone(), url, tasks.stopping()));
    Tracer::recording(random.clone(), settings.sampling, sender)
}

fn at<T>(
    service: Service,
    settings: &Settings,
    work: impl FnOnce(&Location) -> Result<T, database::Error>,
) -> Result<T, StartError> {
    let service = service.name.name();
    let location = location(settings, service)?;
    let place = location.to_string();
    work(&location).map_err(|source| StartError::Database { service, place, source })
}

/// Where the database of a service is.
///
/// # Errors
/// The setting is of no known form.
pub fn location(settings: &Settings, name: &str) -> Result<Location, StartError> {
    Ok(Location::of_service(&settings.database_url, settings.database_shared, name)?)
}

/// The tables of a service's database: its own, and the outbox's.
#[must_use]
pub fn all_migrations(service: Service) -> Vec<Migrations> {
    [&[outbox::MIGRATIONS], service.migrations].concat()
}

/// A session that was revoked at accounts is refused here from now on, not only when its token
/// expires; so is all that a withdrawn key has signed.
async fn hear_revocations(context: Context) {
    let sessions = context.sessions.clone();
    let revoke = move |message: &Message| {
        if let Err(error) = refuse(&sessions, message) {
            tracing::error!(%error, "a revocation cannot be read");
        }
    };
    // What was revoked before any living token was signed cannot matter any more.
    context.overhear(&[web::Service::Accounts], session::REVOCATION_LIFE, revoke).await;
}

fn refuse(sessions: &Sessions, message: &Message) -> Result<(), broker::PayloadError> {
    match message.kind.as_str() {
        SessionRevoked::TYPE => {
            let event: CloudEvent<SessionRevoked> = message.json()?;
            sessions.revoke(event.data.session_id, event.data.tokens_expire_at);
        }
        KeysWithdrawn::TYPE => {
            let event: CloudEvent<KeysWithdrawn> = message.json()?;
            sessions.withdraw_keys(&event.data.withdrawn);
        }
        _ => {}
    }
    Ok(())
}

/// Writes to the store of uploads that the settings name, and reads it back.
///
/// # Errors
/// It does not open, or cannot do it.
pub async fn examine_uploads(settings: &Settings) -> Result<(), StartError> {
    let store = settings.uploads.open()?;
    Ok(uploads::examine(store.as_ref()).await?)
}

/// Asks the mail server that the settings name whether it takes mails.
///
/// # Errors
/// It does not.
pub async fn examine_mail(settings: &Settings) -> Result<(), StartError> {
    Ok(settings.mail.open(&settings.mail_from)?.examine().await?)
}

/// Opens the broker that the settings name and looks whether it can be relied on.
///
/// # Errors
/// It does not open.
pub async fn examine_broker(settings: &Settings) -> Result<Vec<Finding>, StartError> {
    Ok(Town::open(settings).await?.broker.examine().await)
}
