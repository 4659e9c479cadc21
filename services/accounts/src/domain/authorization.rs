//! What an app asks for when it sends somebody here (OpenID Connect Core 1.0, 3.1.2; OAuth 2.1).
//! Read as strictly as the rules allow.

use super::scope::{self, Scope, Scopes};
use jiff::{SignedDuration, Timestamp};

/// The longest text that is handed back unread.
const TEXT_MAX: usize = 2048;

/// A request that can be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) scopes: Scopes,
    /// S256 of the verifier.
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) prompt: Prompt,
    /// How long ago the person may have proved who they are.
    pub(crate) max_age: Option<SignedDuration>,
    pub(crate) login_hint: String,
    pub(crate) id_token_hint: Option<String>,
}

/// What the person must be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// Nothing at all.
    pub(crate) none: bool,
    /// To prove again who they are.
    pub(crate) login: bool,
    /// Whether they want it.
    pub(crate) consent: bool,
}

/// Why a request cannot be granted: `error` and a sentence for the app's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

const fn wrong(error: &'static str, description: &'static str) -> Wrong {
    Wrong { error, description }
}

/// Names and values of a request. A name that comes twice has no value (RFC 6749, 3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The one value of `name`; one that is empty counts as left out.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        let value = values.next().filter(|value| !value.is_empty())?;
        values.next().is_none().then_some(value.as_str())
    }

    /// Whether any name comes twice.
    fn repeats(&self) -> bool {
        let names: std::collections::BTreeSet<&String> =
            self.0.iter().map(|(key, _)| key).collect();
        names.len() != self.0.len()
    }
}

/// Reads what stands beside the app and its address, which have been looked at before.
pub(crate) fn read(parameters: &Parameters) -> Result<Asked, Wrong> {
    if parameters.repeats() {
        return Err(wrong("invalid_request", "a parameter is sent twice"));
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if parameters.one(name).is_some() {
            return Err(wrong(error, "send the parameters themselves"));
        }
    }
    match parameters.one("response_type") {
        Some("code") => {}
        Some(_) => return Err(wrong("unsupported_response_type", "response_type must be code")),
        None => return Err(wrong("invalid_request", "response_type is missing")),
    }
    if parameters.one("response_mode").is_some_and(|mode| mode != "query") {
        return Err(wrong("invalid_request", "response_mode must be query"));
    }
    let scopes = scope::scopes(parameters.one("scope").unwrap_or_default());
    if !scopes.contains(&Scope::OpenId) {
        return Err(wrong("invalid_scope", "scope must contain openid"));
    }
    let text = |name| parameters.one(name).map(ToOwned::to_owned);
    let nonce = text("nonce");
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > TEXT_MAX) {
        return Err(wrong("invalid_request", "nonce is too long"));
    }
    Ok(Asked {
        scopes,
        challenge: challenge(parameters)?,
        nonce,
        prompt: prompt(parameters.one("prompt").unwrap_or_default())?,
        max_age: max_age(parameters.one("max_age"))?,
        login_hint: text("login_hint").unwrap_or_default(),
        id_token_hint: text("id_token_hint"),
    })
}

/// PKCE is for every app, and S256 alone (OAuth 2.1, 4.1.1).
fn challenge(parameters: &Parameters) -> Result<String, Wrong> {
    let Some(challenge) = parameters.one("code_challenge") else {
        return Err(wrong("invalid_request", "code_challenge is missing"));
    };
    if parameters.one("code_challenge_method") != Some("S256") {
        return Err(wrong("invalid_request", "code_challenge_method must be S256"));
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if challenge.len() != 43 || !challenge.bytes().all(letters) {
        return Err(wrong("invalid_request", "code_challenge is not a SHA-256 in base64url"));
    }
    Ok(challenge.to_owned())
}

fn prompt(words: &str) -> Result<Prompt, Wrong> {
    let mut prompt = Prompt::default();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            // Who chooses another account signs in.
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => {
                return Err(wrong(
                    "invalid_request",
                    "prompt is none, login, consent or select_account",
                ));
            }
        }
    }
    if prompt.none && (prompt.login || prompt.consent) {
        return Err(wrong("invalid_request", "prompt=none stands alone"));
    }
    Ok(prompt)
}

fn max_age(text: Option<&str>) -> Result<Option<SignedDuration>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    let seconds: Option<u32> = text.parse().ok();
    let seconds = seconds.ok_or(wrong("invalid_request", "max_age is a number of seconds"))?;
    Ok(Some(SignedDuration::from_secs(seconds.into())))
}

impl Asked {
    /// Whether a proof of that instant is fresh enough for a request of this one.
    pub(crate) fn is_fresh(
        &self,
        proved_at: Timestamp,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> bool {
        if proved_at >= asked_at {
            return true;
        }
        let young = self.max_age.is_none_or(|age| now.duration_since(proved_at) <= age);
        young && !self.prompt.login
    }

    /// Whether what the person has granted before is enough.
    pub(crate) fn is_covered(&self, granted: &Scopes) -> bool {
        !self.prompt.consent && self.scopes.is_subset(granted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(changes: &[(&str, &str)]) -> Result<Asked, &'static str> {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let mut pairs = vec![
            ("response_type", "code"),
            ("scope", "openid email"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ];
        for change in changes {
            pairs.retain(|(name, _)| *name != change.0 || change.0 == "twice");
            pairs.push(*change);
        }
        let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        read(&Parameters::new(pairs.collect())).map_err(|wrong| wrong.error)
    }

    #[test]
    fn every_rule_has_its_error() {
        assert!(ask(&[]).is_ok());
        for (name, value, error) in [
            ("response_type", "", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "code id_token", "unsupported_response_type"),
            ("response_mode", "fragment", "invalid_request"),
            ("scope", "email", "invalid_scope"),
            ("scope", "", "invalid_scope"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge", "short", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge_method", "", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "create", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("max_age", "soon", "invalid_request"),
            ("request", "eyJ", "request_not_supported"),
            ("request_uri", "urn:x", "request_uri_not_supported"),
        ] {
            assert_eq!(ask(&[(name, value)]).err(), Some(error), "{name}={value}");
        }
        let twice = [("twice", "a"), ("twice", "b")];
        assert_eq!(ask(&twice).err(), Some("invalid_request"));
    }

    #[test]
    fn a_proof_is_fresh_when_it_is_young_or_came_after_the_question() {
        let at = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        let fresh = |changes: &[(&str, &str)], proved| {
            ask(changes).unwrap().is_fresh(at(proved), at(100), at(110))
        };
        assert!(fresh(&[], -9000));
        assert!(!fresh(&[("prompt", "login")], 99));
        assert!(fresh(&[("prompt", "login")], 100));
        assert!(fresh(&[("max_age", "60")], 50));
        assert!(!fresh(&[("max_age", "59")], 50));
        assert!(fresh(&[("max_age", "0")], 105));
    }
}
