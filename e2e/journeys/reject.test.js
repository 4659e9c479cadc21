// A kitchen says no, with a reason, and the customer reads it.

import { test } from 'node:test';
import { choose, control, isContent, press } from '../support/browser.js';
import { addToOrder, placeOrder, says, STATE } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { startShift, ticket, ticketAppears } from '../support/kitchen.js';
import { OWNER, signIn } from '../support/people.js';

const world = setUp();

test('a rejected order tells the customer so, with the reason', async () => {
  const { town } = world;
  const [owner, guest] = [await world.arrive(), await world.arrive()];
  await signIn(town, owner.page, OWNER);
  await startShift(town, owner.page);
  await addToOrder(town, guest.page, { dish: 'Marinara', choices: [/Normal, 32 cm/] });
  const code = await placeOrder(town, guest.page, { name: 'Lea' });
  await ticketAppears(owner.page, code);
  await press(ticket(owner.page, code), 'Reject');
  const confirm = control(owner.page, `Reject ${code}`);
  await confirm.waitFor();
  await choose(owner.page, /too busy/i);
  await confirm.click();
  await owner.page.getByRole('article', { name: code }).waitFor({ state: 'hidden' });
  await says(guest.page, STATE.rejected);
  await guest.page.getByText(/busy/i).first().waitFor();
  isContent(owner);
  isContent(guest);
});
