// The sign-in pages of Firebase and Clerk with these providers' own scripts, as published. The scripts
// are served to the browser at the addresses that the pages name, because a test must not depend on
// anybody's network. Behind Firebase's is Google's emulator, behind Clerk's a double
// (support/clerk.js). Tokens are signed with a key of the test's own: the emulator signs nothing, and
// a release takes nothing that nobody has signed.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newPerson, openBrowser, press, signOut } from './support/browser.js';
import { openClerk } from './support/clerk.js';
import { claimsOf, openSigner } from './support/signer.js';
import { DOMAIN, startTown } from './support/town.js';

const EMULATOR = process.env.COMANDA_TEST_FIREBASE;
/** The one project that the emulator is held to. */
const PROJECT = 'demo-comanda';
const GOOGLE = ['identitytoolkit.googleapis.com', 'securetoken.googleapis.com'];
const PASSWORD = 'a password of elsewhere';
const LEA = 'lea@clerk.example';
const CLERKS_PASSWORD = 'comanda-demo';
const ELSEWHERE = 'https://elsewhere.example';
const CLERK = `https://clerk.${DOMAIN}`;
/** What the browser is to ask of the town itself; Clerk's address is below its domain, as with Clerk. */
const TOWN = new RegExp(`^(?!clerk\\.)\\w+\\.${DOMAIN}$`);
const PACKAGES = join(import.meta.dirname, 'node_modules');

let town;
let browser;
let signer;
before(async () => {
  signer = await openSigner();
  const key = Buffer.from(`clerk.${DOMAIN}$`).toString('base64').replace(/=+$/, '');
  const [jwks, providers] = [`jwks_url = "${signer.jwksUrl}"`, '[[accounts.providers]]'];
  town = await startTown([
    providers, 'name = "firebase"', 'kind = "firebase"', `project_id = "${PROJECT}"`, 'api_key = "any"', jwks,
    providers, 'name = "clerk"', 'kind = "clerk"', `publishable_key = "pk_live_${key}"`, jwks,
  ]);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await town?.stop();
  await signer?.stop();
});

/** A published file, under whatever version it is asked for. */
const published = async (url) => {
  const { host, pathname } = new URL(url);
  const [, ofFirebase] = pathname.match(/^\/firebasejs\/[\d.]+\/(firebase-(?:app|auth)\.js)$/) ?? [];
  const [, ofClerk, file] = pathname.match(/^\/npm\/(@clerk\/(?:clerk-js|ui))@[\d.]+\/(dist\/[\w.-]+\.js)$/) ?? [];
  const path = host === 'www.gstatic.com' && ofFirebase ? `firebase/${ofFirebase}` : ofClerk && `${ofClerk}/${file}`;
  return path && readFile(join(PACKAGES, path));
};

/** Google's answer by the emulator, but for the signature of its ID tokens. */
const fromGoogle = async (request) => {
  const { host, pathname, search } = new URL(request.url());
  const answer = await fetch(`${EMULATOR}/${host}${pathname}${search}`, {
    method: request.method(), headers: { 'content-type': request.headers()['content-type'] ?? 'application/json' },
    body: request.postData() ?? undefined,
  });
  const json = await answer.json();
  for (const name of ['idToken', 'id_token']) {
    if (json[name]) json[name] = signer.sign(claimsOf(json[name]));
  }
  return { status: answer.status, json };
};

/** Somebody whose browser finds the providers, but for those hosts that are `off` or `silent`. `asked`
 *  holds whatever else it looked for. */
const newVisitor = async ({ off = [], silent = [], ...options } = {}) => {
  const person = await newPerson(browser, { reducedMotion: 'reduce', ...options });
  const ours = town.at('accounts').slice(0, -1);
  const clerk = openClerk({ issuer: CLERK, email: LEA, sign: signer.sign, party: ours, google: `${ELSEWHERE}/` });
  const headers = { 'access-control-allow-origin': ours, 'access-control-allow-credentials': 'true' };
  const asked = [];
  await person.context.route((url) => !TOWN.test(url.hostname), async (route) => {
    const request = route.request();
    const { host, origin } = new URL(request.url());
    if (silent.includes(host)) return undefined;
    if (off.includes(host)) return route.abort();
    // Google's sign on a button.
    if (host === 'img.clerk.com') return route.fulfill({ body: '<svg xmlns="http://www.w3.org/2000/svg"/>', contentType: 'image/svg+xml' });
    const script = await published(request.url());
    if (script) return route.fulfill({ body: script, contentType: 'text/javascript', headers });
    const answer = GOOGLE.includes(host) ? await fromGoogle(request) : origin === CLERK && clerk(request);
    if (answer) return route.fulfill({ ...answer, headers });
    asked.push(`${request.method()} ${request.url()}`);
    return route.abort();
  });
  // A script that does not come keeps a page from being loaded, and not from being used.
  const open = (name) => person.page.goto(town.at('accounts', `/sign-in/with/${name}`), { waitUntil: 'domcontentloaded' });
  return { ...person, asked, open };
};

