//! What accounts knows of people.

use database::{DataMap, Erased, Export, Personal, TableMap};

const CONTRACT: &str = "contract: the account";
const SAFETY: &str = "legitimate interest: that nobody else gets into the account";
const ACCOUNT: &str = "while the account lives";
const SESSION: &str = "at most 90 days, or 30 after it ended";

const fn personal(
    column: &'static str,
    what: &'static str,
    (reason, kept): (&'static str, &'static str),
    export: Export,
) -> Personal {
    Personal { column, what, reason, kept, erased: Erased::Deleted, export }
}

/// All of it goes at once when somebody is erased.
pub const DATA_MAP: DataMap = DataMap {
    owner: "accounts",
    tables: &[
        TableMap {
            table: "persons",
            personal: &[
                personal(
                    "email",
                    "the address they sign in with",
                    (CONTRACT, ACCOUNT),
                    Export::As("email"),
                ),
                personal(
                    "email_key",
                    "the same as it is compared",
                    (CONTRACT, ACCOUNT),
                    Export::Not("the same in lower case"),
                ),
                personal(
                    "name",
                    "as they want to be called",
                    (CONTRACT, ACCOUNT),
                    Export::As("name"),
                ),
            ],
            other: &["id", "email_verified", "operator", "demo", "version", "created_at"],
        },
        TableMap {
            table: "credentials",
            personal: &[personal(
                "password_hash",
                "argon2id of the password",
                (CONTRACT, ACCOUNT),
                Export::Not("a secret, of use only to who wants to guess it"),
            )],
            other: &["person_id", "changed_at"],
        },
        TableMap {
            table: "sessions",
            personal: &[
                personal(
                    "user_agent",
                    "the browser or program",
                    (SAFETY, SESSION),
                    Export::As("user_agent"),
                ),
                personal(
                    "network",
                    "the network it was opened from",
                    (SAFETY, SESSION),
                    Export::As("network"),
                ),
            ],
            other: &[
                "id",
                "person_id",
                "created_at",
                "used_at",
                "ends_at",
                "revoked_at",
                "methods",
                "proved_at",
                "first_proof_at",
                "first_proof_by",
            ],
        },
        TableMap {
            table: "one_time_secrets",
            personal: &[
                personal(
                    "data",
                    "what a link in a mail or the next step of a page needs",
                    (CONTRACT, "minutes to a day, as the link lives"),
                    Export::Not("a step that is under way"),
                ),
                personal(
                    "email_key",
                    "the address in it, to find it by",
                    (CONTRACT, "minutes to a day, as the link lives"),
                    Export::Not("a step that is under way"),
                ),
            ],
            other: &["hash", "purpose", "person_id", "ends_at"],
        },
        TableMap {
            table: "memberships",
            personal: &[
                personal(
                    "restaurant_id",
                    "where they work",
                    ("contract: the work", "while they work there"),
                    Export::As("restaurant_id"),
                ),
                personal(
                    "role",
                    "what they may do there",
                    ("contract: the work", "while they work there"),
                    Export::As("role"),
                ),
            ],
            other: &["person_id"],
        },
        TableMap {
            table: "known_places",
            personal: &[personal(
                "subject",
                "a hash of account and network, where they signed in before",
                (SAFETY, "a year after the last sign-in there"),
                Export::Not("a hash; the networks are in the sessions"),
            )],
            other: &["person_id", "seen_at"],
        },
        TableMap {
            table: "sign_in_attempts",
            personal: &[Personal {
                column: "subject",
                what: "a hash of account or network that was tried",
                reason: SAFETY,
                kept: "an hour after the last try",
                erased: Erased::Later(
                    "nothing says whose account or network it was; it goes within two hours",
                ),
                export: Export::Not("a hash, and not of a known person"),
            }],
            other: &["failures", "last_at"],
        },
        TableMap {
            table: "mails",
            personal: &[
                personal(
                    "recipient",
                    "the address a mail goes to",
                    (CONTRACT, "until it is sent, at most a day"),
                    Export::Not("a mail that is under way"),
                ),
                personal(
                    "recipient_key",
                    "the same as it is compared",
                    (CONTRACT, "until it is sent, at most a day"),
                    Export::Not("a mail that is under way"),
                ),
                personal(
                    "letter",
                    "what it is to tell",
                    (CONTRACT, "until it is sent, at most a day"),
                    Export::Not("a mail that is under way"),
                ),
            ],
            other: &["id", "person_id", "attempts", "created_at", "due_at"],
        },
        TableMap {
            table: "identities",
            personal: &[
                personal(
                    "subject",
                    "the number they have at another provider",
                    (CONTRACT, "until they unlink it"),
                    Export::As("subject"),
                ),
                personal(
                    "email",
                    "their address there",
                    (CONTRACT, "until they unlink it"),
                    Export::As("email"),
                ),
            ],
            other: &["issuer", "person_id", "linked_at", "used_at"],
        },
        TableMap {
            table: "passkeys",
            personal: &[
                personal(
                    "name",
                    "what they call it",
                    (SAFETY, "until they remove it"),
                    Export::As("name"),
                ),
                personal(
                    "used_at",
                    "when it was used last",
                    (SAFETY, "until they remove it"),
                    Export::As("used_at"),
                ),
            ],
            other: &[
                "id",
                "person_id",
                "credential_id",
                "public_key",
                "state",
                "transports",
                "created_at",
            ],
        },
        TableMap {
            table: "authenticators",
            personal: &[personal(
                "secret",
                "the key of their authenticator app",
                (SAFETY, "until they remove it"),
                Export::Not("a secret; their app has it"),
            )],
            other: &["person_id", "last_step", "created_at"],
        },
        TableMap {
            table: "recovery_codes",
            personal: &[personal(
                "hash",
                "hashes of codes for the day when the phone is gone",
                (SAFETY, "until they are used or made anew"),
                Export::Not("hashes; the codes were shown once"),
            )],
            other: &["person_id"],
        },
        TableMap {
            table: "oauth_clients",
            personal: &[],
            other: &[
                "id",
                "name",
                "secret_hash",
                "redirect_uris",
                "post_logout_uris",
                "created_at",
                "id_token_signed_response_alg",
            ],
        },
        TableMap {
            table: "oauth_consents",
            personal: &[
                personal(
                    "client_id",
                    "an app that they signed in to",
                    (CONTRACT, "until they withdraw it"),
                    Export::As("client_id"),
                ),
                personal(
                    "scopes",
                    "what that app may see",
                    (CONTRACT, "until they withdraw it"),
                    Export::As("scopes"),
                ),
            ],
            other: &["person_id", "granted_at"],
        },
        TableMap {
            table: "oauth_grants",
            personal: &[
                personal(
                    "session_id",
                    "the sign-in that the app was let in by",
                    (CONTRACT, SESSION),
                    Export::Not("the sessions stand there themselves"),
                ),
                personal(
                    "methods",
                    "how they had proved who they are",
                    (CONTRACT, SESSION),
                    Export::Not("the sessions say it"),
                ),
            ],
            other: &[
                "id",
                "client_id",
                "person_id",
                "scopes",
                "proved_at",
                "created_at",
                "ends_at",
                "ended_at",
            ],
        },
        TableMap {
            table: "oauth_codes",
            personal: &[],
            other: &[
                "hash",
                "grant_id",
                "redirect_uri",
                "challenge",
                "nonce",
                "ends_at",
                "used_at",
            ],
        },
        TableMap {
            table: "oauth_access_tokens",
            personal: &[],
            other: &["hash", "grant_id", "ends_at"],
        },
        TableMap {
            table: "oauth_refresh_tokens",
            personal: &[],
            other: &["hash", "grant_id", "ends_at", "used_at", "salt"],
        },
        TableMap { table: "restaurants", personal: &[], other: &["id", "slug", "name"] },
        TableMap {
            table: "signing_keys",
            personal: &[],
            other: &["kid", "secret", "standing", "created_at", "public", "retired_at"],
        },
        TableMap {
            table: "rsa_keys",
            personal: &[],
            other: &["kid", "secret", "modulus", "standing", "created_at", "retired_at"],
        },
    ],
};
