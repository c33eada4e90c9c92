// What the console says of itself, and the console that is in the program.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Doors } from '../pages/doors.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { test as base, expect } from '../support/fixtures.mjs';
import { site } from '../support/hosts.mjs';
import { finish, start } from '../support/process.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { ENOS } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

const test = base.extend({
  /** A folder without a console in it. */
  nowhere: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'countermand-nowhere-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },

  /** The console in the program, and no file beside it. */
  served: async ({ nowhere, started, simulator }, use) => {
    const serving = start(['serve', '--listen', '127.0.0.1:0', '--connect', simulator.origin], { cwd: nowhere });
    const { said } = await started(serving);
    await use({ address: `${said.console}/` });
  },
});

async function manifestOf(nowhere) {
  const { status, said, errors } = await finish(['serve', '--print-manifest'], nowhere);
  expect(errors, 'cargo xtask e2e builds the program with the console in it').toBe('');
  expect(status).toBe(0);
  return said;
}

test('the program brings the whole console: the main job, compressed, and asked for again', async ({
  connected,
  request,
  served,
  simulator,
  workspace,
}) => {
  const [device] = simulator.enos.devices;
  const target = await simulator.hold(device, ENOS.kinds[0]);
  await connected(ENOS, [device]);
  await workspace.cancel([target]);
  await expect(workspace.run.over).toBeVisible();
  await expectCancelled(workspace, simulator, [target]);

  const { files } = await (await request.get(new URL('manifest.json', served.address).href)).json();
  for (const name of Object.keys(files)) {
    const url = new URL(name, served.address).href;
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await request.get(url, { headers: { 'accept-encoding': encoding } });
      expect(answer.status(), name).toBe(200);
      const compressed = encoding !== 'identity' && /\.(html|js|css|wasm)$/.test(name);
      if (compressed) expect(answer.headers()['content-encoding'], name).toBe(encoding);
      expect((await answer.body()).equals(await readFile(join(site, name))), name).toBe(true);
      const again = await request.get(url, { headers: { 'accept-encoding': encoding, 'if-none-match': answer.headers().etag } });
      expect(again.status(), name).toBe(304);
    }
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`the console shows its version, its commit and each file's hash, ${colorScheme}`, async ({ page, nowhere, served, connectPage }) => {
    const doors = new Doors(page);
    const printed = await manifestOf(nowhere);
    expect(printed).toBe(await readFile(join(site, 'manifest.json'), 'utf8'));
    const { version, commit, files } = JSON.parse(printed);
    await page.emulateMedia({ colorScheme });
    await connectPage.open(served.address);
    await doors.openAbout();
    const said = (name) => doors.about.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=../dd');
    await expect(said('Version')).toHaveText(version);
    await expect(said('Commit')).toHaveText(commit);
    for (const [name, { sha256 }] of Object.entries(files)) await expect(said(name.replaceAll('.', '\\.'))).toHaveText(sha256);
    await expectNoViolations(page, 'about');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'about, at 320 px');
    await page.keyboard.press('Escape');
    await expect(doors.about).toBeHidden();
    await expect(doors.openSettings).toBeFocused();
  });
}

test('a page without a manifest says so', async ({ page, served, connectPage, watched }) => {
  watched.allow(HTTP_ERROR);
  const doors = new Doors(page);
  await page.route('**/manifest.json', (route) => route.fulfill({ status: 404 }));
  await connectPage.open(served.address);
  // From the palette, too.
  await page.keyboard.press('Control+k');
  await doors.typed.fill('about');
  await page.keyboard.press('Enter');
  await expect(doors.about).toContainText('This build has no manifest');
});

test('a folder without a manifest, and one without a console, have none to print', async ({ nowhere }) => {
  const { status, said, errors } = await finish(['serve', '--print-manifest', '--dist', nowhere], nowhere);
  expect([status, said]).toEqual([1, '']);
  expect(errors).toContain('No console in');
});