/** A person of Firebase, made as its console makes one; their address. The emulator may know others. */
const enrol = async (name, emailVerified) => {
  const email = `${name}-${randomUUID()}@firebase.example`;
  const answer = await fetch(`${EMULATOR}/identitytoolkit.googleapis.com/v1/projects/${PROJECT}/accounts`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify({ email, password: PASSWORD, emailVerified }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return email;
};

const fillFirebase = async ({ page }, email, password = PASSWORD) => {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Sign in');
};

const fillClerk = async ({ page }, password = CLERKS_PASSWORD) => {
  await page.getByLabel('Email address').fill(LEA);
  await press(page, 'Continue');
  // By its role, because a hidden field of the first step has the same label.
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await press(page, 'Continue');
};

/** Awaits the way on from the provider's page; whether it led in. */
const comesIn = async ({ page }) => {
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return isIn({ page });
};

/** A site of somebody else, whose one button leads to where its address says. */
const putElsewhere = ({ context }) => context.route((url) => url.origin === ELSEWHERE, (route) => {
  const to = new URL(route.request().url()).searchParams.get('to').replaceAll('&', '&amp;');
  return route.fulfill({ body: `<a role="button" href="${to}">Go</a>`, contentType: 'text/html' });
});

const isIn = async ({ page }) => {
  await page.goto(town.at('accounts', '/account'));
  return new URL(page.url()).pathname === '/account';
};

/** Nothing was complained about, by the page's policy least of all, and nothing else was asked for. What
 *  the browser notes by itself of an answer that is `expected` is no complaint, nor that it left out the
 *  fade to a page whose sheet was not there yet: routes keep it from keeping sheets. */
const isContent = ({ complaints, asked }, expected = 'nothing') => {
  const notes = [`Failed to load resource: ${expected}`, 'ViewTransition opt-in disabled'];
  const heard = complaints.filter((line) => !notes.some((note) => line.includes(note)));
  assert.deepEqual([heard, asked], [[], []]);
};

test('whose address Firebase has confirmed signs in with the password of there and is signed in here', async () => {
  const email = await enrol('mia', true);
  const mia = await newVisitor();
  await mia.open('firebase');
  await fillFirebase(mia, email);
  assert.ok(await comesIn(mia));
  await mia.page.getByText(email).first().waitFor();
  isContent(mia);
});

test('a wrong password of Firebase is told in words, and nobody is signed in', async () => {
  const email = await enrol('noa', true);
  const noa = await newVisitor();
  await noa.open('firebase');
  for (const [address, password] of [[email, 'not that'], ['nobody@firebase.example', PASSWORD]]) {
    await fillFirebase(noa, address, password);
    await noa.page.getByRole('alert').getByText('That address and password do not belong together.').waitFor();
  }
  assert.ok(!await isIn(noa));
  isContent(noa, 'the server responded with a status of 400');
});

test('whose address Firebase has not confirmed is sent its mail, and comes in by its link alone', async () => {
  const email = await enrol('pia', false);
  const pia = await newVisitor();
  await pia.open('firebase');
  await fillFirebase(pia, email);
  await pia.page.getByRole('alert').getByText(`send a mail to ${email}`).waitFor();
  assert.ok(!await isIn(pia));
  const { oobCodes } = await (await fetch(`${EMULATOR}/emulator/v1/projects/${PROJECT}/oobCodes`)).json();
  const { oobLink } = oobCodes.find((code) => code.email === email);
  assert.equal((await fetch(oobLink)).status, 200);
  await pia.open('firebase');
  await fillFirebase(pia, email);
  assert.ok(await comesIn(pia));
  isContent(pia);
});

test("where Google's window cannot open, or Firebase does not answer, the page says so and stays", async () => {
  const visitor = await newVisitor({ off: ['apis.google.com', ...GOOGLE] });
  await visitor.open('firebase');
  const said = visitor.page.getByRole('alert');
  await press(visitor.page, 'Continue with Google');
  await said.getByText('Firebase let nobody in').waitFor();
  await fillFirebase(visitor, 'mia@firebase.example');
  await said.getByText('Firebase does not answer just now.').waitFor();
  assert.ok(!await isIn(visitor));
  isContent(visitor, 'net::ERR_FAILED');
});

test("who signs in with Clerk's own form is signed in here", async () => {
  const lea = await newVisitor();
  await lea.open('clerk');
  await fillClerk(lea);
  assert.ok(await comesIn(lea));
  await lea.page.getByText(LEA).first().waitFor();
  isContent(lea);
});

test("a wrong password of Clerk is told in Clerk's form, and nobody is signed in", async () => {
  const lea = await newVisitor();
  await lea.open('clerk');
  await fillClerk(lea, 'not that');
  await lea.page.getByText('Password is incorrect').first().waitFor();
  assert.ok(!await isIn(lea));
  isContent(lea, 'the server responded with a status of 422');
});

test('whom Clerk knows already is asked whether to continue, or as somebody else', async () => {
  const lea = await newVisitor();
  await lea.open('clerk');
  await fillClerk(lea);
  assert.ok(await comesIn(lea));
  await signOut(town, lea.page);
  await lea.open('clerk');
  await press(lea.page, `Continue as ${LEA}`);
  assert.ok(await comesIn(lea));
  await signOut(town, lea.page);
  await lea.open('clerk');
  await press(lea.page, 'Use another account');
  await lea.page.getByLabel('Email address').waitFor();
  await lea.open('clerk');
  await fillClerk(lea);
  assert.ok(await comesIn(lea));
  isContent(lea);
});

test("who comes back to Clerk's page from Google is asked, and then let in where they wanted to be", async () => {
  const lea = await newVisitor();
  await putElsewhere(lea);
  const wanted = town.at('accounts', '/account/security');
  await lea.page.goto(town.at('accounts', `/sign-in/with/clerk?return_to=${encodeURIComponent(wanted)}`));
  await lea.page.getByRole('button', { name: /Google/ }).click();
  await press(lea.page, 'Go');
  await press(lea.page, `Continue as ${LEA}`);
  await lea.page.waitForURL(wanted);
  isContent(lea);
});

test("whom another site sends to Clerk's page is signed in by a tap of their own alone", async () => {
  const lea = await newVisitor();
  await putElsewhere(lea);
  const arrive = async () => {
    await lea.page.goto(`${ELSEWHERE}/?to=${town.at('accounts', '/sign-in/with/clerk')}`);
    await press(lea.page, 'Go');
  };
  await arrive();
  await fillClerk(lea);
  await lea.page.getByRole('button', { name: `Continue as ${LEA}` }).waitFor();
  assert.ok(!await isIn(lea));
  await arrive();
  await press(lea.page, `Continue as ${LEA}`);
  assert.ok(await comesIn(lea));
  isContent(lea);
});

const outageOf = (page, label) => page.getByText(`${label} is not there just now`);

for (const [name, label, host] of [['firebase', 'Firebase', 'www.gstatic.com'], ['clerk', 'Clerk', `clerk.${DOMAIN}`]]) {
  test(`where the script of ${label} is kept off or does not answer, its page says so and offers the other ways`, async () => {
    const visitors = [await newVisitor({ off: [host] }), await newVisitor({ silent: [host] })];
    const [, patient] = visitors;
    await patient.page.clock.install();
    for (const { page, open } of visitors) {
      await open(name);
      if (page === patient.page) {
        await page.getByText(`Waiting for ${label}`).waitFor();
        await page.clock.runFor(10_000);
      }
      await outageOf(page, label).waitFor();
      assert.ok(!await page.getByText('Waiting for').isVisible());
      await page.getByRole('link', { name: 'Sign in another way' }).click();
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    }
    for (const visitor of visitors) isContent(visitor, 'net::ERR_FAILED');
  });

  test(`without JavaScript the page of ${label} says that it needs it and offers the other ways`, async () => {
    const { page, open } = await newVisitor({ javaScriptEnabled: false });
    await open(name);
    // Searches by text leave this element out.
    const words = await page.locator('noscript .notice').filter({ visible: true }).innerText();
    assert.match(words, /This way needs JavaScript/);
    for (const idle of [outageOf(page, label), page.getByText('Waiting for'), page.getByRole('textbox')]) {
      assert.equal(await idle.filter({ visible: true }).count(), 0);
    }
    await page.getByRole('link', { name: 'Sign in another way' }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
}

test("where Clerk's script comes and Clerk itself does not answer, its page says so", async () => {
  const lea = await newVisitor();
  // Of a browser that is driven Clerk's script believes that it is offline.
  await lea.context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  await lea.context.route(`${CLERK}/v1/**`, (route) => route.abort());
  await lea.open('clerk');
  await outageOf(lea.page, 'Clerk').waitFor();
  isContent(lea, 'net::ERR_FAILED');
});

test("what the policy of a provider's page does not name is stopped there", async () => {
  for (const name of ['firebase', 'clerk']) {
    const { page, asked, open } = await newVisitor();
    await open(name);
    const stopped = (part) => page.waitForEvent('console', (message) => message.text().startsWith(`policy: ${part}`));
    await Promise.all([stopped('script-src'), stopped('connect-src'), page.evaluate((elsewhere) => {
      document.head.append(Object.assign(document.createElement('script'), { src: `${elsewhere}/x.js` }));
      return fetch(elsewhere).catch(() => {});
    }, ELSEWHERE)]);
    assert.deepEqual(asked, [], name);
  }
});

test("what a provider's page allows, no other page does", async () => {
  const { page, open } = await newVisitor();
  const origins = async (answer) => (await answer.headerValue('content-security-policy'))
    .match(/https:\/\/[^\s;]+/g).filter((origin) => !TOWN.test(new URL(origin).hostname)).sort();
  const [firebase, clerk] = [await origins(await open('firebase')), await origins(await open('clerk'))];
  assert.ok(firebase.length && clerk.length);
  assert.deepEqual(firebase.filter((origin) => clerk.includes(origin)), []);
  for (const path of ['/sign-in', '/sign-up', '/sign-in/link', '/reset-password']) {
    assert.deepEqual(await origins(await page.goto(town.at('accounts', path))), [], path);
  }
});
