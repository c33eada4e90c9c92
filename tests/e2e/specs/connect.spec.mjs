// Entering a connection: what is wrong with the fields, what is wrong with the connection, and letting go of it.
import { createServer } from 'node:net';

import { test, expect } from '../support/fixtures.mjs';
import { startConsole } from '../support/console.mjs';
import { kept } from '../support/secrets.mjs';
import { startSimulator } from '../support/simulator.mjs';
import { APPLIVERY, ENOS, VENDORS } from '../support/vendors.mjs';
import { BLOCKED, CORS, HTTP_ERROR, NO_ANSWER } from '../support/watch.mjs';

/** An origin where nobody listens. */
async function closedOrigin() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const RULES = {
  url: 'Base URL must be an absolute http:// or https:// URL.',
  https: /^Base URL must be https: http exposes the key on the network/,
  applivery: /^Organization must be 24 hexadecimal digits, or a slug of at least 3 letters, digits and hyphens\./,
  enos: /^Organization must be 1 to 256 visible characters without spaces\./,
};

test.describe('the fields', () => {
  const wrong = [
    { vendor: APPLIVERY, field: 'Base URL', text: '', rule: 'Base URL is required.' },
    { vendor: APPLIVERY, field: 'Base URL', text: 'api.applivery.io/v1', rule: RULES.url },
    { vendor: APPLIVERY, field: 'Base URL', text: 'ftp://api.applivery.io/v1', rule: RULES.url },
    { vendor: APPLIVERY, field: 'Base URL', text: 'http://api.example.com/v1', rule: RULES.https },
    { vendor: APPLIVERY, field: 'Organization', text: '', rule: 'Organization is required.' },
    { vendor: APPLIVERY, field: 'Organization', text: 'a b', rule: RULES.applivery },
    { vendor: APPLIVERY, field: 'Organization', text: '../users', rule: RULES.applivery },
    { vendor: APPLIVERY, field: 'Token', text: '', rule: 'Token is required.' },
    { vendor: APPLIVERY, field: 'Token', text: 'pasted ', rule: /^Token must not start or end with a space/ },
    { vendor: ENOS, field: 'Base URL', text: 'http://gateway.example.com', rule: RULES.https },
    { vendor: ENOS, field: 'Organization', text: 'o 1', rule: RULES.enos },
    { vendor: ENOS, field: 'App key', text: '', rule: 'App key is required.' },
    { vendor: ENOS, field: 'App secret', text: 'two words', rule: 'App secret must be visible ASCII characters without spaces.' },
  ];

  test('each rule that is broken is told with its field, and nothing is sent', async ({
    served,
    simulator,
    connectPage,
  }) => {
    await connectPage.open(served.address);
    for (const { vendor, field, text, rule } of wrong) {
      await test.step(`${vendor.name}, ${field}: “${text}”`, async () => {
        await connectPage.fill(vendor, { ...vendor.entered(simulator), [field]: text });
        await connectPage.connect.click();
        const control = connectPage.field(field);
        await expect(control).toHaveAttribute('aria-invalid', 'true');
        await expect(control).toHaveAccessibleDescription(rule instanceof RegExp ? rule : new RegExp(`^${rule.replaceAll('.', '\\.')}`));
        await expect(control).toBeFocused();
        await expect(connectPage.alert).toHaveText('Check the highlighted fields. Nothing was sent.');
        for (const other of Object.keys(vendor.entered(simulator)).filter((label) => label !== field)) {
          await expect(connectPage.field(other)).not.toHaveAttribute('aria-invalid');
        }
      });
    }
    expect((await simulator.ledger()).requests).toEqual({});
  });

  for (const vendor of VENDORS) {
    test(`an empty form names every field, ${vendor.name}`, async ({ served, simulator, connectPage }) => {
      await connectPage.open(served.address);
      const labels = Object.keys(vendor.entered(simulator));
      await connectPage.fill(vendor, Object.fromEntries(labels.map((label) => [label, ''])));
      await connectPage.check.click();
      for (const label of labels) {
        await expect(connectPage.field(label)).toHaveAttribute('aria-invalid', 'true');
        await expect(connectPage.field(label)).toHaveAccessibleDescription(new RegExp(`^${label} is required\\.`));
      }
      await expect(connectPage.field(labels[0])).toBeFocused();
      expect((await simulator.ledger()).requests).toEqual({});
    });
  }

  test("the other vendor has other fields, and a base URL that was typed stays", async ({ served, connectPage }) => {
    await connectPage.open(served.address);
    await expect(connectPage.field('Base URL')).toHaveValue('https://api.applivery.io/v1');
    await connectPage.vendor(ENOS).check();
    await expect(connectPage.field('Token')).toBeHidden();
    await expect(connectPage.field('App secret')).toHaveAttribute('type', 'password');
    await expect(connectPage.field('Base URL')).toHaveValue('');
    await connectPage.field('Base URL').fill('https://gateway.example.com');
    await connectPage.vendor(APPLIVERY).check();
    await expect(connectPage.field('Base URL')).toHaveValue('https://gateway.example.com');
    await expect(connectPage.field('Token')).toHaveAttribute('type', 'password');
  });
});

