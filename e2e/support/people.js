// The people of the demo town, and how they sign in and out.

import { press } from './browser.js';

export const PASSWORD = 'comanda-demo';
export const ANA = 'ana@demo.test';
export const OWNER = 'owner@demo.test';
export const COOK = 'cook@demo.test';
export const RIVAL = 'rival@demo.test';
export const OPERATOR = 'operator@demo.test';

/** Signs in at accounts; resolves when the answer has set the session. */
export const signIn = async (town, page, email, returnTo) => {
  const query = returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : '';
  await page.goto(town.at('accounts', `/sign-in${query}`));
  await page.getByLabel(/e-?mail/i).first().fill(email);
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await press(page, 'Sign in');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
};

/** Signs out at accounts. */
export const signOut = async (town, page) => {
  await page.goto(town.at('accounts', '/sign-out'));
  await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-out');
};
