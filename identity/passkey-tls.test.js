// A passkey in a real town: made and used through NGINX with TLS, bound to the accounts host, and known on
// all three hosts. The authenticator is Chromium's own virtual one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, openBrowser, press, signIn, signOut } from './support/browser.js';
import { DOMAIN, startTown } from './support/town.js';

const OWNER = 'owner@demo.test';
const BOARD = ['prepstation', '/r/trattoria-lupo/board'];

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

/** A telephone that always recognises its owner; its credentials. */
const giveAuthenticator = async ({ context, page }) => {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
};

test('a passkey signs its owner in on all three hosts, and is bound to the accounts host', async () => {
  const owner = await newPerson(browser);
  const credentials = await giveAuthenticator(owner);
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('accounts', '/account/security'));
  await owner.page.getByLabel('Name').fill('The till');
  await press(owner.page, 'Add a passkey');
  await owner.page.getByText('The till').waitFor();
  const [made] = await credentials();
  assert.deepEqual([made.rpId, made.isResidentCredential], [`accounts.${DOMAIN}`, true]);

  await signOut(town, owner.page);
  await owner.page.goto(town.at(...BOARD));
  // Where the browser offers the passkey in the field by itself, nobody has to press.
  const board = owner.page.waitForURL(town.at(...BOARD));
  await Promise.race([board, press(owner.page, 'Sign in with a passkey').catch(() => board)]);
  await board;
  for (const [service, path] of [['orderhub', '/orders'], ['prepstation', '/'], ['accounts', '/account']]) {
    const answer = await owner.page.goto(town.at(service, path));
    assert.equal(answer.status(), 200, service);
    assert.equal(new URL(owner.page.url()).pathname, path, `known at ${service}`);
  }
  assert.deepEqual(owner.complaints, []);
});
