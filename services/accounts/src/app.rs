//! What routes share, and the two steps that surround a password: both the pages and the API sign
//! people in through here.

use crate::{
    client::Client,
    domain::{method::Method, second_step::LATELY},
    entrance::Entrance,
    federation::Federation,
    passkeys::Passkeys,
    passwords::{PasswordError, Passwords},
    sealing::Sealing,
    store::sessions::{self, Session},
    tokens::{Pen, Tokens},
    usecases::{self, Begun, Entry, Failure, Guess, TooSoon, Turn, Which},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::PersonId};
use maud::Markup;
use runtime::{Context, Refuses};
use session::{Issued, Principal};
use web::Problem;

/// The state of the routes.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) context: Context,
    pub(crate) tokens: Tokens,
    pub(crate) passwords: Passwords,
    pub(crate) federation: Federation,
    pub(crate) passkeys: Passkeys,
    pub(crate) sealing: Sealing,
}

/// Somebody who has just come in.
#[derive(Debug)]
pub(crate) struct Welcome {
    pub(crate) principal: Principal,
    pub(crate) issued: Issued,
}

impl Welcome {
    pub(crate) fn of(principal: Principal, pen: &Pen) -> Self {
        Self { issued: pen.sign(&principal), principal }
    }
}

/// Why nobody comes in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotIn {
    /// The address or the password; which one is not said.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many attempts just before.
    #[error("wait {} s", .0.as_secs())]
    Wait(SignedDuration),
    /// The session has ended meanwhile.
    #[error("the session is over")]
    SignedOut,
    /// Too many passwords at once.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<TooSoon> for NotIn {
    fn from(refusal: TooSoon) -> Self {
        match refusal {
            TooSoon::Wait(wait) => Self::Wait(wait),
            TooSoon::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl App {
    /// Lets somebody in by address and password.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        password: &str,
        client: &Client,
    ) -> Result<Entrance, NotIn> {
        let guess = client.guess(email);
        let (person, set_at) = self.check_password(guess.clone(), password).await?;
        let entry = Entry {
            guess: Some(guess),
            password_set_at: set_at,
            ..client.entry(person, &[Method::Password])
        };
        self.let_in(entry).await?.ok_or(NotIn::Wrong)
    }

    /// Whose account it is, when the password is right. Counts against the throttle.
    pub(crate) async fn check(&self, guess: Guess, password: &str) -> Result<PersonId, NotIn> {
        Ok(self.check_password(guess, password).await?.0)
    }

    /// The same, and since when it is their password.
    async fn check_password(
        &self,
        guess: Guess,
        password: &str,
    ) -> Result<(PersonId, Option<Timestamp>), NotIn> {
        let begin = move |tx: &mut Tx<'_>, env: &Env| usecases::begin_sign_in(tx, env, &guess);
        let begun = self.context.run("begin_sign_in", begin).await?;
        let Begun { person, hash, set_at } = self.heard("begin_sign_in", begun)?;
        let right = self.passwords.matches(password, hash.as_deref()).await?;
        Ok((person.filter(|_| right).ok_or(NotIn::Wrong)?, set_at))
    }

    /// Runs a use-case for who is signed in, if they still are in its own transaction: the headers of a
    /// request were looked at before its body came, and at another replica's word. Nothing when their
    /// session has ended since.
    pub(crate) async fn run_as<T, E, F>(
        &self,
        who: &Principal,
        name: &'static str,
        use_case: F,
    ) -> Result<Option<T>, E>
    where
        T: Send + 'static,
        E: Refuses + From<database::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>, &Env) -> Result<T, E> + Send + 'static,
    {
        let whose = (who.person_id, who.session_id);
        let run = move |tx: &mut Tx<'_>, env: &Env| {
            let signed_in = usecases::is_signed_in(tx, env, whose)?;
            signed_in.then(|| use_case(tx, env)).transpose()
        };
        self.context.run(name, run).await
    }

    /// What comes of a turn. One that is put off is noted, so its use-case was carried out; who watches
    /// over guesses has to hear of it as of any that was refused.
    pub(crate) fn heard<T>(&self, name: &'static str, turn: Turn<T>) -> Result<T, TooSoon> {
        if let Turn::Later(_) = turn {
            let labels = [
                ("service", self.context.site.service.name()),
                ("use_case", name),
                ("outcome", "refused"),
                ("refusal", "too_soon"),
            ];
            metrics::counter!("use_cases_total", &labels).increment(1);
        }
        turn.now()
    }

    /// Ends sessions of who is signed in. [`NotIn::SignedOut`]: they are not any more.
    pub(crate) async fn end_sessions(&self, who: &Principal, which: Which) -> Result<(), NotIn> {
        if self.end(who, which).await? { Ok(()) } else { Err(NotIn::SignedOut) }
    }

    /// Ends this session, if that has not happened.
    pub(crate) async fn sign_out(&self, who: &Principal) -> Result<(), Failure> {
        self.end(who, Which::One(who.session_id)).await.map(|_| ())
    }

    /// This process refuses what ended from now on; the others hear of it by event.
    async fn end(&self, who: &Principal, which: Which) -> Result<bool, Failure> {
        let person = who.person_id;
        let end = move |tx: &mut Tx<'_>, env: &Env| usecases::end_sessions(tx, env, person, which);
        let ended = self.run_as(who, "end_sessions", end).await?;
        self.refuse(ended.as_deref().unwrap_or_default());
        Ok(ended.is_some())
    }

    /// Forgets a person who proves by their password that it is them.
    pub(crate) async fn erase(
        &self,
        who: &Principal,
        client: &Client,
        password: &str,
    ) -> Result<(), NotIn> {
        let guess = client.guess(&who.email);
        if self.check(guess, password).await? != who.person_id {
            return Err(NotIn::Wrong);
        }
        self.forget(who).await
    }

    /// Forgets a person for good. [`NotIn::SignedOut`]: their session has ended.
    pub(crate) async fn forget(&self, who: &Principal) -> Result<(), NotIn> {
        let person = who.person_id;
        let erase = move |tx: &mut Tx<'_>, env: &Env| usecases::erase_person(tx, env, person);
        let ended = self.run_as(who, "erase_person", erase).await?;
        self.refuse(&ended.ok_or(NotIn::SignedOut)?);
        Ok(())
    }

    /// Whether this session's person proved a moment ago that it is them.
    pub(crate) async fn signed_in_lately(&self, who: &Principal) -> Result<bool, Failure> {
        let now = self.context.clock.now();
        let living = self.living(who).await?;
        Ok(living.is_some_and(|one| now.duration_since(one.proved_at) <= LATELY))
    }

    /// The session of who is signed in, unless it has ended. For what is done before the transaction of
    /// [`App::run_as`] and costs something.
    pub(crate) async fn living(&self, who: &Principal) -> Result<Option<Session>, Failure> {
        let session = who.session_id;
        let found = move |tx: &mut Tx<'_>| Ok::<_, Failure>(sessions::by_id(tx, session)?);
        let (session, now) = (self.context.database.read(found).await?, self.context.clock.now());
        Ok(session.filter(|one| one.person_id == who.person_id && one.lives(now)))
    }

    /// This process refuses these sessions from now on.
    pub(crate) fn refuse(&self, ended: &[SessionRevoked]) {
        for session in ended {
            self.context.sessions.revoke(session.session_id, session.tokens_expire_at);
        }
    }

    /// `answer` with the session cookie of `issued`.
    pub(crate) fn with_session(&self, issued: &Issued, answer: impl IntoResponse) -> Response {
        with_cookie(answer, web::signed_in::set_cookie(&self.context.site, issued))
    }

    /// `answer` that takes the session cookie away.
    pub(crate) fn without_session(&self, answer: impl IntoResponse) -> Response {
        with_cookie(answer, web::signed_in::cookie(&self.context.site).clear())
    }

    /// `wanted` when it is one of our own pages, else the account page.
    pub(crate) fn way_back(&self, wanted: &str) -> String {
        let safe = self.context.site.origins.safe_return(wanted);
        safe.map_or_else(|| "/account".to_owned(), ToOwned::to_owned)
    }
}

