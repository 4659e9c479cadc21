//! `accounts.providers`: who else may say who somebody is. One entry is read here, key by key, so
//! that what is wrong with it is one sentence; docs/sign-in-providers.md says what to enter there and
//! at the provider.

mod entry;

use super::SettingsError;
use crate::is_safe_way;
use entry::Entry;
use std::{fmt, path::PathBuf};

/// The key of all of them.
pub(super) const KEY: &str = "accounts.providers";

const KINDS: [&str; 6] = ["oidc", "auth0", "clerk", "firebase", "google", "keycloak"];
const URL: &str = "expected https://… (http:// on this machine alone)";

/// A provider that people may sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// In addresses: `/sign-in/with/NAME`.
    pub name: String,
    /// On buttons.
    pub label: String,
    /// Who signs its tokens, exactly as they say it.
    pub issuer: String,
    /// All its addresses count as proved, also those of which it does not say so.
    pub trust_email: bool,
    /// Its sign-in counts as two steps, also where its token does not say so.
    pub trust_second_step: bool,
    /// A PEM file of authorities beside the system's.
    pub authorities: Option<PathBuf>,
    /// What it speaks.
    pub kind: ProviderKind,
}

/// What a provider speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenID Connect: authorization code with PKCE.
    OpenId(OpenIdClient),
    /// Clerk: its own page, its own session token.
    Clerk(ClerkApp),
    /// Firebase Auth: its own script, its own ID token.
    Firebase(FirebaseApp),
}

/// Our registration at an OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdClient {
    /// As the provider's console shows it.
    pub client_id: String,
    /// Nothing for a public client.
    pub client_secret: Option<Secret>,
    /// The secret is sent in the form (`client_secret_post`), whatever else the provider offers.
    pub secret_in_form: bool,
    /// What is asked for; `openid` among it.
    pub scopes: Vec<String>,
}

/// An application of Clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClerkApp {
    /// `pk_…`, public.
    pub publishable_key: String,
    /// `sk_…`: asks Clerk for addresses, where the session token does not carry them.
    pub secret_key: Option<Secret>,
    /// Origins whose pages may have asked for the token (`azp`). Empty: our own alone.
    pub authorized_parties: Vec<String>,
    /// Clerk's API for `secret_key`.
    pub api_url: String,
    /// Its public keys.
    pub jwks_url: String,
    /// Its script for the sign-in page.
    pub script: String,
    /// The script of its form there.
    pub ui_script: String,
}

/// A project of Firebase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirebaseApp {
    /// The `aud` of its tokens.
    pub project_id: String,
    /// The web API key, public.
    pub api_key: String,
    /// Where its own pages are.
    pub auth_domain: String,
    /// Its public keys.
    pub jwks_url: String,
    /// The folder of its scripts for the sign-in page.
    pub script: String,
    /// Ways in that the sign-in page offers: `password` or a provider such as `google.com`.
    pub methods: Vec<String>,
    /// `HOST:PORT` of the emulator, whose tokens nobody signs. Exists in builds for tests alone.
    #[cfg(feature = "insecure-emulator")]
    pub emulator: Option<String>,
}

