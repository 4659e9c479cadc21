// Chromium, and people who use it: each has cookies of their own, and an ear on whatever the browser
// complains about.

import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { DOMAIN } from './town.js';

/** Of everybody in the demo. */
const PASSWORD = 'comanda-demo';

/** How long a page may take to show what it promises, in ms. */
const SOON = 10_000;

/** The key of the run's certificate, by which Chromium knows it. */
const pin = () => {
  const certificate = new X509Certificate(readFileSync(process.env.COMANDA_TEST_CERTIFICATE));
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
};

/** A browser for which the town's names lead to this machine, and its certificate is good. */
export const openBrowser = () => chromium.launch({
  executablePath: process.env.COMANDA_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-quic', '--no-first-run',
    `--host-resolver-rules=MAP *.${DOMAIN} 127.0.0.1`, `--ignore-certificate-errors-spki-list=${pin()}`,
  ],
});

/** A person with a browser window: `page`, and `complaints` of the console, the scripts, the policy and
 *  the servers. */
export const newPerson = async (browser, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
  context.setDefaultTimeout(SOON);
  const complaints = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('response', (answer) => {
    if (answer.status() >= 500) complaints.push(`${answer.status()} from ${answer.url()}`);
  });
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} stopped ${event.blockedURI}`);
    }));
  }
  return { context, page: await context.newPage(), complaints };
};

/** A button by its accessible name. */
export const press = (scope, name) => scope.getByRole('button', { name, exact: true })
  .filter({ visible: true }).first().click();

/** Signs in at accounts with a password; resolves when the answer has set the session. */
export const signIn = async (town, page, email) => {
  await page.goto(town.at('accounts', '/sign-in'));
  await page.getByLabel(/e-?mail/i).first().fill(email);
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await press(page, 'Sign in');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
};

/** Signs out at accounts. */
export const signOut = async (town, page) => {
  await page.goto(town.at('accounts', '/sign-out'));
  await press(page.getByRole('main'), 'Sign out');
  await page.waitForURL((url) => url.pathname !== '/sign-out');
};