for (const vendor of VENDORS) {
  test.describe(`check connection, ${vendor.name}`, () => {
    /** Checks what was entered with these changes; the form says this and what to do. */
    async function expectProblem(connectPage, entered, title, advice) {
      await connectPage.fill(vendor, entered);
      await connectPage.check.click();
      await expect(connectPage.alert).toContainText(title);
      await expect(connectPage.alert).toContainText(advice);
      await expect(connectPage.connect).toHaveAttribute('aria-disabled', 'false');
    }

    test('a connection that works', async ({ served, simulator, connectPage }) => {
      await connectPage.open(served.address);
      await connectPage.fill(vendor, vendor.entered(simulator));
      await connectPage.check.click();
      await expect(connectPage.status).toContainText('Connection OK. The key is valid for');
      await expect(connectPage.alert).toBeHidden();
      await expect(connectPage.form).toBeVisible();
    });

    test('a wrong key, an unknown organisation and another service are told apart', async ({
      served,
      simulator,
      connectPage,
      watched,
    }) => {
      watched.allow(HTTP_ERROR);
      await connectPage.open(served.address);
      const right = vendor.entered(simulator);
      const key = Object.keys(right).at(-1);
      await expectProblem(connectPage, { ...right, [key]: 'not-the-right-one' }, 'Wrong key', /Copy (the whole token|both) again/);
      await expectProblem(
        connectPage,
        { ...right, Organization: 'no-such-org' },
        /The provider does not know this organization|This key has no access to this organization/,
        /Check the org/,
      );
      await simulator.fault({ operation: vendor.operations.check }, { kind: 'html' });
      await expectProblem(connectPage, right, 'Got a web page instead of', 'Check the base URL');
      await simulator.noFaults();
      await connectPage.check.click();
      await expect(connectPage.status).toContainText('Connection OK.');
      await expect(connectPage.alert).toBeHidden();

      // Connecting checks, too, and stays at the form until it is right.
      await connectPage.field(key).fill('not-the-right-one');
      await connectPage.connect.click();
      await expect(connectPage.alert).toContainText('Wrong key');
      await connectPage.field(key).fill(right[key]);
      await connectPage.field(key).press('Enter');
      await expect(connectPage.form).toBeHidden();
    });

    test('nobody there, an origin that is refused and a host that is blocked are told apart', async ({
      started,
      simulator,
      connectPage,
      watched,
    }) => {
      watched.allow(NO_ANSWER, CORS, BLOCKED, HTTP_ERROR);
      const closed = await closedOrigin();
      const silent = await started(startSimulator('--cors', 'off'));
      const { address } = await started(startConsole(closed, silent.origin));
      await connectPage.open(address);
      const at = (origin) => {
        const right = vendor.entered(simulator);
        return { ...right, 'Base URL': `${origin}${new URL(right['Base URL']).pathname}` };
      };
      await expectProblem(
        connectPage,
        at(closed),
        'The host cannot be reached',
        `No response from ${closed}. Check the base URL for typing errors, your network, and whether you need a VPN.`,
      );
      await expectProblem(
        connectPage,
        { ...vendor.entered(silent) },
        "The host does not allow this page's origin",
        `${silent.origin} responds, but does not let pages of this origin read its responses.`,
      );
      // The test's own simulator is not on the list of this console.
      const blocked = "This page's policy does not allow that host";
      const serveIt = `Serve the page with “countermand serve --connect ${simulator.origin}”`;
      await expectProblem(connectPage, at(simulator.origin), blocked, serveIt);
      await expectProblem(connectPage, at(simulator.origin), blocked, serveIt);
      // What the policy refuses is tried once, and not again.
      expect(watched.violations.filter((one) => one.startsWith('connect-src')).length).toBe(1);
      expect((await simulator.ledger()).requests, 'a blocked host hears nothing').toEqual({});
    });
  });

  test(`locking leaves nothing of the key or of what was read, ${vendor.name}`, async ({
    page,
    connected,
    simulator,
    connectPage,
  }) => {
    const device = simulator[vendor.key].devices[0];
    const target = await simulator.hold(device, vendor.kinds[0]);
    const workspace = await connected(vendor, [device]);
    await expect(workspace.commands.row(target)).toBeVisible();
    await workspace.lock.click();
    await expect(connectPage.notice).toHaveText(
      'Locked. The key and all data were cleared from this page.',
    );
    const left = await kept(page);
    for (const word of [...vendor.secrets(simulator), target.command, device, vendor.kinds[0], simulator[vendor.key].org]) {
      expect(left, word).not.toContain(word);
    }
    await expect(connectPage.field('Organization')).toHaveValue('');
    await expect(connectPage.field('Token')).toHaveValue('');
    await connectPage.vendor(ENOS).check();
    for (const label of ['App key', 'App secret']) await expect(connectPage.field(label)).toHaveValue('');
  });
}