/// A text that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Reads the list: TOML, or JSON in the environment.
pub(super) fn read(text: &str) -> Result<Vec<Provider>, SettingsError> {
    let tables = tables(text)?;
    let mut providers: Vec<Provider> = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let provider = provider(Entry::new(index, table))?;
        if providers.iter().any(|other| other.name == provider.name) {
            let key = format!("{KEY}[{index}].name");
            return Err(super::wrong(&key, &provider.name, "expected a name of its own for each"));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn tables(text: &str) -> Result<Vec<toml::Table>, SettingsError> {
    // The value is not repeated: it holds secrets.
    let wrong = || {
        let allowed = "expected a list of tables, in the file as [[accounts.providers]], in the environment as JSON or TOML such as [{name = \"google\", kind = \"google\", client_id = \"…\", client_secret = \"…\"}]";
        super::wrong(KEY, "…", allowed)
    };
    let text = if text.trim().is_empty() { "[]" } else { text };
    let in_toml = format!("list = {text}").parse::<toml::Table>().ok();
    let value = match in_toml.and_then(|mut table| table.remove("list")) {
        Some(value) => value,
        None => serde_json::from_str(text).map_err(|_| wrong())?,
    };
    let toml::Value::Array(values) = value else { return Err(wrong()) };
    values.into_iter().map(|value| value.try_into().map_err(|_| wrong())).collect()
}

fn provider(mut entry: Entry) -> Result<Provider, SettingsError> {
    let kind = entry.word("kind", &KINDS)?;
    let name = entry.required("name", "expected lower case letters, digits and hyphens")?;
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.len() > 32 || !name.bytes().all(letter) {
        let allowed = "expected at most 32 lower case letters, digits and hyphens";
        return Err(entry.wrong("name", &name, allowed));
    }
    entry.name = Some(name.clone());
    let label = entry.text("label")?.unwrap_or_else(|| default_label(&kind, &name));
    let authorities = entry.text("authorities")?.map(PathBuf::from);
    let trust_email = entry.flag("trust_email")?;
    let trust_second_step = entry.flag("trust_second_step")?;
    let (issuer, kind) = match kind.as_str() {
        "clerk" => clerk(&mut entry)?,
        "firebase" => firebase(&mut entry)?,
        open_id => open_id_client(&mut entry, open_id)?,
    };
    entry.end()?;
    Ok(Provider { name, label, issuer, trust_email, trust_second_step, authorities, kind })
}

fn default_label(kind: &str, name: &str) -> String {
    match kind {
        "google" => "Google".to_owned(),
        "auth0" => "Auth0".to_owned(),
        "keycloak" => "Keycloak".to_owned(),
        "clerk" => "Clerk".to_owned(),
        "firebase" => "Firebase".to_owned(),
        _ => name.to_owned(),
    }
}

fn open_id_client(entry: &mut Entry, kind: &str) -> Result<(String, ProviderKind), SettingsError> {
    let issuer = match kind {
        "google" => entry.url("issuer", Some("https://accounts.google.com"))?,
        // Auth0 ends its issuer with a slash, and its console shows it without.
        "auth0" => format!("{}/", entry.url("issuer", None)?.trim_end_matches('/')),
        "keycloak" => entry.url("issuer", None)?.trim_end_matches('/').to_owned(),
        _ => entry.url("issuer", None)?,
    };
    let mut scopes = entry.list("scopes")?;
    if scopes.is_empty() {
        scopes = ["openid", "profile", "email"].map(str::to_owned).to_vec();
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(entry.wrong("scopes", &scopes.join(" "), "expected openid among them"));
    }
    let client_id = entry.required("client_id", "expected the id that the provider gave us")?;
    let client_secret = entry.text("client_secret")?.map(Secret);
    // What Auth0 sets for a new application.
    let secret_in_form = entry.flag("secret_in_form")? || kind == "auth0";
    let client = OpenIdClient { client_id, client_secret, secret_in_form, scopes };
    Ok((issuer, ProviderKind::OpenId(client)))
}

fn clerk(entry: &mut Entry) -> Result<(String, ProviderKind), SettingsError> {
    let allowed = "expected pk_test_… or pk_live_… as Clerk's page of API keys shows it";
    let publishable_key = entry.required("publishable_key", allowed)?;
    let Some(host) = frontend_host(&publishable_key) else {
        return Err(entry.wrong("publishable_key", &publishable_key, allowed));
    };
    let issuer = entry.url("issuer", Some(&format!("https://{host}")))?;
    let script = format!("{issuer}/npm/@clerk/clerk-js@6/dist/clerk.browser.js");
    let ui_script = format!("{issuer}/npm/@clerk/ui@1/dist/ui.browser.js");
    let app = ClerkApp {
        publishable_key,
        secret_key: entry.text("secret_key")?.map(Secret),
        authorized_parties: entry.list("authorized_parties")?,
        api_url: entry.url("api_url", Some("https://api.clerk.com"))?,
        jwks_url: entry.url("jwks_url", Some(&format!("{issuer}/.well-known/jwks.json")))?,
        script: entry.url("script", Some(&script))?,
        ui_script: entry.url("ui_script", Some(&ui_script))?,
    };
    Ok((issuer, ProviderKind::Clerk(app)))
}

/// A publishable key is the host of Clerk's frontend API in base64, with a `$` at its end.
fn frontend_host(key: &str) -> Option<String> {
    let coded = key.strip_prefix("pk_test_").or_else(|| key.strip_prefix("pk_live_"))?;
    let host = String::from_utf8(base64_decode(coded)?).ok()?;
    let host = host.strip_suffix('$')?;
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
    (!host.is_empty() && host.bytes().all(letter)).then(|| host.to_owned())
}

fn base64_decode(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn firebase(entry: &mut Entry) -> Result<(String, ProviderKind), SettingsError> {
    const JWKS: &str =
        "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";
    let project_id = entry.required("project_id", "expected the id of the Firebase project")?;
    let issuer = format!("https://securetoken.google.com/{project_id}");
    let issuer = entry.url("issuer", Some(&issuer))?;
    let mut methods = entry.list("methods")?;
    if methods.is_empty() {
        methods = ["google.com", "password"].map(str::to_owned).to_vec();
    }
    let auth_domain = entry.text("auth_domain")?;
    let app = FirebaseApp {
        api_key: entry.required("api_key", "expected the web API key of the project")?,
        auth_domain: auth_domain.unwrap_or_else(|| format!("{project_id}.firebaseapp.com")),
        jwks_url: entry.url("jwks_url", Some(JWKS))?,
        script: entry.url("script", Some("https://www.gstatic.com/firebasejs/13.2.0"))?,
        methods,
        #[cfg(feature = "insecure-emulator")]
        emulator: entry.text("emulator")?,
        project_id,
    };
    Ok((issuer, ProviderKind::Firebase(app)))
}

#[cfg(test)]
mod tests;
