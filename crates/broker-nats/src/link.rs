//! The connection, and the streams that are made the first time that they are needed.

use crate::{
    address::{Address, SignIn},
    names::Names,
};
use async_nats::{
    Client, ConnectOptions, Event,
    connection::State,
    jetstream::{
        self, Context,
        response::Response,
        stream::{Config, Republish, StorageType, Stream},
    },
};
use broker::Error;
use serde::Deserialize;
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// An answer that takes longer does not come. Shorter than the relay's patience with a publish.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a start waits for the server before it goes on without.
const FIRST: Duration = Duration::from_secs(3);
/// How long the broker keeps messages: as long as outboxes do.
pub(crate) const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long the server knows ids that it has stored. A relay publishes again within seconds.
pub(crate) const DUPLICATES: Duration = Duration::from_secs(120);

pub(crate) struct Link {
    client: Client,
    jetstream: Context,
    pub(crate) names: Names,
    replicas: usize,
    /// Streams that are known to be there.
    made: Mutex<HashSet<String>>,
}

impl Link {
    pub(crate) async fn open(address: &Address) -> Result<Self, Error> {
        let options = options(address).await?.retry_on_initial_connect().event_callback(log);
        let client = options.connect(servers(address)?).await.map_err(Error::unavailable)?;
        if tokio::time::timeout(FIRST, client.flush()).await.is_err() {
            tracing::warn!(server = %address, "NATS does not answer yet; it is tried again and again");
        }
        let jetstream = jetstream::ContextBuilder::new().timeout(ANSWER).build(client.clone());
        let names = Names::new(&address.town);
        Ok(Self { client, jetstream, names, replicas: address.replicas, made: Mutex::default() })
    }

    /// # Errors
    /// There is no connection now. What was sent anyway would wait for one, and not be wanted then.
    pub(crate) fn jetstream(&self) -> Result<&Context, Error> {
        self.client().map(|_| &self.jetstream)
    }

    /// What JetStream says of our account.
    pub(crate) async fn account(&self) -> Result<Account, Error> {
        account(self.jetstream()?).await
    }

    /// # Errors
    /// There is no connection now.
    pub(crate) fn client(&self) -> Result<&Client, Error> {
        match self.client.connection_state() {
            State::Connected => Ok(&self.client),
            State::Pending | State::Disconnected => {
                Err(Error::unavailable("there is no connection to NATS"))
            }
        }
    }

    /// The stream of a topic's messages.
    pub(crate) async fn topic(&self, topic: &str) -> Result<Stream<()>, Error> {
        let subject = self.names.topic(topic);
        let news = Republish {
            destination: self.names.news_of(&subject),
            source: subject.clone(),
            headers_only: true,
        };
        self.stream(Config {
            name: self.names.topic_stream(topic),
            subjects: vec![subject],
            max_age: KEPT,
            duplicate_window: DUPLICATES,
            republish: Some(news),
            ..self.config()
        })
        .await
    }

    /// The stream of where groups stand: the last record of each.
    pub(crate) async fn places(&self) -> Result<Stream<()>, Error> {
        let subjects = self.names.all_places();
        let news = Republish {
            destination: self.names.news_of(&subjects),
            source: subjects.clone(),
            headers_only: true,
        };
        self.stream(Config {
            name: self.names.places_stream(),
            subjects: vec![subjects],
            max_messages_per_subject: 1,
            republish: Some(news),
            ..self.config()
        })
        .await
    }

    fn config(&self) -> Config {
        Config {
            storage: StorageType::File,
            num_replicas: self.replicas,
            allow_direct: true,
            ..Config::default()
        }
    }

    /// A stream that is there already stays as an operator made it.
    async fn stream(&self, config: Config) -> Result<Stream<()>, Error> {
        let (jetstream, name) = (self.jetstream()?, config.name.clone());
        if !self.made().contains(&name) {
            jetstream.get_or_create_stream(config).await.map_err(Error::unavailable)?;
            self.made().insert(name.clone());
        }
        jetstream.get_stream_no_info(name).await.map_err(Error::unavailable)
    }

    /// Makes streams anew when they are needed again: somebody has removed one.
    pub(crate) fn forget_streams(&self) {
        self.made().clear();
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What we look at in JetStream's answer about an account; the client's own type wants members that
/// older servers do not send.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    /// Bytes in use.
    pub(crate) storage: u64,
    pub(crate) limits: Limits,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Limits {
    /// Bytes; negative: no limit.
    pub(crate) max_storage: i64,
}

pub(crate) async fn account(jetstream: &Context) -> Result<Account, Error> {
    let answer: Response<Account> =
        jetstream.request("INFO", &()).await.map_err(Error::unavailable)?;
    match answer {
        Response::Ok(account) => Ok(account),
        Response::Err { error } => Err(Error::unavailable(error)),
    }
}

pub(crate) fn servers(address: &Address) -> Result<Vec<async_nats::ServerAddr>, Error> {
    let servers = address.servers();
    servers.iter().map(|server| server.parse().map_err(Error::unavailable)).collect()
}

pub(crate) async fn options(address: &Address) -> Result<ConnectOptions, Error> {
    let mut options = ConnectOptions::new()
        .name("comanda")
        .connection_timeout(ANSWER)
        .request_timeout(Some(ANSWER))
        .require_tls(address.tls);
    if let Some(file) = &address.authorities {
        options = options.add_root_certificates(file.clone());
    }
    Ok(match &address.sign_in {
        SignIn::Nobody => options,
        SignIn::Password { user, password } => {
            options.user_and_password(user.clone(), password.clone())
        }
        SignIn::Token(token) => options.token(token.clone()),
        SignIn::Credentials(file) => {
            options.credentials_file(file).await.map_err(Error::unavailable)?
        }
    })
}

/// The client itself says when it is connected.
async fn log(event: Event) {
    match event {
        Event::Connected => {}
        Event::SlowConsumer(_) => tracing::debug!(%event, "NATS"),
        _ => tracing::warn!(%event, "NATS"),
    }
}
