// Runs that the page's own server drives: they go on without the page, and everybody sees the same.
import { join } from 'node:path';

import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { finish } from '../support/process.mjs';
import { TOKENS, startTeam } from '../support/relay.mjs';
import { expectTruth } from '../support/truth.mjs';
import { APPLIVERY } from '../support/vendors.mjs';
import { HTTP_ERROR, NO_ANSWER, watch } from '../support/watch.mjs';
import { Server } from '../pages/server.mjs';
import { ServerRuns } from '../pages/server-runs.mjs';
import { Workspace } from '../pages/workspace.mjs';

const slow = (ms) => [{ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms }];

/** Somebody else's browser, signed in and on the same connection. */
async function elsewhere(browser, address, token) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const watched = await watch(page);
  await new Server(page).open(address, token, 'fleet');
  return { page, runs: new ServerRuns(page), workspace: new Workspace(page), watched, close: () => context.close() };
}

/** Alice's page with commands that wait on one device until they are cancelled. */
async function opened({ page, started, simulator, workspace }, count) {
  const [device] = simulator.applivery.devices;
  await simulator.idle([device]);
  const targets = await simulator.hold(device, 'LOCK', { count });
  const { address } = await started(startTeam(simulator));
  const server = new Server(page);
  await server.open(address, TOKENS.alice, 'fleet');
  await workspace.devices.paste(device);
  return { targets, address, server, runs: new ServerRuns(page) };
}

/** Everything that waits there is cancelled, slowly. */
async function cancelAll({ simulator, workspace }) {
  await simulator.fault(...slow(1_500));
  await workspace.commands.all.check();
  await workspace.commands.cancel.click();
  await workspace.review.confirm.click();
  await expect(workspace.run.going).toBeVisible();
}

/** Each is cancelled, and no cancel was sent twice. */
async function expectOnce(simulator, targets) {
  for (const target of targets) {
    const { state, cancels } = await simulator.truth(target);
    expect(state).toBe('cancelled');
    expect(cancels.length, 'cancels that were sent').toBe(1);
  }
}

test('the page is closed: somebody else sees the run live, stops it, resumes it, and saves its journal', async ({
  page,
  browser,
  started,
  simulator,
  workspace,
}, info) => {
  test.slow();
  const COUNT = 40;
  const { targets, address, runs } = await opened({ page, started, simulator, workspace }, COUNT);
  await simulator.fault(...slow(15_000));
  await workspace.commands.all.check();
  await workspace.commands.cancel.click();
  await expect(workspace.review.dialog).toContainText('it goes on if you close this page');
  await runs.reason.fill('wrong lock');
  await runs.ticket.fill('OPS-7');
  await workspace.review.confirm.click();
  await expect(workspace.run.going).toBeVisible();
  await expect(runs.goesOn).toBeVisible();
  await expect(workspace.run.region).toContainText('Reason: wrong lock');
  await expectNoViolations(page, 'a run at the server');
  await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);
  await page.close();

  // Bob sees it where it is.
  const bob = await elsewhere(browser, address, TOKENS.bob);
  await expect(bob.runs.items).toHaveCount(1);
  await expect(bob.runs.items).toContainText(`alice cancels ${COUNT} commands`);
  await expect(bob.runs.items).toContainText('Reason: wrong lock · Ticket: OPS-7');
  await expectNoViolations(bob.page, 'the runs at the server');
  await bob.page.setViewportSize({ width: 320, height: 800 });
  await expectNoSidewaysScroll(bob.page, 'the runs at the server, 320 pixels');
  await bob.page.setViewportSize({ width: 1280, height: 800 });
  await bob.runs.show(`alice cancels ${COUNT} commands`);
  await expect(bob.workspace.run.going).toBeVisible();
  await expect(bob.workspace.run.region).toContainText('Started by alice');
  await expect(bob.runs.items).toHaveCount(0);

  // He stops it, and nothing more leaves.
  await bob.workspace.run.stop.click();
  await expect(bob.workspace.run.over).toBeVisible();
  await expect(bob.workspace.run.region).toContainText('Stopped by bob');
  const rows = await expectTruth(bob.workspace.run, simulator);
  expect(rows.length).toBe(COUNT);
  const sent = await simulator.received(APPLIVERY.operations.cancel);
  expect(sent).toBeLessThan(COUNT);

  await simulator.noFaults();
  await bob.workspace.run.resume.click();
  await expect(bob.workspace.run.line).toHaveText(`${COUNT} commands: ${COUNT} cancelled.`);
  await expectOnce(simulator, targets);

  const download = bob.page.waitForEvent('download');
  await bob.runs.journal.click();
  const file = join(info.outputDir, 'journal.ndjson');
  await (await download).saveAs(file);
  const verified = await finish(['verify', file]);
  expect(verified.status, verified.stderr).toBe(0);
  bob.watched.end();
  expect(bob.watched.unexpected()).toEqual([]);
  await bob.close();
});

