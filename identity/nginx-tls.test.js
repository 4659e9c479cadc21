// One login for three hosts, as browsers meet it in a real town: through NGINX with TLS, on subdomains.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, openBrowser, signIn, signOut } from './support/browser.js';
import { DOMAIN, startTown } from './support/town.js';

const OWNER = 'owner@demo.test';

/** Pages on each host that only somebody who is signed in sees. */
const PAGES = [['orderhub', '/orders'], ['prepstation', '/'], ['accounts', '/account']];

let town;
let browser;
before(async () => {
  town = await startTown();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await town?.stop();
});

/** Whether each page shows itself; the others lead to the sign-in. */
const isKnown = async (page) => {
  const seen = [];
  for (const [service, path] of PAGES) {
    const answer = await page.goto(town.at(service, path));
    assert.equal(answer.status(), 200, `${service}${path}`);
    seen.push(new URL(page.url()).pathname !== '/sign-in');
  }
  return seen;
};

/** Asks until the answer is this; a revoked session is known everywhere within five seconds. */
const becomes = async (page, wanted) => {
  const tooLate = performance.now() + 5_000;
  let seen;
  do seen = await isKnown(page); while (String(seen) !== String(wanted) && performance.now() < tooLate);
  assert.deepEqual(seen, wanted);
};

test('who signs in once with a password is known on all three hosts, until they sign out', async () => {
  const owner = await newPerson(browser);
  assert.deepEqual(await isKnown(owner.page), [false, false, false]);
  await signIn(town, owner.page, OWNER);
  assert.deepEqual(await isKnown(owner.page), [true, true, true]);
  await signOut(town, owner.page);
  await becomes(owner.page, [false, false, false]);
  assert.deepEqual(owner.complaints, []);
});

test('the cookies of a session are bound to TLS and to their hosts by their names', async () => {
  const owner = await newPerson(browser);
  await signIn(town, owner.page, OWNER);
  const cookies = await owner.context.cookies(PAGES.map(([service]) => town.at(service)));
  const session = cookies.find((cookie) => cookie.name === '__Secure-comanda');
  assert.ok(session, JSON.stringify(cookies.map((cookie) => cookie.name)));
  assert.equal(session.domain, `.${DOMAIN}`);
  for (const cookie of cookies) {
    assert.ok(cookie.secure && cookie.httpOnly && cookie.sameSite === 'Lax', cookie.name);
    const isShared = cookie.domain.startsWith('.');
    assert.ok(cookie.name.startsWith(isShared ? '__Secure-' : '__Host-'), `${cookie.name} of ${cookie.domain}`);
  }
});

test('who comes without TLS, or by a name that is not ours, is not served', async () => {
  const stranger = await newPerson(browser);
  const plain = town.at('accounts', '/sign-in').replace('https:', 'http:');
  const answer = await stranger.page.goto(plain);
  assert.equal(answer.status(), 400, 'plain http on the port of TLS');
  await assert.rejects(stranger.page.goto(town.at('kitchen', '/')), /ERR_/);
});
