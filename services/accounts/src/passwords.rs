//! Password hashes (argon2id, RFC 9106, OWASP's parameters), computed beside the server's threads,
//! two at a time, with a bounded queue. Unknown accounts cost the same as wrong passwords.

use crate::domain::{guessable::Words, wording};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use kernel::Random;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// More than this are turned away instead of waiting for seconds.
const WAITING: usize = 64;

/// A password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too many are waiting.
    #[error("too many passwords wait to be looked at")]
    Busy,
    /// The algorithm refused.
    #[error("argon2 refused")]
    Hash(#[from] argon2::password_hash::Error),
    /// The thread ended early.
    #[error("the hashing thread ended")]
    Thread(#[from] tokio::task::JoinError),
}

/// What is wrong with a new password, as a sentence. The one place that judges passwords.
pub(crate) fn problem(password: &str, words: &Words) -> Option<&'static str> {
    let stolen = || {
        stolen::is_stolen(password)
            .then_some("This password is on lists of stolen ones. Choose another.")
    };
    let guessable = || {
        words.make_up(&plain(password)).then_some(
            "This password is little more than a name: yours, your address or this place. Add words that nobody would guess.",
        )
    };
    wording::password_problem(password).or_else(stolen).or_else(guessable)
}

/// The words that anybody would guess of this person in the town of this domain.
pub(crate) fn words(town: &str, email: &str, name: &str) -> Words {
    Words::new(&plain(town), &plain(email), &plain(name))
}

/// In lower case and without accents.
fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

/// Hashes and compares.
#[derive(Clone)]
pub(crate) struct Passwords {
    working: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    random: Random,
    /// Of a password that nobody knows.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) async fn new(random: Random) -> Result<Self, PasswordError> {
        let secret: [u8; 32] = random.bytes();
        let salt: [u8; 16] = random.bytes();
        let nobody = tokio::task::spawn_blocking(move || hash(&secret, &salt)).await??;
        Ok(Self {
            working: Arc::new(Semaphore::new(AT_ONCE)),
            admitted: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            random,
            nobody: nobody.into(),
        })
    }

    /// The hash of a new password in PHC form.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let _turn = self.turn().await?;
        let (password, salt) = (password.to_owned(), self.random.bytes::<16>());
        Ok(tokio::task::spawn_blocking(move || hash(password.as_bytes(), &salt)).await??)
    }

    /// Whether `password` is the one of `expected`. Without one it takes as long and says no.
    pub(crate) async fn matches(
        &self,
        password: &str,
        expected: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let _turn = self.turn().await?;
        let (password, known) = (password.to_owned(), expected.is_some());
        let expected = expected.unwrap_or(&self.nobody).to_owned();
        let same =
            tokio::task::spawn_blocking(move || verify(password.as_bytes(), &expected)).await??;
        Ok(same && known)
    }

    async fn turn(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), PasswordError> {
        let admitted = self.admitted.try_acquire().map_err(|_| PasswordError::Busy)?;
        let working = self.working.acquire().await.map_err(|_| PasswordError::Busy)?;
        Ok((admitted, working))
    }
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    Argon2::default()
        .hash_password_with_salt(password, salt)
        .map(|hash: PasswordHash| hash.to_string())
}

fn verify(password: &[u8], expected: &str) -> Result<bool, argon2::password_hash::Error> {
    let expected = PasswordHash::new(expected)?;
    match Argon2::default().verify_password(password, &expected) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_however_they_are_written() {
        let words = words("Essen.Example", "Zoe.Muller@Example.com", "Zoë Müller");
        for password in ["ZoëMüller1", "zoe-muller", "ＺＯＥ ＭＵＬＬＥＲ", "Essen-Zoé!"]
        {
            let says = problem(password, &words).unwrap();
            assert!(says.contains("little more than a name"), "{password}");
        }
        assert_eq!(problem("Zoë swims in the river", &words), None);
    }

    #[tokio::test]
    async fn only_the_right_password_of_somebody_matches() {
        let passwords = Passwords::new(Random::seeded(1)).await.unwrap();
        let hash = passwords.hash("comanda-demo").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.matches("comanda-demo", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("Comanda-demo", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("comanda-demo", None).await.unwrap());
    }
}
