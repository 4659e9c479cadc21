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
    /// Attempts without delay, the first delay in seconds, and the longest one. Networks that share a
    /// queue have its own rule.
    const fn rule(self) -> (i64, i64, SignedDuration) {
        match self {
            Self::Authorization => (300, 1, SignedDuration::from_mins(1)),
            Self::Account | Self::MailAccount => (i64::MAX, 0, SignedDuration::ZERO),
            Self::Pair | Self::Code => (5, 1, SignedDuration::from_mins(15)),
            Self::Address | Self::SignUp | Self::MailAddress | Self::Exchange => {
                (20, 1, SignedDuration::from_mins(15))
            }
            // A few an hour: nobody's letter box is flooded.
            Self::MailPair => (3, 300, SignedDuration::from_mins(15)),
            Self::Passkey => (3000, 1, SignedDuration::from_mins(1)),
            // Many of an office turn back at the provider, and nobody guesses anything here.
            Self::Departure => (100, 1, SignedDuration::from_mins(1)),
        }
    }

    /// The queue, where many networks wait for one account.
    pub(crate) const fn queue(self) -> Option<Queue> {
        match self {
            Self::Account => Some(Queue {
                free: 10,
                every: SignedDuration::from_mins(1),
                longest: SignedDuration::from_mins(30),
            }),
            Self::MailAccount => Some(Queue {
                free: 5,
                every: SignedDuration::from_mins(10),
                longest: SignedDuration::from_mins(30),
            }),
            _ => None,
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

/// Many networks at one account. They are counted together: each attempt makes the queue longer by
/// `every`, and time shortens it. But each waits by its own clock, and is heard once it has waited for as
/// long as the queue is. So whoever comes first after a pause gains nothing, and who waits is heard
/// before all who do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Attempts before there is one.
    free: i64,
    every: SignedDuration,
    /// Nobody is heard while it is longer: the bound of what many who wait get together.
    longest: SignedDuration,
}

impl Queue {
    /// How many attempts make it as long as it can be.
    fn most(self) -> i64 {
        self.free + self.longest.as_secs() / self.every.as_secs()
    }

    /// Attempts that time has not taken off yet, and the instant from which it takes off the next.
    fn standing(self, all: Attempts, now: Timestamp) -> Attempts {
        let gone = now.duration_since(all.last_at).as_secs() / self.every.as_secs();
        let failures = all.failures.min(self.most()) - gone;
        if failures <= 0 {
            return Attempts { failures: 0, last_at: now };
        }
        let taken_off = SignedDuration::from_secs(gone * self.every.as_secs());
        Attempts { failures, last_at: all.last_at + taken_off }
    }

    fn length(self, all: Attempts, now: Timestamp) -> SignedDuration {
        let Attempts { failures, last_at } = self.standing(all, now);
        let ahead = (failures - self.free + 1).max(0);
        let length = SignedDuration::from_secs(ahead * self.every.as_secs());
        (length - now.duration_since(last_at)).max(SignedDuration::ZERO)
    }

    /// How long a network has yet to wait that waits since `since`; zero when it is heard now. Unless
    /// others have waited as long, that is enough.
    pub(crate) fn wait(self, all: Attempts, since: Timestamp, now: Timestamp) -> SignedDuration {
        let length = self.length(all, now);
        let waited = now.duration_since(since).min(self.longest);
        if length <= waited {
            return SignedDuration::ZERO;
        }
        let step = self.every.as_secs();
        let steps = (length.as_secs() + step - 1) / step;
        let enough = SignedDuration::from_secs(steps * step).min(self.longest) - waited;
        enough.max(length - self.longest).max(SignedDuration::from_secs(1))
    }

    /// One more was heard.
    pub(crate) fn after(self, all: Attempts, now: Timestamp) -> Attempts {
        let Attempts { failures, last_at } = self.standing(all, now);
        Attempts { failures: failures + 1, last_at }
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
        let mails: Vec<i64> = [2, 3, 4, 5, 1000].map(|n| wait(n, Scope::MailPair, 0)).into();
        assert_eq!(mails, [0, 300, 600, 900, 900]);
    }

    /// Networks at one account, second by second.
    struct Account {
        queue: Queue,
        all: Attempts,
        now: Timestamp,
    }

    impl Account {
        fn new(scope: Scope) -> Self {
            let now = Timestamp::from_second(1_800_000_000).unwrap();
            Self { queue: scope.queue().unwrap(), all: Attempts { failures: 0, last_at: now }, now }
        }

        /// One comes that waits since this instant.
        fn hear(&mut self, since: Timestamp) -> Result<(), SignedDuration> {
            let wait = self.queue.wait(self.all, since, self.now);
            if wait > SignedDuration::ZERO {
                return Err(wait);
            }
            self.all = self.queue.after(self.all, self.now);
            Ok(())
        }

        fn tick(&mut self) {
            self.now += SignedDuration::from_secs(1);
        }
    }

    #[test]
    fn who_waits_as_told_is_heard_whatever_those_do_who_do_not_wait() {
        for (scope, bound) in [(Scope::Account, 60), (Scope::MailAccount, 600)] {
            for begin in 0..130 {
                let mut account = Account::new(scope);
                let crowd = |account: &mut Account| {
                    for _ in 0..20 {
                        let _ = account.hear(account.now);
                    }
                };
                for _ in 0..600 + begin * 7 {
                    crowd(&mut account);
                    account.tick();
                }
                crowd(&mut account);
                let came = account.now;
                while let Err(wait) = account.hear(came) {
                    for _ in 0..wait.as_secs() {
                        account.tick();
                        crowd(&mut account);
                    }
                }
                let waited = account.now.duration_since(came).as_secs();
                assert!(waited <= bound, "{scope:?}: {waited} s");
            }
        }
    }

    #[test]
    fn many_networks_that_wait_are_heard_so_often_in_an_hour_and_no_more() {
        for (scope, first, later) in [(Scope::Account, 100, 61), (Scope::MailAccount, 14, 7)] {
            for networks in [1, 5, 20, 200] {
                let mut account = Account::new(scope);
                let mut since = vec![account.now; networks];
                // They have all asked long before.
                account.now += SignedDuration::from_mins(55);
                let mut heard = [0; 3];
                for second in 0..3 * 3600 {
                    for one in &mut since {
                        if account.hear(*one).is_ok() {
                            *one = account.now;
                            heard[second / 3600] += 1;
                        }
                    }
                    account.tick();
                }
                assert!(heard[0] <= first, "{scope:?} {networks}: {heard:?}");
                assert!(heard[1].max(heard[2]) <= later, "{scope:?} {networks}: {heard:?}");
            }
        }
    }

    #[test]
    fn who_waits_among_others_who_wait_is_heard_after_as_many_minutes() {
        for networks in [2_usize, 5, 10, 25] {
            let mut account = Account::new(Scope::Account);
            let mut since = vec![account.now; networks];
            let mut owner = None;
            for second in 0.. {
                for one in &mut since {
                    if account.hear(*one).is_ok() {
                        *one = account.now;
                    }
                }
                if second == 7200 {
                    owner = Some(account.now);
                }
                if let Some(came) = owner
                    && account.hear(came).is_ok()
                {
                    let waited = account.now.duration_since(came).as_secs();
                    assert!(waited <= 60 * (networks as i64 + 1), "{networks}: {waited} s");
                    break;
                }
                account.tick();
            }
        }
    }

    #[test]
    fn who_waited_may_try_and_after_an_hour_all_is_forgotten() {
        assert_eq!(wait(10, Scope::Pair, 31), 1);
        assert_eq!(wait(10, Scope::Pair, 32), 0);
        assert_eq!(wait(i64::MAX, Scope::Pair, 3600), 0);
    }
}
