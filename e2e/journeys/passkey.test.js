// Passkeys with Chromium's own virtual authenticator, and the same account guarded by an authenticator
// app without a line of JavaScript.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { control, isContent, PHONE, press, SOON } from '../support/browser.js';
import { setUp } from '../support/journeys.js';
import { ANA, COOK, OWNER, PASSWORD, signIn, signOut } from '../support/people.js';

const world = setUp();

/** A telephone that always recognises its owner. */
const giveAuthenticator = async ({ context, page }) => {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  const credentials = async () =>
    (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return { credentials, session, authenticatorId };
};

test('an owner adds a passkey, signs out, and comes in by it without typing anything', async () => {
  const { town } = world;
  const owner = await world.arrive();
  const { credentials } = await giveAuthenticator(owner);
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('accounts', '/account'));
  await press(owner.page, 'How I sign in');
  await owner.page.getByLabel('Name').fill('The till');
  await press(owner.page, 'Add a passkey');
  await owner.page.getByText('The till').waitFor();
  const [made] = await credentials();
  assert.deepEqual([made.rpId, made.isResidentCredential], [new URL(town.at('accounts', '/')).hostname, true]);

  await signOut(town, owner.page);
  await owner.page.goto(town.at('prepstation', '/r/trattoria-lupo/board'));
  // Where the browser offers the passkey in the field by itself, nobody has to press.
  const board = owner.page.waitForURL(town.at('prepstation', '/r/trattoria-lupo/board'));
  await Promise.race([board, press(owner.page, 'Sign in with a passkey').catch(() => board)]);
  await board;
  for (const [service, path] of [['orderhub', '/orders'], ['prepstation', '/'], ['accounts', '/account']]) {
    const answer = await owner.page.goto(town.at(service, path));
    assert.equal(answer.status(), 200);
    assert.equal(new URL(owner.page.url()).pathname, path, `known at ${service}`);
  }
  isContent(owner);

  await owner.page.goto(town.at('accounts', '/account/security'));
  await owner.page.getByText(/Last used/).waitFor();
  await press(owner.page, 'Remove The till');
  await owner.page.getByText('The till').waitFor({ state: 'detached' });
  await signOut(town, owner.page);
  isContent(owner);
});

/** The code that an app shows for a key in base32 (RFC 6238). */
const code = (key, step) => {
  const bits = [...key].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
};
const step = () => Math.floor(Date.now() / 30_000);

test('an app and recovery codes guard an account without scripts', async () => {
  const { town } = world;
  const ana = await world.arrive({ javaScriptEnabled: false });
  await signIn(town, ana.page, ANA);
  await ana.page.goto(town.at('accounts', '/account/security'));
  await ana.page.getByText(/needs JavaScript/).waitFor();
  await press(ana.page, 'Set up an app');
  await ana.page.getByRole('img', { name: /authenticator app/ }).waitFor();
  const key = (await ana.page.locator('.key').innerText()).replaceAll(' ', '');
  const first = step();
  await ana.page.getByLabel('Code').fill(code(key, first));
  await press(ana.page, 'Turn it on');
  const codes = await ana.page.locator('.codes code').allInnerTexts();
  assert.equal(codes.length, 10);
  await press(ana.page, 'I have kept them');

  const signInHalf = async () => {
    await signOut(town, ana.page);
    await ana.page.goto(town.at('orderhub', '/orders'));
    await ana.page.getByLabel(/e-?mail/i).first().fill(ANA);
    await ana.page.getByLabel(/password/i).first().fill(PASSWORD);
    await press(ana.page, 'Sign in');
    await ana.page.getByRole('heading', { name: 'One more step' }).waitFor();
  };
  await signInHalf();
  await ana.page.getByLabel('Code').fill('000000');
  await press(ana.page, 'Go on');
  await ana.page.getByRole('alert').first().waitFor();
  // A browser says so of every form that is refused.
  assert.match(ana.complaints.pop() ?? '', /second-step.* 422 /);
  // The code of the set-up is used; the next one is taken already, for no clock of a telephone is right.
  await ana.page.getByLabel('Code').fill(code(key, Math.max(first + 1, step())));
  await press(ana.page, 'Go on');
  await ana.page.waitForURL(town.at('orderhub', '/orders'));
  await signInHalf();
  await ana.page.getByLabel('Code').fill(codes[0]);
  await press(ana.page, 'Go on');
  await ana.page.waitForURL(town.at('orderhub', '/orders'));

  await ana.page.goto(town.at('accounts', '/account/security'));
  await ana.page.getByText('You have 9 left').waitFor();
  await press(ana.page, 'Remove the app');
  await control(ana.page, 'Set up an app').waitFor({ timeout: SOON });
  isContent(ana);
});

/** Asserts that nothing on the page keeps anybody out, and that it does not scroll sideways. */
const isOpenToAll = async (page, name) => {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  assert.deepEqual(violations.map(({ id, help }) => `${id}: ${help}`), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(wide, false, `${name} scrolls sideways`);
};

test('the pages between the two steps are open to all, on a phone, in the light and in the dark', async () => {
  const { town } = world;
  for (const colorScheme of ['light', 'dark']) {
    const cook = await world.arrive({ viewport: PHONE, colorScheme, reducedMotion: 'reduce' });
    await signIn(town, cook.page, COOK);
    await cook.page.goto(town.at('accounts', '/account/authenticator'));
    await isOpenToAll(cook.page, 'the picture');
    const key = (await cook.page.locator('.key').innerText()).replaceAll(' ', '');
    await cook.page.getByLabel('Code').fill(code(key, step()));
    await press(cook.page, 'Turn it on');
    await cook.page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    await isOpenToAll(cook.page, 'the recovery codes');
    const [first] = await cook.page.locator('.codes code').allInnerTexts();
    await press(cook.page, 'I have kept them');
    await isOpenToAll(cook.page, 'how I sign in');
    await signOut(town, cook.page);
    await signIn(town, cook.page, COOK);
    await isOpenToAll(cook.page, 'the second step');
    await cook.page.getByLabel('Code').fill(first);
    await press(cook.page, 'Go on');
    await cook.page.waitForURL(town.at('accounts', '/account'));
    await cook.page.goto(town.at('accounts', '/account/security'));
    await press(cook.page, 'Remove the app');
    await control(cook.page, 'Set up an app').waitFor();
    isContent(cook);
  }
});
