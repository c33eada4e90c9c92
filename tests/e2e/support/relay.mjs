// `countermand serve` with a relay before a simulator: for whoever started it, or for a team.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dist } from './console.mjs';
import { start } from './process.mjs';

/** The names of the connections, by the vendor's key. */
export const NAMES = { applivery: 'fleet', enos: 'wind' };

/** The tokens of a team. Vera only looks. */
export const TOKENS = { alice: 'alice-t0ken-a1b2c3', bob: 'bob-t0ken-d4e5f6', vera: 'vera-t0ken-g7h8i9' };

const SECRETS = ['token', 'app_key', 'app_secret'];

/** The keys of a connection, as a section of a file has them; the secrets themselves are in the environment. */
function connection(section, provider, said, env, more = []) {
  const lines = [`[${section}]`, `provider = "${provider}"`, `org = "${said.org}"`, `base_url = "${said.base_url}"`];
  for (const secret of SECRETS.filter((secret) => said[secret])) {
    const name = `TEST_${provider}_${secret}`.toUpperCase();
    env[name] = said[secret];
    lines.push(`${secret}_env = "${name}"`);
  }
  return [...lines, ...more, ''].join('\n');
}

const FREE_PORT = ['--listen', '127.0.0.1:0'];

async function serve(folder, args, env, listen = FREE_PORT) {
  const { said, stop } = await start(['serve', ...listen, '--dist', dist, ...args], {
    env: { ...env, XDG_STATE_HOME: folder },
  });
  return {
    address: `${said.console}/`,
    launch: said.launch,
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const folderOf = () => mkdtemp(join(tmpdir(), 'countermand-relay-'));

/** Serves the profiles of a person's configuration, opened by a link. `severity` is how grave commands are. */
export async function startProfiles(simulator, { severity } = {}) {
  const [folder, env] = [await folderOf(), {}];
  const file = join(folder, 'config.toml');
  const sections = Object.entries(NAMES).map(([provider, name]) =>
    connection(`profile.${name}`, provider, simulator[provider], env, severity ? [`severity = ${severity}`] : []),
  );
  await writeFile(file, sections.join('\n'));
  return serve(folder, [], { ...env, COUNTERMAND_CONFIG: file });
}

/**
 * Serves a team that signs in by tokens. `approval` is the two-person rule, where there is one; `severity` is how grave
 * commands are at EnOS; `watch` is how Applivery's devices are watched.
 */
export async function startTeam(simulator, { approval, severity, watch } = {}) {
  const [folder, env] = [await folderOf(), {}];
  const file = join(folder, 'serve.toml');
  const people = Object.entries(TOKENS).map(([name, token]) => {
    const sha256 = createHash('sha256').update(token).digest('hex');
    return `[[sign_in.token]]\nname = "${name}"\nsha256 = "${sha256}"\n`;
  });
  const sections = Object.entries(NAMES).map(([provider, name]) =>
    connection(`connection.${name}`, provider, simulator[provider], env, [
      'operators = ["alice", "bob"]',
      'viewers = ["vera"]',
      'addresses = ["127.0.0.0/8"]',
      ...(approval ? [`approval = ${approval}`] : []),
      ...(watch && provider === 'applivery' ? [`watch = ${watch}`] : []),
      ...(severity && provider === 'enos' ? [`severity = ${severity}`] : []),
    ]),
  );
  await writeFile(file, [...people, ...sections].join('\n'));
  return serve(folder, ['--config', file], env);
}

/** Serves a team that signs in at `issuer`, at a `port` that the issuer knows. */
export async function startSignedIn(simulator, { port, issuer, secret }) {
  const [folder, env] = [await folderOf(), { TEST_CLIENT_SECRET: secret ?? '' }];
  const file = join(folder, 'serve.toml');
  const lines = [
    `listen = "127.0.0.1:${port}"`,
    '[sign_in.oidc]',
    `issuer = "${issuer}"`,
    'client_id = "countermand"',
    ...(secret ? ['client_secret_env = "TEST_CLIENT_SECRET"'] : []),
  ];
  const sections = Object.entries(NAMES).map(([provider, name]) =>
    connection(`connection.${name}`, provider, simulator[provider], env, [
      'operators = ["group:ops"]',
      'viewers = ["group:lookers"]',
    ]),
  );
  await writeFile(file, [...lines, ...sections].join('\n'));
  return serve(folder, ['--config', file], env, []);
}
