// Every page, on a phone and on a desk, light and dark: no barrier, no error, nothing sideways. And
// once more on a phone without scripts.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { barriers, SCHEMES, sideways } from '../support/barriers.js';
import { DESK, PHONE } from '../support/browser.js';
import { RESTAURANT } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { evening } from '../support/evening.js';

const SCREENSHOTS = process.env.COMANDA_SCREENSHOTS ?? join(import.meta.dirname, '../screenshots');
const SIZES = [PHONE, DESK];

const of = (service, paths) => paths.map((path) => ({ service, path }));
const restaurant = (pages) => pages.map((page) => `/r/${RESTAURANT}/${page}`);

const GUIDE = ['', '/forms', '/welcome', '/discovery', '/restaurant', '/tracking', '/board', '/board-states', '/office'];

/** The pages of each kind of visitor. */
const PAGES = {
  stranger: [
    ...of('landing', ['/', '/restaurants', '/start', '/contact', '/about', '/privacy', '/terms', '/docs']),
    ...of('landing', GUIDE.map((page) => `/styleguide${page}`)),
    ...of('orderhub', ['/', '/search?q=pizza', '/search?q=nothing-like-it', `/r/${RESTAURANT}`, '/cart', '/docs']),
    ...of('accounts', ['/sign-in', '/sign-in/link', '/sign-up', '/check-your-mail?for=account', '/reset-password', '/docs']),
    { service: 'accounts', path: '/reset-password/new', status: 410 },
    { service: 'orderhub', path: '/no-such-page', status: 404 },
  ],
  customer: [
    ...of('orderhub', ['/', '/cart', '/checkout', '/orders', '/favourites', '/account']),
    ...of('accounts', ['/account', '/account/apps', '/account/email', '/account/password', '/account/security', '/account/authenticator', '/account/erase', '/account/providers', '/sessions', '/sign-out']),
  ],
  owner: of('prepstation', ['/', '/docs', ...restaurant(['board', 'menu', 'hours', 'settings', 'staff', 'history', 'integrations'])]),
  operator: [...of('prepstation', ['/', '/operator']), ...of('accounts', ['/account', '/operator/clients', '/operator/people'])],
};

let found;
const world = setUp(async (begun) => { found = await evening(begun); });

/** All pages of a visitor, with those whose address is known only now. */
const pagesOf = (who) => [...PAGES[who], ...(found[who] ?? [])];

const arrive = async (who, options) => {
  const person = await world.arrive({ viewport: PHONE, reducedMotion: 'reduce', ...options });
  await person.context.addCookies(found.cookies[who] ?? []);
  return person;
};

const picture = (page, { service, path, name }, scheme) => {
  const words = name ?? (path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'home');
  const { width } = page.viewportSize();
  const file = join(SCREENSHOTS, `${service}-${words}-${width}-${scheme}.jpeg`);
  return page.screenshot({ path: file, fullPage: true, quality: 75 });
};

const visit = async ({ page }, { service, path, status = 200 }) => {
  const answer = await page.goto(world.town.at(service, path));
  return answer.status() === status ? [] : [`answers ${answer.status()}`];
};

/** What the browser said; it notes a page that is not there by itself. */
const said = ({ complaints }, { status }) =>
  complaints.splice(0).filter((line) => !status || !line.includes(`status of ${status}`));

const look = async (person, place, size) => {
  const { page } = person;
  const faults = await visit(person, place);
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    faults.push(...[...await barriers(page, scheme), ...await sideways(page)].map((fault) => `${scheme}: ${fault}`));
    await picture(page, place, scheme);
  }
  faults.push(...said(person, place));
  return faults.map((fault) => `${place.service}${place.path} at ${size.width} px: ${fault}`);
};

/** Both sizes at once: two windows keep two processors busy. */
const lookAtAll = (who) => Promise.all(SIZES.map(async (size) => {
  const person = await arrive(who, { viewport: size });
  const faults = [];
  for (const place of pagesOf(who)) faults.push(...await look(person, place, size));
  return faults;
}));

for (const who of Object.keys(PAGES)) {
  test(`the ${who}'s pages on a phone and on a desk, light and dark`, async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    assert.deepEqual((await lookAtAll(who)).flat(), []);
  });

  test(`the ${who}'s pages without scripts`, async () => {
    const person = await arrive(who, { javaScriptEnabled: false });
    const faults = [];
    for (const place of pagesOf(who)) {
      const here = [...await visit(person, place), ...await sideways(person.page), ...said(person, place)];
      faults.push(...here.map((fault) => `${place.service}${place.path}: ${fault}`));
    }
    assert.deepEqual(faults, []);
  });
}
