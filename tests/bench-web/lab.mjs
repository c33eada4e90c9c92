// The peer lab with the console in it: copied, patched, built and run. What it measures becomes the bounds here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./peer-lab/', import.meta.url));
const DIST = process.env.COUNTERMAND_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));
const APPS = ['vanilla', 'react-tanstack', 'countermand'];

/** Runs the lab of `folder`, which stays as it is, and gives the file that it writes. A part that fails in it is told. */
export async function runLab(folder, rounds) {
  const lab = await mkdtemp(join(tmpdir(), 'countermand-lab-'));
  await cp(folder, lab, { recursive: true });
  await run(lab, 'chmod', '-R', 'u+w', '.');
  for (const file of await readdir(HERE)) {
    if (file.endsWith('.mjs')) await cp(join(HERE, file), join(lab, 'adapters', file));
  }
  await run(lab, 'patch', '-p1', '-i', join(HERE, 'harness.patch'));
  await run(lab, 'npm', 'ci', '--no-audit', '--no-fund');
  await run(lab, 'npm', 'run', 'build');
  // The lab takes it from its own folder on.
  const out = 'results/today';
  await run(lab, 'node', 'measure.mjs', '--apps', APPS.join(','), '--rounds', String(rounds), '--out', out);
  const file = join(lab, `${out}.json`);
  console.error(`    the peer lab wrote ${file}`);
  return file;
}

async function run(cwd, program, ...args) {
  // What it prints is not a figure of this task.
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', process.stderr, 'inherit'],
    env: { ...process.env, COUNTERMAND_DIST: DIST },
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status}`);
}
