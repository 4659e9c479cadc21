// What a town without a mail server prints instead of sending it.

import { eventually, SOON } from './browser.js';

/** The newest link to this page of accounts in a mail that none of `known` is, once it is printed. */
export const linkTo = async (town, path, known = []) => {
  const links = new RegExp(`http://[^\\s"\\\\]+${path.replaceAll('/', '\\/')}\\?secret=[\\w-]+`, 'g');
  let link;
  await eventually(`a mail with a link to ${path}`, SOON, () => {
    link = town.said().match(links)?.findLast((found) => !known.includes(found));
    return link !== undefined;
  });
  return link;
};
