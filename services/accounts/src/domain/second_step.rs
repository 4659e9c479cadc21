//! When a sign-in is not enough by itself.

use super::method::Method;

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

    /// Whether there is nothing to show but a link that was sent to the address.
    pub(crate) fn prove_by_mail_alone(self) -> bool {
        !(self.password || self.are_strong())
    }

    /// Whether `methods` lack a second step. A passkey is two things by itself: the device, and the
    /// finger, face or PIN that it asked for. A provider has a second step of its own. Who has set up
    /// an authenticator is asked always; who has a passkey alone, when it is `demanded` of them.
    pub(crate) fn ask_more_than(self, methods: &[Method], demanded: bool) -> bool {
        let is_enough = |method: &Method| match method {
            Method::Passkey | Method::Authenticator | Method::RecoveryCode | Method::Provider => {
                true
            }
            Method::Password | Method::EmailLink => false,
        };
        let asked = self.authenticator || (demanded && self.passkeys);
        asked && !methods.iter().any(is_enough)
    }
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
            (app, vec![Method::Provider], false, false),
            (app, vec![Method::Password, Method::Authenticator], false, false),
            (app, vec![Method::Password, Method::RecoveryCode], true, false),
            (key, vec![Method::Password], false, false),
            (key, vec![Method::Password], true, true),
            (key, vec![Method::Passkey], true, false),
        ] {
            assert_eq!(ways.ask_more_than(&methods, demanded), more, "{ways:?} {methods:?}");
        }
        assert!(Ways::default().prove_by_mail_alone());
        assert!(![nothing, app, key].iter().any(|ways| ways.prove_by_mail_alone()));
        assert!(!nothing.are_strong() && app.are_strong() && key.are_strong());
    }
}
