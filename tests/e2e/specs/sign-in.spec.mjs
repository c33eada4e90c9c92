// Signing in at an issuer of OpenID Connect, a real one: out to it, back from it, and what does not get in.
import { createServer } from 'node:net';

import { test, expect } from '../support/fixtures.mjs';
import { startIssuer } from '../support/issuer.mjs';
import { startSignedIn } from '../support/relay.mjs';
import { APPLIVERY } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';
import { Server } from '../pages/server.mjs';

/** A port that is free just now: the issuer has to know where people come back to before the server runs. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function both(page, started, simulator, { secret, ...more } = {}) {
  // The issuer's pages would like fonts of somebody else's: nobody but this machine is asked.
  await page.context().route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.fulfill({ status: 204 }),
  );
  const port = await freePort();
  const client = {
    client_id: 'countermand',
    redirect_uris: [`http://127.0.0.1:${port}/relay/signed-in`],
    ...(secret ? { client_secret: secret } : { token_endpoint_auth_method: 'none' }),
  };
  const { issuer } = await started(startIssuer([client], more));
  const server = await started(startSignedIn(simulator, { port, issuer, secret }));
  return { issuer, ...server };
}

/** Signs in at the issuer's own pages, which are none of ours. */
async function signIn(page, name) {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

// An issuer may put names into its token or tell them when it is asked; a client may have a secret or none.
for (const [how, more] of [
  ['a public client, names by asking', {}],
  ['a client with a secret, names in the token', { secret: 'cl1ent-s3cret-4711', conformIdTokenClaims: false }],
]) {
  test(`out to the issuer and back: the whole main job, and out again (${how})`, async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    watched.allow(HTTP_ERROR);
    const device = simulator.applivery.devices[0];
    const target = await simulator.hold(device, APPLIVERY.kinds[0]);
    const { address, issuer } = await both(page, started, simulator, more);
    const server = new Server(page);
    await page.goto(address);
    await expect(server.nobody).toBeVisible();
    await server.signInElsewhere.click();
    await expect(page).toHaveURL(new RegExp(`^${issuer}/`));
    await signIn(page, 'alice');
    await expect(page).toHaveURL(address);
    await expect(server.region).toContainText('alice@example.com');
    await server.connection('fleet').click();
    await workspace.isOpen();
    await workspace.devices.paste(device);
    await workspace.cancel([target]);
    await expect(workspace.run.over).toBeVisible();
    expect((await simulator.truth(target)).state).toBe('cancelled');
    await workspace.run.close.click();
    await workspace.lock.click();
    await server.signOut.click();
    await expect(server.nobody).toBeVisible();
    // What the issuer gave is nowhere in the page, and the session is for the server alone.
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
    for (const secret of ['code=', 'eyJ', more.secret ?? 'cl1ent']) expect(kept).not.toContain(secret);
  });
}

test('who comes back from the issuer comes back to what was shown', async ({ page, started, simulator, workspace, watched }) => {
  watched.allow(HTTP_ERROR);
  const { address } = await both(page, started, simulator);
  const server = new Server(page);
  const shown = `${address}#connection=fleet&kind=LOCK`;
  await page.goto(shown);
  await server.signInElsewhere.click();
  await signIn(page, 'alice');
  await workspace.isOpen();
  await expect(page).toHaveURL(shown);
  // Once: after locking, the address is clean, and stays so.
  await workspace.lock.click();
  await expect(page).toHaveURL(address);
  await page.reload();
  await expect(server.region).toContainText('alice@example.com');
  await expect(page).toHaveURL(address);
});

test('who is in no group of the connection is offered nothing, and an address nobody verified is nobody', async ({
  page,
  started,
  simulator,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const { address } = await both(page, started, simulator);
  const server = new Server(page);
  await page.goto(`${address}relay/sign-in`);
  await signIn(page, 'vera');
  await expect(server.region).toContainText('vera@example.com');
  await server.connection('fleet').click();
  await expect(server.viewer).toBeVisible();
  await page.context().clearCookies();
  await page.goto(`${address}relay/sign-in`);
  await signIn(page, 'unverified-mallory');
  await expect(page.locator('body')).toContainText('does not say who you are');
  const offered = await page.request.get(`${address}connections.json`);
  expect((await offered.json()).relay).toMatchObject({ user: null, connections: [] });
});

test('what comes back twice, late, by itself or in another browser does not get in', async ({
  page,
  browser,
  started,
  simulator,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const { address } = await both(page, started, simulator);
  const server = new Server(page);
  let back;
  page.on('request', (request) => {
    if (request.url().includes('/relay/signed-in?')) back = request.url();
  });
  await page.goto(`${address}relay/sign-in`);
  await signIn(page, 'alice');
  await expect(server.region).toContainText('alice@example.com');
  const refused = async (context, url) => {
    const answer = await context.request.get(url, { maxRedirects: 0 });
    expect(answer.status()).toBe(403);
    expect(answer.headers()['set-cookie'] ?? '').not.toContain('session');
  };
  await refused(page.context(), back);
  const other = await browser.newContext();
  await refused(other, back);
  await refused(other, `${address}relay/signed-in`);
  await refused(other, `${address}relay/signed-in?code=x&state=y`);
  // A sign-in that this browser began, with the code of another one.
  const begun = await other.request.get(`${address}relay/sign-in`, { maxRedirects: 0 });
  expect(begun.status()).toBe(303);
  const { state } = Object.fromEntries(new URL(begun.headers().location).searchParams);
  const { code } = Object.fromEntries(new URL(back).searchParams);
  await refused(other, `${address}relay/signed-in?code=${code}&state=${state}`);
  await other.close();
});