fn with_cookie(answer: impl IntoResponse, cookie: Option<HeaderValue>) -> Response {
    let mut answer = answer.into_response();
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Whole seconds to wait, for `Retry-After`.
pub(crate) fn seconds(wait: SignedDuration) -> u32 {
    let up = i64::from(wait.subsec_nanos() > 0);
    u32::try_from(wait.as_secs() + up).unwrap_or(u32::MAX).max(1)
}

/// A page that asks to wait.
pub(crate) fn too_soon(wait: SignedDuration, page: Markup) -> Response {
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, seconds(wait).into());
    answer
}

/// A wait in words.
pub(crate) fn in_words(wait: SignedDuration) -> String {
    match seconds(wait) {
        1 => "a second".to_owned(),
        seconds @ 2..=90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match &failure {
            Failure::Database(database::Error::Unavailable { .. }) => {
                tracing::warn!(error = %failure, "the database does not answer");
                Self::unavailable(2)
            }
            _ => Self::internal(&failure),
        }
    }
}

impl From<NotIn> for Problem {
    fn from(refusal: NotIn) -> Self {
        match refusal {
            NotIn::Wrong => Self::new(StatusCode::UNAUTHORIZED, "wrong_credentials")
                .detail("The e-mail address or the password is not right."),
            NotIn::Wait(wait) => Self::too_many(seconds(wait)),
            NotIn::SignedOut => Self::unauthorized(),
            NotIn::Password(PasswordError::Busy) => Self::unavailable(2),
            NotIn::Password(error) => Self::internal(&error),
            NotIn::Failure(failure) => failure.into(),
        }
    }
}
