// Choosing a dish: what it holds follows the choices, a line that was taken off comes back, and a
// line that is slow or gone is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, control, isContent, PHONE, press } from '../support/browser.js';
import { addToOrder, RESTAURANT } from '../support/customer.js';
import { setUp } from '../support/journeys.js';

const world = setUp();
const MARINARA = { dish: 'Marinara', choices: [/Large, 40 cm/] };

const openDish = async (page, dish) => {
  await page.goto(world.town.at('orderhub', `/r/${RESTAURANT}`));
  await page.getByRole('link', { name: dish }).filter({ visible: true }).first().click();
};

test('allergens, diets and the total follow what is chosen', async () => {
  const ana = await world.arrive({ viewport: PHONE });
  await openDish(ana.page, 'Marinara');
  await control(ana.page, /^Add to order/).waitFor();
  const holds = ana.page.locator('#dish-allergens');
  assert.match(await holds.innerText(), /Gluten/);
  assert.match(await holds.innerText(), /Vegan as chosen/);
  await choose(ana.page, /Anchovies/);
  assert.match(await holds.innerText(), /Fish/);
  assert.doesNotMatch(await holds.innerText(), /as chosen/);
  await choose(ana.page, /Anchovies/);
  assert.doesNotMatch(await holds.innerText(), /Fish/);
  assert.match(await holds.innerText(), /Vegan as chosen/);
  await choose(ana.page, /Large, 40 cm/);
  await control(ana.page, /^Add to order/).filter({ hasText: '12.70' }).waitFor();
  isContent(ana);
});

for (const javaScriptEnabled of [true, false]) {
  test(`a line that was taken off comes back ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const ana = await world.arrive({ viewport: PHONE, javaScriptEnabled });
    await addToOrder(world.town, ana.page, MARINARA);
    await ana.page.goto(world.town.at('orderhub', '/cart'));
    await press(ana.page, 'Remove Marinara');
    await ana.page.getByText('Marinara is off your slip').waitFor();
    await press(ana.page, 'Undo');
    const line = ana.page.locator('.slip-line').filter({ hasText: 'Marinara' });
    await line.filter({ hasText: 'Large, 40 cm' }).filter({ hasText: '12.70' }).waitFor();
    isContent(ana);
  });
}

test('on a slow line the dialog opens at once, and on none it says so', async () => {
  const ana = await world.arrive({ viewport: PHONE });
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await ana.page.route('**/i/itm_*', async (route) => { await held; await route.continue(); });
  await openDish(ana.page, 'Marinara');
  await ana.page.locator('dialog[open] .skeleton').first().waitFor();
  answer();
  await control(ana.page, /^Add to order/).waitFor();
  await ana.page.unroute('**/i/itm_*');
  await ana.page.keyboard.press('Escape');
  await ana.page.route('**/i/itm_*', (route) => route.abort());
  await ana.page.getByRole('link', { name: 'Diavola' }).first().click();
  await ana.page.getByRole('link', { name: 'Try again' }).waitFor();
});
