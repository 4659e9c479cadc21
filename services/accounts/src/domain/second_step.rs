//! When a sign-in is not enough by itself.

use super::method::{Method, are_two_factors};
use jiff::SignedDuration;

/// A proof counts for so long as one that it is the person who asks.
pub(crate) const LATELY: SignedDuration = SignedDuration::from_mins(10);

/// What a person can prove themselves with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ways {
    pub(crate) password: bool,
    pub(crate) passkeys: bool,
    pub(crate) authenticator: bool,
    /// How many are left.
    pub(crate) recovery_codes: i64,
}

impl Ways {
    /// Whether more than one thing is needed to come in as this person.
    pub(crate) fn are_strong(self) -> bool {
        self.passkeys || self.authenticator
    }

    /// Whether a link that is sent to the address stands for the password or the passkey that they
    /// have not.
    pub(crate) fn may_prove_by_mail(self) -> bool {
        !(self.password || self.passkeys)
    }

    /// Whether two steps are asked for: always of who has set up an authenticator; of who has a
    /// passkey alone, when it is `demanded` of them.
    fn ask_for_two(self, demanded: bool) -> bool {
        self.authenticator || (demanded && self.passkeys)
    }

    /// Whether a sign-in by `methods` lacks a second step.
    pub(crate) fn ask_more_than(self, methods: &[Method], demanded: bool) -> bool {
        self.ask_for_two(demanded) && !are_two_factors(methods)
    }

    /// What somebody who came by `came` has yet to show, beside `methods`, before something dangerous.
    /// A code comes from the same telephone as the session and the mail: with two steps, who has a
    /// password shows that.
    pub(crate) fn missing(self, came: &[Method], methods: &[Method], demanded: bool) -> Missing {
        if methods.iter().any(|method| method.is_two()) {
            return Missing::default();
        }
        if demanded && !self.are_strong() && came.contains(&Method::ProviderStep) {
            return Missing { elsewhere: true, ..Missing::default() };
        }
        let two = self.ask_for_two(demanded);
        let is_first = |method: &Method| match method {
            Method::Password => true,
            method => !(method.is_code() || (two && self.password)),
        };
        Missing {
            first: !methods.iter().any(is_first),
            code: two && !methods.iter().any(|method| method.is_code()),
            elsewhere: false,
        }
    }

    /// What of it they are asked for here. Nothing where it cannot become all of it: a proof would be
    /// spent, and the other half never come.
    pub(crate) fn offer(self, missing: Missing) -> Offer {
        let first = !missing.first || self.password || self.may_prove_by_mail();
        let code = !missing.code || self.authenticator || self.recovery_codes > 0;
        let possible = first && code;
        Offer {
            password: possible && missing.first && self.password,
            link: possible && missing.first && self.may_prove_by_mail(),
            code: possible && missing.code,
        }
    }
}

/// What is not shown yet. A passkey is instead of both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The password, or for who has none a link by mail.
    pub(crate) first: bool,
    /// A code of the authenticator app, or a recovery code.
    pub(crate) code: bool,
    /// Two steps that only the provider asks for by which they came. Whatever they show here is one.
    pub(crate) elsewhere: bool,
}

impl Missing {
    pub(crate) fn nothing(self) -> bool {
        !(self.first || self.code || self.elsewhere)
    }
}

