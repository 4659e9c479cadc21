// The same order without a line of JavaScript, on either side.

import { test } from 'node:test';
import { eventually, press, SOON } from '../support/browser.js';
import { addToOrder, placeOrder, saysWhenLoadedAgain, STATE } from '../support/customer.js';
import { setUp } from '../support/journeys.js';
import { accept, move, ticket } from '../support/kitchen.js';
import { ANA, OWNER, signIn } from '../support/people.js';

const world = setUp();
const plain = { javaScriptEnabled: false };

test('an order goes from the menu to the counter without scripts', async () => {
  const { town } = world;
  const [ana, owner] = [await world.arrive(plain), await world.arrive(plain)];
  await signIn(town, ana.page, ANA);
  await addToOrder(town, ana.page, { dish: 'Margherita', choices: [/Normal, 32 cm/] });
  const code = await placeOrder(town, ana.page);
  await saysWhenLoadedAgain(ana.page, STATE.sent);

  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('prepstation', '/r/trattoria-lupo/board'));
  const after = async (act) => {
    await eventually('the ticket is on the board', SOON, async () => {
      await owner.page.goto(town.at('prepstation', '/r/trattoria-lupo/board'));
      return await ticket(owner.page, code).count() > 0;
    });
    await act();
  };
  await after(() => accept(owner.page, code, 15));
  await saysWhenLoadedAgain(ana.page, STATE.accepted);
  await after(() => move(owner.page, code, 'Start'));
  await saysWhenLoadedAgain(ana.page, STATE.cooking);
  await after(() => move(owner.page, code, 'Ready'));
  await saysWhenLoadedAgain(ana.page, STATE.ready);
  await after(() => move(owner.page, code, 'Handed over'));
  await saysWhenLoadedAgain(ana.page, STATE.completed);
});

test('a guest finds a dish by searching, without scripts', async () => {
  const { town } = world;
  const guest = await world.arrive(plain);
  await guest.page.goto(town.at('orderhub', '/'));
  await guest.page.getByRole('searchbox').first().fill('Margherita');
  await press(guest.page.getByRole('search').first(), /search/i);
  await guest.page.getByText('Trattoria Lupo').first().waitFor();
});
