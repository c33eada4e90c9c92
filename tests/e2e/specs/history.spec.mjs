// Past runs: looked at, saved, deleted - also when locked.
import { readFile, writeFile } from 'node:fs/promises';

import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { finish } from '../support/process.mjs';
import { APPLIVERY } from '../support/vendors.mjs';

test('a run is kept: its journal is what `countermand verify` accepts, its rows are the same as there', async ({
  page,
  connected,
  connectPage,
  simulator,
  workspace,
}, info) => {
  const devices = simulator.applivery.devices.slice(0, 3);
  const targets = [];
  for (const device of devices) targets.push(await simulator.hold(device, 'LOCK'));
  const { command } = targets[1];
  await simulator.fault({ operation: APPLIVERY.operations.cancel, command }, { kind: 'executed_all_the_same' });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  await expect(workspace.run.over).toBeVisible();
  await workspace.lock.click();
  await expect(connectPage.notice).toContainText('Locked.');

  const { history } = workspace;
  await history.open();
  await expect(history.runs).toHaveCount(1);
  await expect(history.runs).toContainText('Finished; journal intact');
  await expect(history.runs).toContainText('3 commands: 2 cancelled, 1 too late.');
  await expect(history.runs).toContainText(simulator.applivery.org);
  await expectNoViolations(page, 'the history');

  const journal = await history.save(history.runs, 'Journal');
  expect(journal.name).toMatch(/^countermand-.*\.ndjson$/);
  const verified = await finish(['verify', journal.path]);
  expect(verified, verified.errors).toMatchObject({ status: 0 });
  const text = await readFile(journal.path, 'utf8');
  for (const secret of APPLIVERY.secrets(simulator)) expect(text).not.toContain(secret);

  for (const [format, output] of [['CSV', 'csv'], ['JSON', 'json']]) {
    const saved = await history.save(history.runs, format);
    const there = await finish(['verify', '--output', output, journal.path]);
    expect(await readFile(saved.path, 'utf8'), format).toBe(there.said);
  }

  // What was changed is found, by the same command.
  const changed = info.outputPath('changed.ndjson');
  await writeFile(changed, text.replace('LOCK', 'WIPE'));
  expect((await finish(['verify', changed])).status).toBe(1);

  await history.runs.getByRole('button', { name: /^Show the run of / }).click();
  await expect(history.rows).toHaveCount(3);
  await expect(history.dialog).toContainText('Too late');
  await expectNoViolations(page, 'a past run');
  await page.setViewportSize({ width: 320, height: 700 });
  await expectNoSidewaysScroll(page, 'a past run at 320 px');
  await history.back.click();
  await expectNoSidewaysScroll(page, 'the history at 320 px');
  await page.setViewportSize({ width: 1280, height: 800 });

  await history.runs.getByRole('button', { name: /^Delete the run of / }).click();
  await expect(history.question).toHaveAccessibleName('Delete this run?');
  await expect(history.question.getByRole('button', { name: 'Keep run' })).toBeFocused();
  await history.question.getByRole('button', { name: 'Keep run' }).click();
  await expect(history.runs).toHaveCount(1);
  await history.deleteAll.click();
  await history.question.getByRole('button', { name: 'Delete 1 run' }).click();
  await expect(history.dialog).toContainText('No runs yet');
  await history.close.click();
  await expect(history.dialog).toBeHidden();
  await history.open();
  await expect(history.dialog).toContainText('No runs yet');
});

test('a journal that was changed in the browser is named as broken, with its line', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  // axe looks at three screens, and the command line is asked in between.
  test.slow();
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  await connected(APPLIVERY, [device]);
  await workspace.cancel([target]);
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.unfinished.region).toBeHidden();
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('countermand');
        opening.onerror = reject;
        opening.onsuccess = () => {
          const changing = opening.result.transaction('chunks', 'readwrite');
          const chunks = changing.objectStore('chunks');
          const walk = chunks.openCursor();
          walk.onsuccess = () => {
            const cursor = walk.result;
            if (!cursor) return;
            const text = new TextDecoder().decode(cursor.value);
            if (text.includes('"kind":"LOCK"')) {
              cursor.update(new TextEncoder().encode(text.replace('"kind":"LOCK"', '"kind":"WIPE"')));
            }
            cursor.continue();
          };
          changing.oncomplete = resolve;
          changing.onabort = reject;
        };
      }),
  );
  await workspace.history.open();
  await expect(workspace.history.runs).toContainText('Journal damaged at line 2');
});
