// One sign-in for all four hosts, one sign-out too; and nobody sees another's restaurant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, isContent, press } from '../support/browser.js';
import { setUp } from '../support/journeys.js';
import { ANA, OWNER, PASSWORD, RIVAL, signIn, signOut } from '../support/people.js';

const world = setUp();

/** Whether a page that needs a session shows itself, or leads to the sign-in. */
const isKnown = async ({ page }, service, path) => {
  const answer = await page.goto(world.town.at(service, path));
  assert.equal(answer.status(), 200, `${service}${path}`);
  return new URL(page.url()).pathname !== '/sign-in';
};
const PAGES = [['orderhub', '/orders'], ['orderhub', '/account'], ['prepstation', '/'], ['accounts', '/account']];

test('one sign-in is known on all hosts, and one sign-out ends it on all', async () => {
  const { town } = world;
  const owner = await world.arrive();
  assert.equal(await isKnown(owner, 'prepstation', '/'), false, 'asked to sign in first');
  await signIn(town, owner.page, OWNER);
  for (const [service, path] of PAGES) assert.ok(await isKnown(owner, service, path), `${service}${path}`);
  await signOut(town, owner.page);
  for (const [service, path] of PAGES) {
    await eventually(`${service}${path} asks to sign in`, 5_000, async () => !await isKnown(owner, service, path));
  }
  isContent(owner);
});

test('who asked for a page gets that page after signing in', async () => {
  const { town } = world;
  const owner = await world.arrive();
  await owner.page.goto(town.at('prepstation', '/r/trattoria-lupo/board'));
  await owner.page.getByLabel(/e-?mail/i).first().fill(OWNER);
  await owner.page.getByLabel(/password/i).first().fill(PASSWORD);
  await press(owner.page, 'Sign in');
  await owner.page.waitForURL(town.at('prepstation', '/r/trattoria-lupo/board'));
});

test('a foreign address in return_to is not followed', async () => {
  const { town } = world;
  const ana = await world.arrive();
  await signIn(town, ana.page, ANA, 'https://evil.example/');
  assert.ok(new URL(ana.page.url()).hostname.endsWith('.comanda.localhost'), ana.page.url());
});

test('a wrong password is refused and the address stays', async () => {
  const { town } = world;
  const ana = await world.arrive();
  await ana.page.goto(town.at('accounts', '/sign-in'));
  await ana.page.getByLabel(/e-?mail/i).first().fill(ANA);
  await ana.page.getByLabel(/password/i).first().fill('not-the-password');
  await press(ana.page, 'Sign in');
  await ana.page.getByRole('alert').first().waitFor();
  assert.equal(await ana.page.getByLabel(/e-?mail/i).first().inputValue(), ANA);
});

test("another restaurant's owner finds nothing at this one's address", async () => {
  const { town } = world;
  const rival = await world.arrive();
  await signIn(town, rival.page, RIVAL);
  for (const page of ['board', 'menu', 'hours', 'settings', 'staff', 'history']) {
    const answer = await rival.page.goto(town.at('prepstation', `/r/trattoria-lupo/${page}`));
    assert.equal(answer.status(), 404, page);
  }
});
