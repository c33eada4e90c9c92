// An issuer of OpenID Connect as a process: npm's oidc-provider, where anybody may sign in with any password.
// Standard input has what differs: {"clients":[...],"conformIdTokenClaims":bool}. Prints {"issuer":"http://..."}.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const asked = JSON.parse(await text(process.stdin));
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  ...asked,
  claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.com`,
      email_verified: !id.startsWith('unverified'),
      groups: id === 'vera' ? ['lookers'] : ['ops'],
    }),
  }),
  cookies: { keys: ['a key of a test'] },
  features: { devInteractions: { enabled: true } },
});
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer }));
process.once('SIGTERM', () => process.exit(0));
