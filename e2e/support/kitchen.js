// What a kitchen does: the board and its tickets.

import { choose, press, SOON } from './browser.js';
import { RESTAURANT } from './customer.js';

/** Opens the board and starts the shift, which allows sound. */
export const startShift = async (town, page, slug = RESTAURANT) => {
  await page.goto(town.at('prepstation', `/r/${slug}/board`));
  await press(page, 'Start shift');
};

/** The ticket of an order, by its code. */
export const ticket = (page, code) => page.getByRole('article', { name: code }).first();

/** Waits for it to appear, without loading the page. */
export const ticketAppears = (page, code, timeout = SOON) => ticket(page, code).waitFor({ timeout });

/** Whether it still rings: nobody has acknowledged it. */
export const rings = async (page, code) =>
  (await ticket(page, code).getAttribute('class') ?? '').split(' ').includes('is-new');

/** Accepts it for so many minutes from now. */
export const accept = async (page, code, minutes) => {
  const article = ticket(page, code);
  await choose(article, new RegExp(`^\\s*${minutes}\\b`));
  await press(article, 'Accept');
};

/** Start, Ready, Handed over. */
export const move = (page, code, verb) => press(ticket(page, code), verb);
