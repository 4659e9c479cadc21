//! What surrounds the use-cases of mails and passwords: passwords are hashed before a transaction is
//! opened, and sessions that ended are refused in this process at once.

use crate::{
    app::{App, NotIn},
    client::Client,
    domain::{email::Email, guessable::Words},
    passwords,
    store::{
        mails::{Letter, SignUp},
        one_time,
        persons::{self, Person},
    },
    usecases::{
        self, Changed, Failure, Guess, Link, RESET_LINK, Reset, SIGN_IN_LINK, SIGN_UP_LINK, Shown,
        SignedUp,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use kernel::Env;
use session::Principal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Who wants an account. The fields have been checked.
pub(crate) struct NewAccount<'a> {
    pub(crate) email: Email,
    pub(crate) name: String,
    pub(crate) password: &'a str,
    pub(crate) return_to: String,
}

/// How a browser shows that it may use the link of a sign-up.
pub(crate) enum Claim<'a> {
    /// By the secret that it was given when it signed up ([`is_same_browser`]).
    Browser,
    /// By the password that was chosen there.
    Password(&'a str),
}

impl App {
    /// Takes a sign-up, whether the address is taken or not. The answer is a secret for the browser
    /// that asked: with it, the link in the mail needs no password.
    pub(crate) async fn ask_to_sign_up(
        &self,
        new: NewAccount<'_>,
        client: &Client,
    ) -> Result<String, NotIn> {
        let guess = client.guess(new.email.as_str());
        let begin = move |tx: &mut Tx<'_>, env: &Env| usecases::begin_sign_up(tx, env, &guess);
        let turn = self.context.run("begin_sign_up", begin).await?;
        self.heard("begin_sign_up", turn)?;
        let secret = URL_SAFE_NO_PAD.encode(self.context.env().secret());
        let new = SignUp {
            name: new.name,
            email: new.email.as_str().to_owned(),
            password_hash: self.passwords.hash(new.password).await?,
            browser: hashed(&secret),
            return_to: new.return_to,
        };
        let ask = move |tx: &mut Tx<'_>, env: &Env| usecases::ask_to_sign_up(tx, env, &new);
        self.context.run("ask_to_sign_up", ask).await?;
        Ok(secret)
    }

    /// What the link of a sign-up opens.
    pub(crate) async fn pending(&self, secret: &str) -> Result<Option<SignUp>, Failure> {
        let (secret, now) = (secret.to_owned(), self.context.clock.now());
        let look = move |tx: &mut Tx<'_>| {
            Ok::<_, Failure>(one_time::look::<SignUp>(tx, SIGN_UP_LINK, &secret, now)?)
        };
        Ok(self.context.database.read(look).await?.map(|opened| opened.data))
    }

    /// Makes the account of a sign-up for who shows that it was them. [`NotIn::Wrong`]: it was not.
    pub(crate) async fn confirm_sign_up(
        &self,
        secret: &str,
        pending: &SignUp,
        claim: Claim<'_>,
        client: &Client,
    ) -> Result<SignedUp, NotIn> {
        if let Claim::Password(password) = claim {
            let guess = client.guess(&pending.email);
            let begin =
                move |tx: &mut Tx<'_>, env: &Env| usecases::begin_confirming(tx, env, &guess);
            let turn = self.context.run("begin_confirming", begin).await?;
            self.heard("begin_confirming", turn)?;
            if !self.passwords.matches(password, Some(&pending.password_hash)).await? {
                return Err(NotIn::Wrong);
            }
        }
        let (secret, address) = (secret.to_owned(), client.address.clone());
        let make = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::sign_up(tx, env, &secret, address.as_deref())
        };
        Ok(self.context.run("sign_up", make).await?)
    }

    /// Posts a mail to whoever has this address, if anybody.
    pub(crate) async fn ask_for_mail(
        &self,
        email: &Email,
        letter: Letter,
        client: &Client,
    ) -> Result<(), NotIn> {
        let guess = client.guess(email.as_str());
        let ask =
            move |tx: &mut Tx<'_>, env: &Env| usecases::ask_for_mail(tx, env, &guess, &letter);
        let turn = self.context.run("ask_for_mail", ask).await?;
        Ok(self.heard("ask_for_mail", turn)?)
    }

    /// Whose address the link of a sign-in was sent to.
    pub(crate) async fn link_of(&self, secret: &str) -> Result<Option<Link>, Failure> {
        let (secret, now) = (secret.to_owned(), self.context.clock.now());
        let look = move |tx: &mut Tx<'_>| {
            Ok::<_, Failure>(one_time::look::<Link>(tx, SIGN_IN_LINK, &secret, now)?)
        };
        Ok(self.context.database.read(look).await?.map(|opened| opened.data))
    }

    /// Uses the link of a sign-in up.
    pub(crate) async fn open_link(
        &self,
        secret: &str,
        client: &Client,
    ) -> Result<Option<Shown>, Failure> {
        let (secret, address) = (secret.to_owned(), client.address.clone());
        let open = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::open_link(tx, env, &secret, address.as_deref())
        };
        let shown = self.context.run("open_link", open).await?;
        self.refuse(shown.as_ref().map_or(&[], |shown| &shown.ended));
        Ok(shown)
    }

    /// Whose password the link of a reset sets.
    pub(crate) async fn resetting(&self, secret: &str) -> Result<Option<Person>, Failure> {
        let (secret, now) = (secret.to_owned(), self.context.clock.now());
        let look = move |tx: &mut Tx<'_>| {
            let opened = one_time::look::<String>(tx, RESET_LINK, &secret, now)?;
            let Some(person) = opened.and_then(|opened| opened.person) else { return Ok(None) };
            Ok::<_, Failure>(persons::by_id(tx, person)?)
        };
        self.context.database.read(look).await
    }

    /// The words that make a bad password for this person.
    pub(crate) fn guessable(&self, email: &str, name: &str) -> Words {
        passwords::words(self.context.site.origins.domain(), email, name)
    }

    /// Sets a new password by the link of a reset.
    pub(crate) async fn reset_password(
        &self,
        secret: &str,
        password: &str,
        client: &Client,
    ) -> Result<Option<Reset>, NotIn> {
        let hash = self.passwords.hash(password).await?;
        let (secret, address, place) = (secret.to_owned(), client.address.clone(), client.place());
        let reset = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::reset_password(tx, env, &secret, &hash, (address.as_deref(), &place))
        };
        let done = self.context.run("reset_password", reset).await?;
        self.refuse(done.as_ref().map_or(&[], |done| &done.ended));
        Ok(done)
    }

    /// Whether a person has a password to show.
    pub(crate) async fn has_password(&self, who: &Principal) -> Result<bool, Failure> {
        let person = who.person_id;
        let found = move |tx: &mut Tx<'_>| Ok::<_, Failure>(persons::has_password(tx, person)?);
        self.context.database.read(found).await
    }

    /// Sets another password; `shown` is the old one, where there is one.
    pub(crate) async fn change_password(
        &self,
        who: &Principal,
        shown: Option<Guess>,
        password: &str,
        client: &Client,
    ) -> Result<(), NotIn> {
        let hash = self.passwords.hash(password).await?;
        let (ids, place) = ((who.person_id, who.session_id), client.place());
        let change = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::change_password(tx, env, ids, shown.as_ref(), &hash, &place)
        };
        let ended = self.run_as(who, "change_password", change).await?;
        self.refuse(&ended.ok_or(NotIn::SignedOut)?);
        Ok(())
    }

    /// Whether it is the person who asks: theirs is this password.
    pub(crate) async fn show_password(
        &self,
        who: &Principal,
        client: &Client,
        password: &str,
    ) -> Result<Guess, NotIn> {
        let guess = client.guess(&who.email);
        if self.check(guess.clone(), password).await? != who.person_id {
            return Err(NotIn::Wrong);
        }
        Ok(guess)
    }

    /// Posts a mail to the address that a person wants; `shown` is their password, where it was asked
    /// for.
    pub(crate) async fn ask_to_change_address(
        &self,
        who: &Principal,
        shown: Option<Guess>,
        email: &Email,
        client: &Client,
    ) -> Result<(), NotIn> {
        let (person, new) = (who.person_id, client.guess(email.as_str()));
        let ask = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::ask_to_change_address(tx, env, person, &new, shown.as_ref())
        };
        let turn = self.run_as(who, "ask_to_change_address", ask).await?;
        Ok(self.heard("ask_to_change_address", turn.ok_or(NotIn::SignedOut)?)?)
    }

    /// Changes the address by the link that was sent to the new one.
    pub(crate) async fn change_address(
        &self,
        who: &Principal,
        secret: &str,
        client: &Client,
    ) -> Result<Changed, Failure> {
        let ids = (who.person_id, who.session_id);
        let (secret, place) = (secret.to_owned(), client.place());
        let change = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::change_address(tx, env, ids, &secret, &place)
        };
        let changed = usecases::or_taken(self.context.run("change_address", change).await)?;
        if let Changed::Done { ended, .. } = &changed {
            self.refuse(ended);
        }
        Ok(changed)
    }
}

/// Whether this browser is the one that signed up.
pub(crate) fn is_same_browser(pending: &SignUp, shown: &str) -> bool {
    hashed(shown).as_bytes().ct_eq(pending.browser.as_bytes()).into()
}

fn hashed(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
