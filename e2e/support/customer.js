// What a customer does: from the menu to the tracking page.

import assert from 'node:assert/strict';
import { choose, control, eventually, fillIfEmpty, press, SOON } from './browser.js';

export const RESTAURANT = 'trattoria-lupo';

/** Puts a dish with its choices into the slip. */
export const addToOrder = async (town, page, { dish, choices = [], slug = RESTAURANT }) => {
  await page.goto(town.at('orderhub', `/r/${slug}`));
  await page.getByRole('link', { name: dish }).filter({ visible: true }).first().click();
  // With scripts a dialog, without them a page.
  await control(page, /^Add to order/).waitFor();
  for (const choice of choices) await choose(page, choice);
  await press(page, /^Add to order/);
  // The dialog closes, or another page comes, when the server has it.
  await control(page, /^Add to order/).waitFor({ state: 'hidden' });
};

/** From the slip to the order, for the nth slot (-1: the last) or as proposed; resolves on the tracking page with the order's code. */
export const placeOrder = async (town, page, contact = {}) => {
  await page.goto(town.at('orderhub', '/cart'));
  await press(page, 'Checkout');
  await control(page, 'Place order').waitFor();
  await fillIfEmpty(page, /^name/i, contact.name ?? 'Ana');
  await fillIfEmpty(page, /^phone/i, contact.phone ?? '+43 662 5550199');
  if (contact.slot !== undefined) {
    const options = await page.getByLabel('When').locator('option').all();
    await page.getByLabel('When').selectOption(await options.at(contact.slot).getAttribute('value'));
  }
  await press(page, 'Place order');
  await page.waitForURL(/\/orders\/ord_/);
  return orderCode(page);
};

/** The short code that the customer and the kitchen both see. */
export const orderCode = async (page) => {
  const title = await page.title();
  const code = title.match(/Order ([A-Z0-9]{3,6})\b/)?.[1];
  assert.ok(code, `the title of the tracking page names the code: ${title}`);
  return code;
};

/** Waits until the tracking page says so in its one status region, by itself. */
export const says = (page, words, timeout = SOON) =>
  page.getByRole('status').filter({ hasText: words }).first().waitFor({ timeout });

/** The same without scripts: by loading the page again. */
export const saysWhenLoadedAgain = (page, words, timeout = SOON) =>
  eventually(`the tracking page says ${words}`, timeout, async () => {
    await page.reload();
    return await page.getByRole('status').filter({ hasText: words }).count() > 0;
  });

/** The states in words, as loosely as a reader would take them. */
export const STATE = {
  scheduled: /scheduled/i,
  cancelled: /cancelled/i,
  sent: /sent|waiting|placed/i,
  accepted: /accepted|confirmed/i,
  cooking: /cooking|preparing|oven|being made/i,
  ready: /ready/i,
  completed: /completed|picked up|enjoy|handed over|thank/i,
  rejected: /rejected|cannot|could not|declined|sorry/i,
};
