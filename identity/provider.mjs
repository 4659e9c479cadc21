// The certified `oidc-provider`: provider.mjs PORT.
//
// One confidential client, PKCE from everybody, and the library's own page for signing in, where any
// name will do: `ana@demo.test` becomes a person with this e-mail address, which is confirmed unless
// it begins with `unconfirmed`.

import { Provider } from 'oidc-provider';

const [port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

/** Where people may be sent back to, parted by spaces; what a test's town listens on is not known yet. */
const redirects = (process.env.COMANDA_TEST_REDIRECTS ?? 'http://accounts.comanda.localhost').split(' ');

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'comanda',
    client_secret: 'comanda-secret',
    redirect_uris: redirects,
    post_logout_redirect_uris: redirects,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  }],
  scopes: ['openid', 'offline_access', 'email', 'profile'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // Accounts reads the ID token; by default claims are at userinfo alone.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id.split('@')[0],
      email: id,
      email_verified: !id.startsWith('unconfirmed'),
    }),
  }),
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ['of this run alone'] },
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, RefreshToken: 3600, Session: 3600, Grant: 3600 },
});

/** The port is whatever was free (as RFC 8252, 7.3 has it for loopback), and the path is the client's. */
const isOurs = (uri) => URL.canParse(uri) && redirects.some((known) => {
  const [allowed, asked] = [new URL(known), new URL(uri)];
  return allowed.protocol === asked.protocol && allowed.hostname === asked.hostname
    && (allowed.pathname === '/' || allowed.pathname === asked.pathname);
});
provider.Client.prototype.redirectUriAllowed = isOurs;
provider.Client.prototype.postLogoutRedirectUriAllowed = isOurs;

provider.listen(Number(port), '127.0.0.1');
