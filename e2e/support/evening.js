// A town in the middle of an evening: orders in each state, tickets on the board, something in Ana's
// slip. Pages are looked at in it, because an empty page hides most of what may be wrong.

import { choose, control, press } from './browser.js';
import { addToOrder, placeOrder, RESTAURANT, says, STATE } from './customer.js';
import { accept, move, startShift, ticket, ticketAppears } from './kitchen.js';
import { ANA, OPERATOR, OWNER, signIn } from './people.js';

const PIZZA = { dish: 'Margherita', choices: [/Normal, 32 cm/] };

/** Where the order's page is, with a name for its picture. */
const tracking = (page, name) => {
  const { pathname, search } = new URL(page.url());
  return { service: 'orderhub', path: pathname + search, name: `tracking-${name}` };
};

const order = async (town, page, name, dish = PIZZA) => {
  await addToOrder(town, page, dish);
  const code = await placeOrder(town, page);
  return { code, place: tracking(page, name) };
};

/** The path behind the first link with that name. */
const pathTo = async (page, name) => {
  const link = page.getByRole('link', { name }).filter({ visible: true }).first();
  return new URL(await link.getAttribute('href'), page.url()).pathname;
};

const reject = async (page, code) => {
  await press(ticket(page, code), 'Reject');
  const confirm = control(page, `Reject ${code}`);
  await confirm.waitFor();
  await choose(page, /too busy/i);
  await confirm.click();
};

/** Makes the evening; answers the pages whose addresses are known only then, and the cookies of its people. */
export const evening = async (world) => {
  const { town } = world;
  const [ana, owner, operator] = [await world.arrive(), await world.arrive(), await world.arrive()];
  await signIn(town, ana.page, ANA);
  await signIn(town, operator.page, OPERATOR);
  await signIn(town, owner.page, OWNER);
  await owner.page.goto(town.at('prepstation', `/r/${RESTAURANT}/menu`));
  const editor = await pathTo(owner.page, 'Margherita');
  await startShift(town, owner.page);

  const placed = await order(town, ana.page, 'placed');
  const accepted = await order(town, ana.page, 'accepted');
  const ready = await order(town, ana.page, 'ready');
  const rejected = await order(town, ana.page, 'rejected');
  await ticketAppears(owner.page, rejected.code);
  await accept(owner.page, accepted.code, 20);
  await accept(owner.page, ready.code, 15);
  await move(owner.page, ready.code, 'Start');
  await move(owner.page, ready.code, 'Ready');
  const question = await control(ticket(owner.page, placed.code), 'Reject')
    .evaluate((button) => new URL(button.form.action).pathname);
  await reject(owner.page, rejected.code);
  await says(ana.page, STATE.rejected);

  await addToOrder(town, ana.page, { dish: 'Marinara', choices: [/Normal, 32 cm/] });
  await ana.page.goto(town.at('orderhub', `/r/${RESTAURANT}`));
  const item = await pathTo(ana.page, 'Margherita');
  return {
    stranger: [{ service: 'orderhub', path: item, name: 'item' }],
    customer: [placed, accepted, ready, rejected].map(({ place }) => place),
    owner: [
      { service: 'prepstation', path: editor, name: 'item-editor' },
      { service: 'prepstation', path: question, name: 'reject' },
    ],
    cookies: {
      customer: await ana.context.cookies(),
      owner: await owner.context.cookies(),
      operator: await operator.context.cookies(),
    },
  };
};
