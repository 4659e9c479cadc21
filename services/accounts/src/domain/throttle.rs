//! How long to wait between sign-in attempts: a delay that grows with the failures and is never a
//! lock-out (ASVS 5.0, 6.1.1 and 6.3.1).

use jiff::{SignedDuration, Timestamp};

/// Failures older than this are forgotten.
pub(crate) const MEMORY: SignedDuration = SignedDuration::from_hours(1);

/// Whose attempts are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One account from one address: somebody who forgot, or who guesses.
    Pair,
    /// One account from anywhere: many who guess. Not where its owner has signed in before.
    Account,
    /// One address at any account: one who tries a list. Offices share an address, so it is wide.
    Address,
    /// New accounts from one address.
    SignUp,
    /// Mails to one address, asked for from one place.
    MailPair,
    /// Mails to one address, asked for from anywhere. Not where its owner has signed in before.
    MailAccount,
    /// Mails to any address, asked for from one place.
    MailAddress,
    /// What apps want of people who have to sign in or say yes first, from one address: each leaves a
    /// row of up to 16 KiB for half an hour. Who comes through is taken off again.
    Authorization,
    /// Codes of one person, whose password or mail somebody has: where the person has signed in
    /// before, those that are tried elsewhere do not count.
    Code,
    /// Dialogues for a passkey from one address: each leaves a row for five minutes.
    Passkey,
    /// Departures to another provider from one address: each leaves a row for ten minutes, and makes
    /// us ask the provider. Who comes back as somebody is taken off again.
    Departure,
    /// Tokens of other providers brought from one address. Right ones are taken off again.
    Exchange,
}

impl Scope {
    /// Attempts without delay, the first delay in seconds, and the longest one.
    const fn rule(self) -> (i64, i64, SignedDuration) {
        match self {
            Self::Authorization => (300, 1, SignedDuration::from_mins(1)),
            Self::Pair | Self::Code => (5, 1, SignedDuration::from_mins(15)),
            Self::Account => (10, 1, SignedDuration::from_mins(5)),
            Self::Address | Self::SignUp | Self::MailAddress | Self::Exchange => {
                (20, 1, SignedDuration::from_mins(15))
            }
            // A few an hour: nobody's letter box is flooded.
            Self::MailPair => (3, 300, SignedDuration::from_mins(15)),
            Self::MailAccount => (5, 300, SignedDuration::from_mins(15)),
            Self::Passkey => (3000, 1, SignedDuration::from_mins(1)),
            // Many of an office turn back at the provider, and nobody guesses anything here.
            Self::Departure => (100, 1, SignedDuration::from_mins(1)),
        }
    }

    /// Part of the hashed subject.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Account => "account",
            Self::Address => "address",
            Self::SignUp => "sign-up",
            Self::MailPair => "mail-pair",
            Self::MailAccount => "mail-account",
            Self::MailAddress => "mail-address",
            Self::Authorization => "authorization",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Departure => "departure",
            Self::Exchange => "exchange",
        }
    }
}

/// Attempts that did not succeed so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) failures: i64,
    pub(crate) last_at: Timestamp,
}

impl Attempts {
    /// How many count still.
    pub(crate) fn counting(self, now: Timestamp) -> i64 {
        if now.duration_since(self.last_at) >= MEMORY { 0 } else { self.failures }
    }

    /// How long to wait until the next attempt; zero when it may come now. Attempts that are
    /// refused are not counted: who waits is let in.
    pub(crate) fn wait(self, scope: Scope, now: Timestamp) -> SignedDuration {
        let (free, first, longest) = scope.rule();
        let Some(beyond) = self.counting(now).checked_sub(free).filter(|beyond| *beyond >= 0)
        else {
            return SignedDuration::ZERO;
        };
        // Far beyond every bound, and far from the sign bit.
        let doubled = 1_i64 << beyond.min(32);
        let seconds = doubled.saturating_mul(first);
        let delay = SignedDuration::from_secs(seconds).min(longest);
        (delay - now.duration_since(self.last_at)).max(SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(failures: i64, scope: Scope, ago: i64) -> i64 {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let last_at = now - SignedDuration::from_secs(ago);
        Attempts { failures, last_at }.wait(scope, now).as_secs()
    }

    #[test]
    fn the_delay_grows_and_has_a_bound() {
        let waits: Vec<i64> = [4, 5, 6, 7, 10, 14, 15, 63, 64, 68, 69, 1000, i64::MAX]
            .map(|n| wait(n, Scope::Pair, 0))
            .into();
        assert_eq!(waits, [0, 1, 2, 4, 32, 512, 900, 900, 900, 900, 900, 900, 900]);
        assert_eq!(wait(1000, Scope::Account, 0), 300);
        let mails: Vec<i64> = [2, 3, 4, 5, 1000].map(|n| wait(n, Scope::MailPair, 0)).into();
        assert_eq!(mails, [0, 300, 600, 900, 900]);
    }

    #[test]
    fn who_waited_may_try_and_after_an_hour_all_is_forgotten() {
        assert_eq!(wait(10, Scope::Pair, 31), 1);
        assert_eq!(wait(10, Scope::Pair, 32), 0);
        assert_eq!(wait(i64::MAX, Scope::Pair, 3600), 0);
    }
}
