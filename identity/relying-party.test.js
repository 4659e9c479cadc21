// Accounts as an OpenID provider, for an app that uses a certified client library: discovery, code with
// PKCE, an ID token whose nonce fits, userinfo, refresh, revocation and sign-out.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as client from 'openid-client';

const BINARY = process.env.COMANDA_BINARY ?? join(import.meta.dirname, '../target/debug/comanda');
const PATIENCE = 60_000;
const CALLBACK = 'https://app.example.com/signed-in';
const GOODBYE = 'https://app.example.com/bye';

let town;

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** Of this machine only what a process needs: its own settings are not the town's. */
const environment = () => Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('COMANDA_')),
);

const startTown = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-relying-party-'));
  const port = await freePort();
  const child = spawn(BINARY, ['up', '--demo', '--listen', `127.0.0.1:${port}`, '--data-dir', folder], {
    env: environment(), stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => { child.once('close', resolve); });
  let said = '';
  await new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`not ready in time\n${said}`)), PATIENCE);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        if (/ready in \d+ ms/.test(said)) { clearTimeout(tooLate); resolve(); }
      });
    }
    child.once('exit', (code) => reject(new Error(`comanda ended with ${code}\n${said}`)));
  });
  return {
    issuer: `http://accounts.comanda.localhost:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A request by the town's names, which lead to this machine whatever its resolver says. */
const visit = (url, { method = 'GET', headers = {}, body } = {}) => new Promise((resolve, reject) => {
  const { hostname, host, port, pathname, search } = new URL(url);
  assert.match(hostname, /\.comanda\.localhost$/);
  const plain = Object.fromEntries(new Headers(headers));
  const text = body === undefined || body === null ? undefined : String(body);
  const sent = request({
    host: '127.0.0.1', port, path: pathname + search, method, headers: { ...plain, host },
  }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('end', () => {
      const named = Object.entries(answer.headers).flatMap(
        ([name, value]) => [value].flat().map((one) => [name, one]),
      );
      const content = [204, 303, 304].includes(answer.statusCode) ? null : Buffer.concat(chunks);
      resolve(new Response(content, { status: answer.statusCode, headers: named }));
    });
  });
  sent.once('error', reject);
  sent.end(text);
});

/** As much of a browser as a person needs here. */
const newPerson = () => {
  const cookies = new Map();
  const go = async (path, form) => {
    const url = new URL(path, town.issuer);
    const headers = { accept: 'text/html' };
    if (cookies.size) headers.cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    if (form) {
      headers.origin = town.issuer;
      headers['content-type'] = 'application/x-www-form-urlencoded';
    }
    const answer = await visit(url, {
      method: form ? 'POST' : 'GET', headers, body: form && new URLSearchParams(form),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=');
      if (value) cookies.set(name, value); else cookies.delete(name);
    }
    return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
  };
  /** Where a page goes on by itself. */
  const onward = ({ page }) => page.match(/content="0;url=([^"]+)"/)[1].replaceAll('&amp;', '&');
  return {
    go,
    onward,
    signIn: (email, back = '') => go('/sign-in', { email, password: 'comanda-demo', return_to: back }),
    async allow({ page }) {
      const [, step] = page.match(/name="step" value="([^"]+)"/);
      return onward(await go('/oauth/consent', { step, choice: 'allow' }));
    },
  };
};

/** The operator adds an app, and leaves the algorithm of its ID tokens as it is proposed, or chooses. */
const addApp = async (kind, algorithm) => {
  const operator = newPerson();
  await operator.signIn('operator@demo.test');
  const { page } = await operator.go('/operator/clients', {
    name: 'Town news', kind, redirect_uris: CALLBACK, post_logout_uris: GOODBYE,
    ...(algorithm && { id_token_signed_response_alg: algorithm }),
  });
  return {
    algorithm,
    id: page.match(/<code>(cli_[0-9a-f]{32})<\/code>/)[1],
    secret: page.match(/<code>(ccs_[\w-]+)<\/code>/)?.[1],
  };
};

/** Without a chosen algorithm the library is used as it is; with one it insists on it, and verifies the
 *  signature with the published keys, too (Core 1.0, 3.1.3.7 leaves that out where TLS vouches). */
const discover = ({ id, secret, algorithm }, authentication) => client.discovery(
  new URL(town.issuer),
  id,
  { ...(secret && { client_secret: secret }), ...(algorithm && { id_token_signed_response_alg: algorithm }) },
  authentication,
  {
    [client.customFetch]: visit,
    execute: [client.allowInsecureRequests, ...(algorithm ? [client.enableNonRepudiationChecks] : [])],
  },
);

/** What the app sends the browser to, and what it checks afterwards. */
const begin = async (configuration, more = {}) => {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  return { url, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
};

before(async () => { town = await startTown(); }, { timeout: 2 * PATIENCE });
after(async () => { await town?.stop(); });

const headerOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));

for (const [kind, name, authentication, algorithm] of [
  ['confidential', 'client_secret_basic', (app) => client.ClientSecretBasic(app.secret)],
  ['confidential', 'client_secret_basic', (app) => client.ClientSecretBasic(app.secret), 'EdDSA'],
  ['confidential', 'client_secret_post', (app) => client.ClientSecretPost(app.secret), 'RS256'],
  ['public', 'none', () => client.None()],
  ['public', 'none', () => client.None(), 'EdDSA'],
]) {
  const how = `${name}, ${algorithm ?? 'the default algorithm'}`;
  test(`a certified client signs a person in, from discovery to sign-out (${how})`, async () => {
    const app = await addApp(kind, algorithm);
    const configuration = await discover(app, authentication(app));
    assert.equal(configuration.serverMetadata().issuer, town.issuer);

    const ana = newPerson();
    const { url, checks } = await begin(configuration, { login_hint: 'ana@demo.test' });
    const first = await ana.go(url.pathname + url.search);
    assert.match(first.to, /^\/sign-in\?/);
    const back = new URL(first.to, town.issuer).searchParams.get('return_to');
    await ana.signIn('ana@demo.test', back);
    const asked = await ana.go(ana.onward(await ana.go(back)));
    assert.match(asked.page, /Sign in to Town news\?/);
    const callback = new URL(await ana.allow(asked));

    const tokens = await client.authorizationCodeGrant(configuration, callback, checks);
    assert.equal(headerOf(tokens.id_token).alg, algorithm ?? 'RS256');
    const claims = tokens.claims();
    assert.match(claims.sub, /^per_[0-9a-f]{32}$/);
    assert.deepEqual(claims.amr, ['pwd']);
    const info = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    assert.deepEqual(
      [info.name, info.email, info.email_verified], ['Ana', 'ana@demo.test', true],
    );

    const next = await client.refreshTokenGrant(configuration, tokens.refresh_token);
    assert.notEqual(next.refresh_token, tokens.refresh_token);
    assert.equal(next.claims().sub, claims.sub);
    await client.tokenRevocation(configuration, next.refresh_token);
    await assert.rejects(
      client.refreshTokenGrant(configuration, next.refresh_token),
      (error) => error.error === 'invalid_grant',
    );

    const goodbye = client.buildEndSessionUrl(configuration, {
      id_token_hint: next.id_token, post_logout_redirect_uri: GOODBYE, state: 'x',
    });
    const left = await ana.go(goodbye.pathname + goodbye.search);
    assert.equal(left.to, `${GOODBYE}?state=x`);
    const silent = await begin(configuration, { prompt: 'none' });
    const answer = await ana.go(silent.url.pathname + silent.url.search);
    await assert.rejects(
      client.authorizationCodeGrant(configuration, new URL(answer.to), silent.checks),
      (error) => error.error === 'login_required',
    );
  });
}

test('an ID token of another algorithm than the app has chosen is refused by the client', async () => {
  const app = await addApp('public', 'EdDSA');
  const configuration = await discover({ ...app, algorithm: 'RS256' }, client.None());
  const ana = newPerson();
  await ana.signIn('ana@demo.test');
  const { url, checks } = await begin(configuration);
  const callback = new URL(await ana.allow(await ana.go(url.pathname + url.search)));
  await assert.rejects(client.authorizationCodeGrant(configuration, callback, checks));
});

test('an answer of somebody else is refused by the client', async () => {
  const app = await addApp('public');
  const configuration = await discover(app, client.None());
  const ana = newPerson();
  await ana.signIn('ana@demo.test');
  const { url, checks } = await begin(configuration);
  const callback = new URL(await ana.allow(await ana.go(url.pathname + url.search)));
  assert.equal(callback.searchParams.get('iss'), town.issuer);
  const mixed = new URL(callback);
  mixed.searchParams.set('iss', 'https://evil.test');
  await assert.rejects(client.authorizationCodeGrant(configuration, mixed, checks));
  const wrong = { ...checks, expectedNonce: 'another' };
  await assert.rejects(client.authorizationCodeGrant(configuration, callback, wrong));
});
