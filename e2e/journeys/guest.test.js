// A guest orders with a name and a phone number alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { control, isContent, PHONE, press } from '../support/browser.js';
import { addToOrder, placeOrder, says, STATE } from '../support/customer.js';
import { ticket } from '../support/kitchen.js';
import { OWNER, signIn } from '../support/people.js';
import { setUp } from '../support/journeys.js';

const world = setUp();

test('a guest orders and follows the order by its link', async () => {
  const { town } = world;
  const guest = await world.arrive({ viewport: PHONE });
  await addToOrder(town, guest.page, { dish: 'Diavola', choices: [/Large, 40 cm/] });
  await placeOrder(town, guest.page, { name: 'Mira', phone: '+43 662 5550123' });
  await says(guest.page, STATE.sent);
  const link = guest.page.url();
  await guest.page.goto(link);
  await says(guest.page, STATE.sent);
  isContent(guest);

  const stranger = await world.arrive();
  const answer = await stranger.page.goto(link.split('?')[0]);
  assert.equal(answer.status(), 404, 'without the signature nobody sees the order');
});

test('a guest orders for later, and the kitchen sees it waiting', async () => {
  const { town } = world;
  const [guest, owner] = [await world.arrive({ viewport: PHONE }), await world.arrive()];
  await addToOrder(town, guest.page, { dish: 'Marinara', choices: [/Normal, 32 cm/] });
  const code = await placeOrder(town, guest.page, { name: 'Mira', phone: '+43 662 5550123', slot: -1 });
  await says(guest.page, STATE.scheduled);
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('prepstation', '/r/trattoria-lupo/board'));
  await owner.page.getByText('For later').click();
  await ticket(owner.page, code).waitFor();
  await press(guest.page, 'Cancel this order');
  await says(guest.page, STATE.cancelled);
  await ticket(owner.page, code).waitFor({ state: 'detached' });
  for (const person of [guest, owner]) isContent(person);
});

test('a forgotten name is asked for and the rest stays', async () => {
  const { town } = world;
  const guest = await world.arrive();
  await addToOrder(town, guest.page, { dish: 'Marinara', choices: [/Normal, 32 cm/] });
  await guest.page.goto(town.at('orderhub', '/cart'));
  await press(guest.page, 'Checkout');
  await control(guest.page, 'Place order').waitFor();
  // The browser's own check would stop it before the server is asked.
  await guest.page.evaluate(() => document.querySelectorAll('form').forEach((form) => { form.noValidate = true; }));
  await guest.page.getByLabel(/^phone/i).first().fill('+43 662 5550124');
  await press(guest.page, 'Place order');
  await guest.page.locator('[aria-invalid="true"]').first().waitFor();
  assert.equal(await guest.page.getByLabel(/^phone/i).first().inputValue(), '+43 662 5550124');
});
