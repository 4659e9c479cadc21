// The frame of a file of journeys: a town, a browser, and people who leave when a journey ends.

import { after, afterEach, before } from 'node:test';
import { newPerson, openBrowser } from './browser.js';
import { startTown } from './town.js';

/** Sets up the file; what it returns is filled in before the first journey, last of all by `prepare`. */
export const setUp = (prepare = () => {}) => {
  const world = { town: undefined, browser: undefined, arrive: undefined };
  const people = [];
  before(async () => {
    world.town = await startTown();
    world.browser = await openBrowser();
    await prepare(world);
  });
  after(async () => {
    await world.browser?.close();
    await world.town?.stop();
  });
  afterEach(async () => {
    await Promise.all(people.splice(0).map(({ context }) => context.close()));
  });
  world.arrive = async (options) => {
    const person = await newPerson(world.browser, options);
    people.push(person);
    return person;
  };
  return world;
};