test('a viewer watches a run to its end and can neither stop nor resume it', async ({
  page,
  browser,
  started,
  simulator,
  workspace,
}) => {
  const { targets, address, runs } = await opened({ page, started, simulator, workspace }, 24);
  await cancelAll({ simulator, workspace });

  const vera = await elsewhere(browser, address, TOKENS.vera);
  await vera.runs.show('alice cancels 24 commands');
  await expect(vera.workspace.run.going).toBeVisible();
  await expect(vera.workspace.run.stop).toHaveCount(0);
  await simulator.noFaults();
  for (const each of [workspace, vera.workspace]) {
    await expect(each.run.line).toHaveText('24 commands: 24 cancelled.');
    await expectTruth(each.run, simulator);
  }
  await expect(vera.workspace.run.resume).toHaveCount(0);
  await expectOnce(simulator, targets);

  // Closed, it is in the list; shown again, it says the same.
  await workspace.run.close.click();
  await expect(runs.items).toContainText('24 commands: 24 cancelled.');
  await runs.show('You cancel 24 commands');
  await expect(workspace.run.line).toHaveText('24 commands: 24 cancelled.');
  await vera.close();
});

test.describe('what comes between', () => {
  // Nothing passes a test by through the page's worker.
  test.use({ serviceWorkers: 'block' });
  const NO_WORKER = /Service Worker registration blocked/;

  test('the answer to a plan that was handed over is lost: it is one run, and nothing is cancelled twice', async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    watched.allow(NO_ANSWER, NO_WORKER);
    const { targets, runs } = await opened({ page, started, simulator, workspace }, 3);
    let lost = 0;
    await page.route('**/relay/fleet/runs', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await workspace.cancel(targets);
    await expect(workspace.run.line).toHaveText('3 commands: 3 cancelled.');
    expect(lost).toBe(1);
    await expectOnce(simulator, targets);
    await workspace.run.close.click();
    await expect(runs.items).toHaveCount(1);
  });

  test('no answer to any attempt: the page says that it does not know, and then finds the run', async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    watched.allow(NO_ANSWER, NO_WORKER);
    const { targets, runs } = await opened({ page, started, simulator, workspace }, 2);
    let first = true;
    await page.route('**/relay/fleet/runs', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      if (first) await route.fetch();
      first = false;
      return route.abort();
    });
    await workspace.cancel(targets);
    await expect(page.getByText('Unknown whether the run started')).toBeVisible();
    await expect(page.locator('body')).not.toContainText('Nothing was sent');
    await runs.show('You cancel 2 commands');
    await expect(workspace.run.line).toHaveText('2 commands: 2 cancelled.');
    await expectTruth(workspace.run, simulator);
  });

  test('a journal that was changed on its way is not believed', async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    watched.allow(NO_WORKER);
    const { targets } = await opened({ page, started, simulator, workspace }, 2);
    await page.route('**/journal?from=*', async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      return route.fulfill({ response: answer, body: text.replace('"outcome":"cancelled"', '"outcome":"not_found"') });
    });
    await workspace.cancel(targets);
    await expect(page.getByText(/The journal of this run is damaged at line \d+/).first()).toBeVisible();
    await expect(workspace.run.region).toHaveCount(0);
  });

  test('a server that does not answer for a while: that is said, and the run is shown where it is afterwards', async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    watched.allow(NO_ANSWER, NO_WORKER);
    const { targets, runs } = await opened({ page, started, simulator, workspace }, 12);
    await cancelAll({ simulator, workspace });
    await expect(runs.goesOn).toBeVisible();
    await page.route('**/relay/fleet/runs/**', (route) => route.abort());
    await expect(runs.unanswered).toBeVisible();
    await expect(workspace.run.going).toBeVisible();
    await simulator.noFaults();
    await expect.poll(async () => (await simulator.truth(targets[0])).state).toBe('cancelled');
    await page.unroute('**/relay/fleet/runs/**');
    await expect(workspace.run.line).toHaveText('12 commands: 12 cancelled.');
    await expect(runs.unanswered).toHaveCount(0);
    await expectOnce(simulator, targets);
  });
});

test('a session that ends while the run goes on: nothing is lost, and it is shown again after signing in', async ({
  page,
  context,
  started,
  simulator,
  workspace,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const { targets, address, server } = await opened({ page, started, simulator, workspace }, 12);
  const tab = await context.newPage();
  await tab.goto(address);
  await cancelAll({ simulator, workspace });
  await new Server(tab).signOut.click();
  await expect(server.ended).toBeVisible();
  await simulator.noFaults();
  await expect.poll(async () => (await simulator.truth(targets.at(-1))).state).toBe('cancelled');
  await expect(workspace.run.over).toHaveCount(0);
  await server.signInWith(TOKENS.alice);
  await expect(server.ended).toBeHidden();
  await expect(workspace.run.line).toHaveText('12 commands: 12 cancelled.');
  await expectOnce(simulator, targets);
});
