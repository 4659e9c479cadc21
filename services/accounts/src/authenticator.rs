//! The codes of an authenticator app (RFC 6238: HMAC-SHA-1, six digits, 30 seconds), as every app
//! makes them.

use jiff::Timestamp;
use kernel::Env;
use totp_rs::{Builder, Totp};

/// The name of the account in the app stands below this one.
const ISSUER: &str = "Comanda";

/// What an app and we both know.
pub(crate) struct Authenticator(Totp);

impl Authenticator {
    /// A fresh one: 160 bits (RFC 4226, 4).
    pub(crate) fn new(env: &Env) -> Self {
        Self::of(&env.random().bytes::<20>())
    }

    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(Builder::new().with_secret(secret.to_vec()).with_skew(1).build_noncompliant())
    }

    /// The one whose key was written down in base32.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let secret = totp_rs::Secret::try_from_base32(key).ok()?;
        Some(Self::of(secret.as_bytes()))
    }

    pub(crate) fn secret(&self) -> &[u8] {
        self.0.secret().as_bytes()
    }

    /// For who types it in: base32.
    pub(crate) fn key(&self) -> String {
        self.0.secret().to_base32()
    }

    /// What the picture for the app says (the Key Uri Format that apps read).
    pub(crate) fn address(&self, account: &str) -> String {
        let pairs = [("secret", self.key()), ("issuer", ISSUER.to_owned())];
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        let account = serde_urlencoded::to_string([("a", account)]).unwrap_or_default();
        let account = account.trim_start_matches("a=").replace('+', "%20");
        format!("otpauth://totp/{ISSUER}:{account}?{query}")
    }

    /// The 30 seconds whose code this is: those of now, or the ones before or after. Nothing when it
    /// is another code, or one of a step that is not after `last`: a code counts once (RFC 6238, 5.2).
    pub(crate) fn step(&self, code: &str, now: Timestamp, last: i64) -> Option<i64> {
        let seconds = u64::try_from(now.as_second()).ok()?;
        let step = i64::try_from(self.0.check(code, seconds)?).ok()?;
        (step > last).then_some(step)
    }

    #[cfg(test)]
    pub(crate) fn code(&self, now: Timestamp) -> String {
        self.0.generate(now.as_second().cast_unsigned()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Random;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let authenticator = Authenticator::of(b"12345678901234567890");
        // The last six digits of the eight in appendix B, SHA-1.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(authenticator.code(at(second)), code);
            assert_eq!(authenticator.step(code, at(second), -1), Some(second / 30));
        }
    }

    #[test]
    fn a_code_counts_once_and_for_one_step_around_its_own() {
        let authenticator = Authenticator::of(b"12345678901234567890");
        let code = authenticator.code(at(6000));
        for (second, step) in
            [(5939, None), (5970, Some(200)), (6000, Some(200)), (6059, Some(200)), (6060, None)]
        {
            assert_eq!(authenticator.step(&code, at(second), -1), step, "{second}");
        }
        assert_eq!(authenticator.step(&code, at(6000), 199), Some(200));
        assert_eq!(authenticator.step(&code, at(6000), 200), None, "used");
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(authenticator.step(wrong, at(6000), -1), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_key_from_the_picture() {
        let env = Env::new(at(0), Random::seeded(1));
        let authenticator = Authenticator::new(&env);
        let key = authenticator.key();
        assert_eq!(key.len(), 32);
        assert_eq!(
            authenticator.address("ana+home@demo.test"),
            format!("otpauth://totp/Comanda:ana%2Bhome%40demo.test?secret={key}&issuer=Comanda")
        );
        assert_eq!(Authenticator::of_key(&key).unwrap().secret(), authenticator.secret());
        assert!(Authenticator::of_key("not base32!").is_none());
    }
}
