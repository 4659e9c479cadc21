// An order from the menu to the counter, seen from both sides at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, isContent, PHONE, press, SOON } from '../support/browser.js';
import { addToOrder, placeOrder, says, STATE } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { accept, move, rings, startShift, ticketAppears } from '../support/kitchen.js';
import { ANA, OWNER, signIn } from '../support/people.js';

const world = setUp();

test('Ana orders, the board rings, the owner cooks, and her page follows by itself', async () => {
  const { town } = world;
  const owner = await world.arrive();
  await signIn(town, owner.page, OWNER);
  await startShift(town, owner.page);

  const ana = await world.arrive({ viewport: PHONE });
  await signIn(town, ana.page, ANA, town.at('orderhub', '/'));
  assert.equal(new URL(ana.page.url()).host, new URL(town.at('orderhub')).host, 'back where she came from');
  await addToOrder(town, ana.page, { dish: 'Margherita', choices: [/Normal, 32 cm/, /Fresh basil/] });
  const code = await placeOrder(town, ana.page);
  await says(ana.page, STATE.sent);
  // A page that is loaded again would forget this.
  await ana.page.evaluate(() => { globalThis.neverLoadedAgain = true; });

  await ticketAppears(owner.page, code);
  assert.ok(await rings(owner.page, code), 'it rings until a person answers');
  await accept(owner.page, code, 15);
  await says(ana.page, STATE.accepted);
  await eventually('the ticket rings no more', SOON, async () => !await rings(owner.page, code));

  await move(owner.page, code, 'Start');
  await says(ana.page, STATE.cooking);
  await move(owner.page, code, 'Ready');
  await says(ana.page, STATE.ready);
  await move(owner.page, code, 'Handed over');
  await says(ana.page, STATE.completed);
  assert.equal(await ana.page.evaluate(() => globalThis.neverLoadedAgain), true, 'without a reload');
  isContent(ana, "Ana's browser");
  isContent(owner, "the owner's browser");
});

test('a second screen of the kitchen shows the same ticket in the same state', async () => {
  const { town } = world;
  const [one, two, customer] = await Promise.all([world.arrive(), world.arrive(), world.arrive()]);
  for (const { page } of [one, two]) {
    await signIn(town, page, OWNER);
    await startShift(town, page);
  }
  await addToOrder(town, customer.page, { dish: 'Marinara', choices: [/Normal, 32 cm/] });
  const code = await placeOrder(town, customer.page, { name: 'Jonas' });
  await Promise.all([one, two].map(({ page }) => ticketAppears(page, code)));
  await accept(one.page, code, 20);
  await eventually('the other screen is quiet too', SOON, async () => !await rings(two.page, code));
  isContent(one);
  isContent(two);
});

test('the shift goes on after a look at the history', async () => {
  const { town } = world;
  const owner = await world.arrive();
  await signIn(town, owner.page, OWNER);
  await startShift(town, owner.page);
  const sound = owner.page.locator('#sound-state[data-on="true"]');
  await sound.waitFor();
  await press(owner.page, 'History');
  await owner.page.waitForURL(/history$/);
  await press(owner.page, 'Board');
  await sound.waitFor();
  isContent(owner);
});
