// What assistive technology is told.
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';

/** axe finds nothing here, its check of the targets' size included. */
export async function expectNoViolations(page, where) {
  // The page has no frames, so that axe may answer at once instead of through a page of its own.
  const { violations } = await new AxeBuilder({ page })
    .options({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })
    .setLegacyMode(true)
    .analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
  }));
  expect(found, `axe, ${where}`).toEqual([]);
}

/** The texts of the live regions as the accessibility tree has them, by how urgent they are. */
export async function liveTexts(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const text = (node) =>
    node.role?.value === 'StaticText'
      ? (node.name?.value ?? '')
      : (node.childIds ?? []).map((id) => byId.get(id)).filter(Boolean).map(text).join('');
  const said = { polite: [], assertive: [] };
  for (const node of nodes) {
    const live = node.properties?.find(({ name }) => name === 'live')?.value?.value;
    const parent = byId.get(node.parentId);
    const inherited = parent?.properties?.find(({ name }) => name === 'live')?.value?.value;
    if (said[live] && inherited !== live) said[live].push(text(node));
  }
  return said;
}

/** Nothing makes the page scroll sideways. */
export async function expectNoSidewaysScroll(page, where) {
  const sticksOut = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const name = (element) => `${element.localName}.${element.className} to ${element.getBoundingClientRect().right}`;
    const wide = (element) => element.getBoundingClientRect().right > clientWidth + 1;
    const culprits = [...document.body.querySelectorAll('*')].filter(wide).map(name);
    return [`the page is ${scrollWidth} wide`, ...culprits.slice(0, 12)];
  });
  expect(sticksOut, `sideways scroll, ${where}`).toEqual([]);
}
