//! What browsers and authenticators are asked for and how their answers are checked: WebAuthn level 3,
//! by the library (ADR 14). User verification is always required: a passkey is two factors by itself.

use crate::store::{passkeys::Passkey, persons::Person};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kernel::ids::{Id, PersonId};
use serde_json::Value;
use std::sync::Arc;
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
    bin::{Decode, Encode},
    request::{
        AsciiDomain, PublicKeyCredentialDescriptor, RpId,
        auth::AuthenticationVerificationOptions,
        register::{
            CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
            UserHandle16, Username,
        },
    },
    response::{
        AuthTransports, CredentialId,
        auth::error::AuthCeremonyErr,
        register::{DynamicState, StaticState},
    },
};

/// How long an answer may take (S-11): what the library says to the browser, too.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// A question for a browser, and what is needed to check the answer.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Kept here until the answer comes.
    pub(crate) state: String,
    /// For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    pub(crate) options: Value,
}

/// What an authenticator made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) state: Vec<u8>,
    pub(crate) transports: i64,
}

/// What an authenticator signed. It is not believed yet.
#[derive(Debug)]
pub(crate) struct Signed(DiscoverableAuthentication16);

/// Why an answer is refused. Told to the log; the person hears that it did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyRefused {
    /// More than five minutes after the question, or the second answer to it.
    #[error("the question is over")]
    Late,
    /// Nobody has this passkey, or not the person who must answer.
    #[error("it is nobody's passkey")]
    Unknown,
    /// Somebody has this passkey already.
    #[error("somebody has this passkey already")]
    Taken,
    /// Not what a browser sends.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The signatures are counted backwards: there may be a copy of the key.
    #[error("the counter of signatures went back")]
    Counter,
    /// Wrong origin, relying party, challenge, signature, or nobody was verified: which one, without
    /// what was sent.
    #[error("the answer is not right: {0}")]
    Wrong(String),
}

/// Passkeys cannot be asked for.
#[derive(Debug, thiserror::Error)]
#[error("passkeys do not work here: {0}")]
pub(crate) struct PasskeyError(String);

/// Asks and checks, for one host.
#[derive(Debug, Clone)]
pub(crate) struct Passkeys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    relying_party: RpId,
    origin: String,
}

impl Passkeys {
    /// For the host of `origin` alone: no sibling can ask for these passkeys.
    pub(crate) fn new(origin: &str) -> Result<Self, PasskeyError> {
        let host = origin.split("://").nth(1).unwrap_or(origin);
        let host = host.split(':').next().unwrap_or(host).to_owned();
        let relying_party = RpId::Domain(AsciiDomain::try_from(host).map_err(failed)?);
        Ok(Self(Arc::new(Inner { relying_party, origin: origin.to_owned() })))
    }

    /// Asks for a new passkey of a person, on an authenticator that has none of theirs yet.
    pub(crate) fn ask_for_new(
        &self,
        person: &Person,
        known: &[Passkey],
    ) -> Result<Question, PasskeyError> {
        let id = handle(person.id);
        let name = Username::try_from(person.email.as_str())
            .or_else(|_| Username::try_from("account"))
            .map_err(failed)?;
        let display_name = Nickname::try_from(person.name.as_str()).ok();
        let user = PublicKeyCredentialUserEntity { name, id: &id, display_name };
        let known = known.iter().filter_map(descriptor).collect();
        let mut options =
            PublicKeyCredentialCreationOptions::passkey(&self.0.relying_party, user, known);
        // Enforced, it keeps out every authenticator that does not know this extension; user
        // verification is required at each use anyway.
        options.extensions.cred_protect = CredProtect::None;
        let (state, options) = options.start_ceremony().map_err(failed)?;
        question(state.encode(), serde_json::to_value(&options))
    }

