// What a restaurant changes shows to customers within two seconds.

import { test } from 'node:test';
import { control, eventually, isContent, press } from '../support/browser.js';
import { RESTAURANT } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { OWNER, signIn } from '../support/people.js';

const PROMISED = 2_000;
const world = setUp();

/** What a customer reads about a dish on the restaurant's page. */
const reads = async ({ page }, dish) => {
  await page.goto(world.town.at('orderhub', `/r/${RESTAURANT}`));
  return page.getByRole('article').filter({ has: page.getByRole('heading', { name: dish }) }).first().innerText();
};

test('an edited price is on the page within 2 s of publishing', async () => {
  const { town } = world;
  const [owner, customer] = [await world.arrive(), await world.arrive()];
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('prepstation', `/r/${RESTAURANT}/menu`));
  await press(owner.page, 'Edit Margherita');
  await owner.page.getByLabel(/^price/i).filter({ visible: true }).first().fill('11.70');
  await press(owner.page, /^Save/);
  await control(owner.page, 'Publish menu').waitFor();
  await press(owner.page, 'Publish menu');
  await eventually('orderhub shows 11.70', PROMISED, async () => /11[.,]70/.test(await reads(customer, 'Margherita')));
  isContent(owner);
  isContent(customer);
});

test('an 86 is sold out on the page within 2 s, and back as fast', async () => {
  const { town } = world;
  const [owner, customer] = [await world.arrive(), await world.arrive()];
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('prepstation', `/r/${RESTAURANT}/menu`));
  await press(owner.page, '86 Marinara');
  await eventually('sold out', PROMISED, async () => /sold out/i.test(await reads(customer, 'Marinara')));
  await press(owner.page, 'Put back Marinara');
  await eventually('on sale again', PROMISED, async () => !/sold out/i.test(await reads(customer, 'Marinara')));
  isContent(owner);
});
