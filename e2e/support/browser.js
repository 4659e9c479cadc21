// Chromium, and people who use it: each person has cookies of their own, and an ear on whatever the
// browser complains about.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-quic', '--no-first-run', '--autoplay-policy=no-user-gesture-required',
];

/** Sizes that every page is looked at in. */
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

/** How long a page may take to show what it promises, in ms. */
export const SOON = 10_000;

export const openBrowser = () => chromium.launch({
  executablePath: process.env.COMANDA_CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
});

/** A person with a browser window: `page`, and `complaints` of the console, the scripts and the policy. */
export const newPerson = async (browser, options = {}) => {
  const context = await browser.newContext({ viewport: DESK, locale: 'en-GB', ...options });
  context.setDefaultTimeout(SOON);
  const complaints = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      complaints.push(`${message.page()?.url()}: ${message.type()}: ${message.text()}`);
    }
  });
  context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error()}`));
  context.on('response', (answer) => {
    if (answer.status() >= 500) complaints.push(`${answer.status()} from ${answer.url()}`);
  });
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} stopped ${event.blockedURI}`);
    }));
  }
  const page = await context.newPage();
  return { context, page, complaints };
};

/** Asserts that the browser had nothing to complain about. */
export const isContent = ({ complaints }, who = 'the browser') => {
  assert.deepEqual(complaints, [], `${who} complained`);
};

/** A button, or the link that does the same, by its accessible name. */
export const control = (scope, name) => {
  const exact = typeof name === 'string';
  return scope.getByRole('button', { name, exact }).or(scope.getByRole('link', { name, exact }))
    .filter({ visible: true }).first();
};

/** Presses it. */
export const press = (scope, name) => control(scope, name).click();

/** Chooses a radio button or checkbox by its label, which is what a finger meets. */
export const choose = (scope, label) =>
  scope.locator('label').filter({ hasText: label }).filter({ visible: true }).first().click();

/** Fills in a field if it is there and empty. */
export const fillIfEmpty = async (scope, label, text) => {
  const field = scope.getByLabel(label).filter({ visible: true }).first();
  if (await field.count() > 0 && await field.inputValue() === '') await field.fill(text);
};

/** Asks until the answer is true; fails with `what` after `ms`. */
export const eventually = async (what, ms, ask) => {
  const end = performance.now() + ms;
  for (;;) {
    if (await ask()) return;
    if (performance.now() > end) assert.fail(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
