// The server goes away and comes back: the board says so, and nobody has to load a page again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../support/browser.js';
import { addToOrder, placeOrder, says, STATE } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { accept, startShift, ticketAppears } from '../support/kitchen.js';
import { OWNER, signIn } from '../support/people.js';

const BLIND = 5_000;
// What waits between two attempts is at most 5 s; a slow machine needs some more.
const BACK = 20_000;
const PIZZA = { dish: 'Margherita', choices: [/Normal, 32 cm/] };

const world = setUp();

const stays = ({ page }) => page.evaluate(() => { globalThis.neverLoadedAgain = true; });
const hasStayed = ({ page }) => page.evaluate(() => globalThis.neverLoadedAgain === true);

test('a board without its server says so within 5 s, and resumes with the ticket that it missed', async () => {
  const { town } = world;
  const [owner, guest] = [await world.arrive(), await world.arrive({ viewport: PHONE })];
  await signIn(town, owner.page, OWNER);
  await startShift(town, owner.page);
  await addToOrder(town, guest.page, PIZZA);
  const seen = await placeOrder(town, guest.page, { name: 'Mira' });
  await ticketAppears(owner.page, seen);
  await Promise.all([owner, guest].map(stays));

  const banner = owner.page.locator('#connection-banner');
  assert.equal(await banner.isVisible(), false);
  await town.cut();
  await banner.waitFor({ timeout: BLIND });

  await town.startAgain({ elsewhere: true });
  const other = await world.arrive();
  await addToOrder(town, other.page, PIZZA);
  const missed = await placeOrder(town, other.page, { name: 'Jonas' });
  await town.cut();
  await town.startAgain();

  await ticketAppears(owner.page, missed, BACK);
  await banner.waitFor({ state: 'hidden' });
  await accept(owner.page, seen, 15);
  await says(guest.page, STATE.accepted, BACK);
  assert.ok(await hasStayed(owner), 'the board was not loaded again');
  assert.ok(await hasStayed(guest), 'the tracking page was not loaded again');
});
