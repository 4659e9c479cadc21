// What keeps people out of a page, as axe sees it: in both schemes, and sideways.

import { AxeBuilder } from '@axe-core/playwright';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// What may differ between the schemes of one page.
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

export const SCHEMES = ['light', 'dark'];

/** How far the page scrolls sideways, if it does. */
export const sideways = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth ? [`scrolls sideways by ${scrollWidth - clientWidth} px`] : [];
});

// There are no frames of other origins, so axe needs no second window to put its findings together.
/** Barriers of the page in a scheme; all rules in the first one, those of colour in the other. */
export const barriers = async (page, scheme) => {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const asked = scheme === SCHEMES[0] ? axe.withTags(RULES) : axe.withRules(RULES_OF_COLOUR);
  const { violations } = await asked.analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
};
