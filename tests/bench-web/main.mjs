// node main.mjs [--rounds N] [--lab FOLDER | --peers FILE.json] [--out FILE.json] [load|table|read|cancel|leak ...]
// Prints one line of JSON per figure; what goes on is told on standard error.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { launch } from './browser.mjs';
import { runLab } from './lab.mjs';
import { Measured, print, readPeers } from './numbers.mjs';
import * as cancel from './scenarios/cancel.mjs';
import * as leak from './scenarios/leak.mjs';
import * as load from './scenarios/load.mjs';
import * as read from './scenarios/read.mjs';
import * as table from './scenarios/table.mjs';
import { open } from './stage.mjs';

const SCENARIOS = { load, table, read, cancel, leak };
/** Takes minutes, and what it finds does not hang on chance. */
const ONCE = new Set(['leak']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    lab: { type: 'string' },
    peers: { type: 'string' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: a number from 1 on, not ${values.rounds}`);
const chosen = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
const unknown = chosen.find((name) => !(name in SCENARIOS));
if (unknown) throw new Error(`there is no ${unknown}: ${Object.keys(SCENARIOS).join(', ')}`);
const peers = await readPeers(values.lab ? await runLab(values.lab, rounds) : values.peers);

const measured = new Measured();
const stage = await open();
let version;
try {
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of chosen) {
      if (round > 1 && ONCE.has(name)) continue;
      const started = Date.now();
      const browser = await launch();
      version = browser.version;
      try {
        await SCENARIOS[name].measure({ browser, stage, measured, round });
      } finally {
        await browser.close();
      }
      console.error(`    ${name}, round ${round} of ${ONCE.has(name) ? 1 : rounds}: ${((Date.now() - started) / 1_000).toFixed(0)} s`);
    }
  }
} finally {
  await stage.close();
}
for (const name of chosen) SCENARIOS[name].report({ measured, peers, print });
if (values.out) await writeFile(values.out, JSON.stringify({ version, rounds, measured: measured.all() }, null, 1));
