//! `comanda doctor`: whether each provider can be used as the settings say, and how to mend it.

use super::{FederationError, Kind, Provider, http::Http, in_time, jose::Keys};
use broker::{Condition, Finding};
use serde_json::Value;

/// Looks at one provider.
pub(crate) async fn examine(provider: &Provider) -> Finding {
    let what = format!("provider {} ({})", provider.name, provider.issuer);
    let state = match in_time(look(provider)).await {
        Ok(()) => Condition::Well,
        Err(error) => Condition::Wrong(format!("{}; {}", kernel::in_words(&error), mend(&error))),
    };
    Finding { what, state }
}

async fn look(provider: &Provider) -> Result<(), FederationError> {
    match &provider.kind {
        Kind::OpenId(open_id) => {
            let metadata = open_id.discovery.metadata().await?;
            has_keys(&open_id.http, &metadata.jwks_uri).await
        }
        Kind::Clerk(clerk) => has_keys(&clerk.http, &clerk.app.jwks_url).await,
        Kind::Firebase(firebase) => has_keys(firebase.keys.http(), &firebase.app.jwks_url).await,
    }
}

async fn has_keys(http: &Http, url: &str) -> Result<(), FederationError> {
    let document: Value = http.get(url, None).await?;
    if Keys::read(&document).is_empty() {
        return Err(FederationError::Answer(format!("no usable key at {url}")));
    }
    Ok(())
}

fn mend(error: &FederationError) -> &'static str {
    match error {
        FederationError::Answer(_) => {
            "set issuer exactly as the provider writes it in ISSUER/.well-known/openid-configuration (docs/sign-in-providers.md)"
        }
        _ => {
            "look whether this machine reaches it, and name its authority with `authorities` where that is your own"
        }
    }
}
