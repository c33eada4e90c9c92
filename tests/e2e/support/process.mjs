// A program of the project as a process: started, its first line read, stopped.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;
const binary = process.env.COUNTERMAND_BINARY ?? `${target}/debug/countermand`;

/** Starts `countermand` with these arguments, in this folder and with `env` beside the environment; gives the JSON of its first line. */
export async function start(args, { cwd = root, env = {} } = {}) {
  const child = spawn(binary, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const first = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`countermand ${args[0]} ended with ${status}: ${errors}`)));
  });
  return {
    said: JSON.parse(await first),
    async stop() {
      const endedBefore = child.exitCode !== null || child.signalCode !== null;
      child.kill('SIGTERM');
      await ended;
      if (endedBefore) {
        throw new Error(`countermand ${args[0]} ended by itself, ${child.exitCode ?? child.signalCode}: ${errors}`);
      }
    },
  };
}

/** Runs `countermand` with these arguments to its end. */
export async function finish(args, cwd = root) {
  const child = spawn(binary, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, errors] = ['', ''];
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (errors += text));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, said, errors };
}