    /// Asks for any passkey of anybody: who it is, the passkey tells.
    pub(crate) fn ask(&self) -> Result<Question, PasskeyError> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.0.relying_party);
        let (state, options) = options.start_ceremony().map_err(failed)?;
        question(state.encode(), serde_json::to_value(&options))
    }

    /// Checks a new passkey. Whether somebody has it already is not known here.
    pub(crate) fn check_new(&self, state: &str, answer: &str) -> Result<Made, PasskeyRefused> {
        let state = RegistrationServerState::<16>::decode(&bytes(state)?).map_err(wrong)?;
        let answer = Registration::from_json_relaxed(answer.as_bytes())
            .map_err(|_| PasskeyRefused::Unreadable)?;
        let origins = [self.0.origin.as_str()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Browsers and password managers add what nobody asked for.
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = state.verify(&self.0.relying_party, &answer, &options).map_err(wrong)?;
        let public_key = made.static_state().encode().map_err(wrong)?;
        let state = made.dynamic_state().encode().map_err(wrong)?.to_vec();
        let transports = i64::from(made.transports().encode().map_err(wrong)?);
        Ok(Made { credential_id: made.id().as_ref().to_vec(), public_key, state, transports })
    }

    /// Checks what was signed by `passkey`, and tells the state that it has now.
    pub(crate) fn check(
        &self,
        state: &str,
        signed: &Signed,
        passkey: &Passkey,
    ) -> Result<Vec<u8>, PasskeyRefused> {
        let state = DiscoverableAuthenticationServerState::decode(&bytes(state)?).map_err(wrong)?;
        let owner = handle(passkey.person_id);
        let kept = passkey.state.as_slice().try_into().map_err(wrong)?;
        let mut credential = AuthenticatedCredential::new(
            signed.0.raw_id(),
            &owner,
            StaticState::decode(&passkey.public_key).map_err(wrong)?,
            DynamicState::decode(kept).map_err(wrong)?,
        )
        .map_err(wrong)?;
        let origins = [self.0.origin.as_str()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        match state.verify(&self.0.relying_party, &signed.0, &mut credential, &options) {
            Ok(_) => Ok(credential.dynamic_state().encode().map_err(wrong)?.to_vec()),
            Err(AuthCeremonyErr::SignatureCounter) => Err(PasskeyRefused::Counter),
            Err(error) => Err(wrong(error)),
        }
    }
}

impl Signed {
    /// Reads `PublicKeyCredential.toJSON()`.
    pub(crate) fn read(answer: &str) -> Result<Self, PasskeyRefused> {
        let read = DiscoverableAuthentication16::from_json_relaxed(answer.as_bytes());
        read.map(Self).map_err(|_| PasskeyRefused::Unreadable)
    }

    /// What its authenticator calls the passkey.
    pub(crate) fn credential_id(&self) -> Vec<u8> {
        self.0.raw_id().as_ref().to_vec()
    }
}

/// What an authenticator knows of a person: their id, which tells nobody who they are.
fn handle(person: PersonId) -> UserHandle16 {
    let Ok(handle) = UserHandle16::decode(person.uuid().into_bytes());
    handle
}

fn descriptor(passkey: &Passkey) -> Option<PublicKeyCredentialDescriptor<Vec<u8>>> {
    let transports = u8::try_from(passkey.transports).ok()?;
    Some(PublicKeyCredentialDescriptor {
        id: CredentialId::<Vec<u8>>::decode(passkey.credential_id.clone()).ok()?,
        transports: AuthTransports::decode(transports).ok()?,
    })
}

fn question<E: std::fmt::Display>(
    state: Result<Vec<u8>, E>,
    options: serde_json::Result<Value>,
) -> Result<Question, PasskeyError> {
    let state = URL_SAFE_NO_PAD.encode(state.map_err(failed)?);
    Ok(Question { state, options: options.map_err(failed)? })
}

fn bytes(state: &str) -> Result<Vec<u8>, PasskeyRefused> {
    URL_SAFE_NO_PAD.decode(state).map_err(wrong)
}

fn failed(error: impl std::fmt::Display) -> PasskeyError {
    PasskeyError(error.to_string())
}

/// The name of the mistake alone: its words may quote what was sent.
fn wrong(error: impl std::fmt::Debug) -> PasskeyRefused {
    let name = format!("{error:?}");
    let name = name.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    PasskeyRefused::Wrong(name.to_owned())
}