test('locking while cancels go out is asked about first', async ({ connected, simulator, connectPage }) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  await simulator.fault({ operation: 'applivery.cancel' }, { kind: 'slow', ms: 6_000 });
  const workspace = await connected(APPLIVERY, [device]);
  await workspace.cancel([target]);
  await expect(workspace.run.going).toBeVisible();
  await workspace.lock.click();
  await expect(workspace.lockQuestion).toContainText('you will not know whether those commands were cancelled');
  const keep = workspace.lockQuestion.getByRole('button', { name: 'Keep running' });
  await expect(keep).toBeFocused();
  await keep.click();
  await expect(workspace.lockQuestion).toBeHidden();
  await expect(workspace.run.going).toBeVisible();
  await workspace.lock.click();
  await workspace.lockQuestion.getByRole('button', { name: 'Stop and lock' }).click();
  await expect(connectPage.notice).toContainText('Locked.');
});

test('a page that is left alone for 15 minutes locks itself', async ({ page, connected, simulator, connectPage }) => {
  // The page looks at the time again and again: its clock is put forward, its timers run on.
  await page.addInitScript(() => {
    const now = Date.now;
    window.putForward = 0;
    Date.now = () => now.call(Date) + window.putForward;
  });
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  const workspace = await connected(APPLIVERY, [device]);
  await expect(workspace.commands.row(target)).toBeVisible();
  await page.evaluate(() => (window.putForward = 16 * 60_000));
  await expect(connectPage.notice).toContainText('Locked after 15 minutes of inactivity.');
  expect(await kept(page)).not.toContain(simulator.applivery.token);
});