/// What somebody may prove it by, beside their passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) password: bool,
    /// By mail.
    pub(crate) link: bool,
    pub(crate) code: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_enough_for_who_has_set_up_a_second() {
        let nothing = Ways { password: true, ..Ways::default() };
        let app = Ways { authenticator: true, ..nothing };
        let key = Ways { passkeys: true, ..nothing };
        for (ways, methods, demanded, more) in [
            (nothing, vec![Method::Password], true, false),
            (app, vec![Method::Password], false, true),
            (app, vec![Method::EmailLink], false, true),
            (app, vec![Method::Passkey], false, false),
            (app, vec![Method::Provider], false, true),
            (app, vec![Method::Provider, Method::EmailLink], false, true),
            (app, vec![Method::Provider, Method::ProviderStep], false, false),
            (app, vec![Method::Provider, Method::Authenticator], false, false),
            (nothing, vec![Method::Provider], true, false),
            (key, vec![Method::Provider], false, false),
            (key, vec![Method::Provider], true, true),
            (app, vec![Method::Password, Method::Authenticator], false, false),
            (app, vec![Method::Password, Method::RecoveryCode], true, false),
            (key, vec![Method::Password], false, false),
            (key, vec![Method::Password], true, true),
            (key, vec![Method::Passkey], true, false),
        ] {
            assert_eq!(ways.ask_more_than(&methods, demanded), more, "{ways:?} {methods:?}");
        }
        assert!(Ways::default().may_prove_by_mail() && !key.may_prove_by_mail());
        assert!(!nothing.are_strong() && app.are_strong() && key.are_strong());
    }

    #[test]
    fn before_what_is_dangerous_a_code_alone_is_not_enough() {
        use Method::{Authenticator, EmailLink, Passkey, Password, Provider, RecoveryCode};
        let one = Ways { password: true, ..Ways::default() };
        let app = Ways { authenticator: true, ..one };
        let key = Ways { passkeys: true, ..one };
        let no_password = Ways { password: false, ..app };
        for (ways, shown, demanded, first, code) in [
            (one, vec![], true, true, false),
            (one, vec![Password], true, false, false),
            (one, vec![EmailLink], false, false, false),
            (one, vec![RecoveryCode], false, true, false),
            (app, vec![], false, true, true),
            (app, vec![Authenticator], false, true, false),
            (app, vec![RecoveryCode, Authenticator], false, true, false),
            (app, vec![Password], false, false, true),
            (app, vec![EmailLink, Authenticator], false, true, false),
            (app, vec![Provider, Authenticator], false, true, false),
            (app, vec![Password, Authenticator], false, false, false),
            (app, vec![Authenticator, Password], true, false, false),
            (app, vec![Passkey], true, false, false),
            (key, vec![Password], false, false, false),
            (key, vec![Password], true, false, true),
            (key, vec![Password, RecoveryCode], true, false, false),
            (key, vec![Passkey], true, false, false),
            (no_password, vec![Authenticator], false, true, false),
            (no_password, vec![EmailLink], false, false, true),
            (no_password, vec![EmailLink, Authenticator], false, false, false),
        ] {
            let missing = ways.missing(&[Password], &shown, demanded);
            let expected = Missing { first, code, elsewhere: false };
            assert_eq!(missing, expected, "{ways:?} {shown:?}");
            assert_eq!(missing.nothing(), !first && !code);
        }
    }

    #[test]
    fn two_steps_that_are_demanded_and_came_from_elsewhere_are_shown_there_again() {
        use Method::{EmailLink, Passkey, Password, Provider, ProviderStep};
        let one = Ways { password: true, ..Ways::default() };
        for (ways, shown) in [
            (one, vec![]),
            (one, vec![Password]),
            (Ways::default(), vec![EmailLink]),
            (one, vec![Password, EmailLink]),
        ] {
            let missing = ways.missing(&[Provider, ProviderStep], &shown, true);
            assert!(missing.elsewhere && !missing.nothing(), "{ways:?} {shown:?}");
            let nothing = Offer { password: false, link: false, code: false };
            assert_eq!(ways.offer(missing), nothing);
            for (came, demanded) in
                [([Provider, ProviderStep], false), ([Provider, Password], true)]
            {
                assert!(!ways.missing(&came, &shown, demanded).elsewhere);
            }
        }
        assert!(one.missing(&[Provider, ProviderStep], &[Passkey], true).nothing());
    }

    #[test]
    fn what_cannot_become_enough_is_not_asked_for() {
        use Method::{EmailLink, Password, RecoveryCode};
        let key = Ways { passkeys: true, ..Ways::default() };
        let key_and_app = Ways { authenticator: true, recovery_codes: 9, ..key };
        let staff = Ways { password: true, ..key };
        let app = Ways { authenticator: true, ..Ways::default() };
        for (ways, shown, demanded, password, link, code) in [
            (key, vec![], false, false, false, false),
            (key_and_app, vec![], false, false, false, false),
            (key_and_app, vec![RecoveryCode], false, false, false, false),
            (key_and_app, vec![Password], false, false, false, true),
            (staff, vec![], true, false, false, false),
            (staff, vec![], false, true, false, false),
            (Ways { recovery_codes: 1, ..staff }, vec![], true, true, false, true),
            (Ways { recovery_codes: 1, ..staff }, vec![RecoveryCode], true, true, false, false),
            (staff, vec![RecoveryCode], true, true, false, false),
            (app, vec![], false, false, true, true),
            (app, vec![EmailLink], false, false, false, true),
            (Ways { password: true, ..app }, vec![], false, true, false, true),
            (Ways::default(), vec![], false, false, true, false),
        ] {
            let offer = ways.offer(ways.missing(&[Password], &shown, demanded));
            assert_eq!(offer, Offer { password, link, code }, "{ways:?} {shown:?}");
        }
    }
}
