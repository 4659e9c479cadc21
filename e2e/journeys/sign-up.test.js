// A new account by mail, a forgotten password, a link instead of one, and a changed address: with
// scripts and without them, on a phone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, SCHEMES, sideways } from '../support/barriers.js';
import { isContent, PHONE, press } from '../support/browser.js';
import { setUp } from '../support/journeys.js';
import { linkTo } from '../support/mail.js';

const world = setUp();
const CHOSEN = 'four warm words here';
const NEW = 'another four warm words';

/** Links that were printed so far. */
const printed = () => world.town.said().match(/http[^\s"\\]+/g) ?? [];

const pathOf = (page) => new URL(page.url()).pathname;

/** Looks at the page that is open: no barrier in either scheme, nothing sideways. */
const look = async (page, scripts) => {
  const faults = await sideways(page);
  // axe is a script itself.
  for (const scheme of scripts ? SCHEMES : []) {
    await page.emulateMedia({ colorScheme: scheme });
    faults.push(...await barriers(page, scheme));
  }
  assert.deepEqual(faults, [], page.url());
};

/** A browser notes a form that was refused by itself. */
const complaintsOfStatus = ({ complaints }, status) => {
  const kept = complaints.filter((line) => !line.includes(`status of ${status}`));
  complaints.splice(0, complaints.length, ...kept);
};

const enter = async (page, fields) => {
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
};

const opens = async (page, link, scripts) => {
  await page.goto(link);
  await look(page, scripts);
};

const asked = async (page, scripts) => {
  await page.waitForURL(/check-your-mail/);
  await look(page, scripts);
};

for (const scripts of [true, false]) {
  const how = scripts ? 'with scripts' : 'without scripts';

  test(`somebody makes an account by mail, ${how}`, async () => {
    const { town } = world;
    const email = `zoe.${scripts}@example.com`;
    const zoe = await world.arrive({ viewport: PHONE, javaScriptEnabled: scripts });
    const { page } = zoe;
    await page.goto(town.at('accounts', '/sign-up'));
    await enter(page, { Name: 'Zoë', 'E-mail': email, Password: 'iloveyou1' });
    await press(page, 'Create account');
    await page.getByText('lists of stolen ones').first().waitFor();
    await look(page, scripts);
    await enter(page, { Password: CHOSEN });
    const before = printed();
    await press(page, 'Create account');
    await asked(page, scripts);
    const link = await linkTo(town, '/sign-up/confirm', before);

    const stranger = await world.arrive({ viewport: PHONE, javaScriptEnabled: scripts });
    await opens(stranger.page, link, scripts);
    await stranger.page.getByText('in another browser').waitFor();

    await opens(page, link, scripts);
    await press(page, 'Confirm my address');
    await page.getByRole('heading', { name: 'Hello, Zoë' }).waitFor();
    complaintsOfStatus(zoe, 422);
    isContent(zoe);
    isContent(stranger);
  });

  test(`somebody forgot the password, ${how}`, async () => {
    const { town } = world;
    const email = `zoe.${scripts}@example.com`;
    const zoe = await world.arrive({ viewport: PHONE, javaScriptEnabled: scripts });
    const { page } = zoe;
    await page.goto(town.at('accounts', '/sign-in'));
    await press(page, 'Forgot your password?');
    await look(page, scripts);
    const before = printed();
    await enter(page, { 'E-mail': email });
    await press(page, 'Send me a link');
    await asked(page, scripts);
    const link = await linkTo(town, '/reset-password/new', before);
    await opens(page, link, scripts);
    await enter(page, { 'New password': NEW });
    await press(page, 'Set password');
    await page.getByRole('heading', { name: 'Hello, Zoë' }).waitFor();
    isContent(zoe);
  });

  test(`somebody signs in by mail and takes another address, ${how}`, async () => {
    const { town } = world;
    const email = `zoe.${scripts}@example.com`;
    const zoe = await world.arrive({ viewport: PHONE, javaScriptEnabled: scripts });
    const { page } = zoe;
    await page.goto(town.at('accounts', '/sign-in'));
    await press(page, 'Send me a link');
    await look(page, scripts);
    let before = printed();
    await enter(page, { 'E-mail': email });
    await press(page, 'Send me a link');
    await asked(page, scripts);
    await opens(page, await linkTo(town, '/sign-in/link/open', before), scripts);
    await press(page, 'Sign in');
    await page.waitForURL(town.at('accounts', '/account'));

    await press(page, 'Change my address');
    await look(page, scripts);
    before = printed();
    await enter(page, { 'New e-mail': `new.${email}` });
    await press(page, 'Send me a link');
    await asked(page, scripts);
    await opens(page, await linkTo(town, '/account/email/confirm', before), scripts);
    await press(page, 'Use this address');
    await page.getByText('Your address is changed').waitFor();
    await look(page, scripts);
    await page.getByText(`new.${email}`).first().waitFor();

    await press(page, 'Change my password');
    await look(page, scripts);
    await enter(page, { 'Your password now': NEW, 'New password': `${NEW} once more` });
    await press(page, 'Change password');
    await page.getByText('Your password is changed').waitFor();
    assert.equal(pathOf(page), '/account');
    isContent(zoe);
  });
}
