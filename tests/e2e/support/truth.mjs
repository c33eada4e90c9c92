// What the page says against what is true.
import { expect } from '@playwright/test';

const SAYS_CANCELLED = /cancell?ed/i;

/** No row of the results says "cancelled" of a command that the ledger does not. Gives the rows. */
export async function expectTruth(run, simulator) {
  await run.showAll();
  const rows = await run.said();
  expect(rows.length, 'rows of the results').toBeGreaterThan(0);
  const { commands } = await simulator.ledger();
  for (const row of rows) {
    const entry = commands.find(({ command }) => command === row.command);
    expect(entry, `the ledger's entry of ${row.command}`).toBeDefined();
    if (entry.state !== 'cancelled') expect(row.text, `${entry.state} in truth`).not.toMatch(SAYS_CANCELLED);
    if (row.outcome === 'Cancelled') expect(entry.cancels.some(({ accepted }) => accepted)).toBe(true);
  }
  return rows;
}

/** Every one of these is said to be cancelled, and is. */
export async function expectCancelled(workspace, simulator, targets) {
  await workspace.run.showAll();
  for (const target of targets) {
    await expect(workspace.run.outcome(target)).toHaveText('Cancelled');
    await expect(workspace.commands.cell(target, 'verdict')).toContainText('Cancelled');
    expect((await simulator.truth(target)).state).toBe('cancelled');
  }
  await expectTruth(workspace.run, simulator);
}
