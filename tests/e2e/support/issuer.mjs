// A real issuer of OpenID Connect, in a process of its own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('issuer-process.mjs', import.meta.url));

/** Starts one that knows these clients; `more` is what else it is configured with. */
export async function startIssuer(clients, more = {}) {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  child.stdin.end(JSON.stringify({ clients, ...more }));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (status) => reject(new Error(`the issuer ended with ${status}: ${errors}`)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    ...JSON.parse(line),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
