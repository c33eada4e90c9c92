// The whole main job through the relay of `countermand serve`: no key in the page, and nobody else is called.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { NAMES, TOKENS, startProfiles, startTeam } from '../support/relay.mjs';
import { kept } from '../support/secrets.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { VENDORS } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';
import { Server } from '../pages/server.mjs';

for (const vendor of VENDORS) {
  test(`opened by the link that was printed: some commands are cancelled, ${vendor.name}`, async ({
    page,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    const [device, other] = simulator[vendor.key].devices;
    const targets = [];
    for (const kind of vendor.kinds) targets.push(await simulator.hold(device, kind));
    const left = await simulator.hold(other, vendor.kinds[0]);
    const { address, launch } = await started(startProfiles(simulator));
    const server = new Server(page);

    const answer = await page.goto(launch);
    expect(answer.url()).toBe(address);
    const policy = answer.headers()['content-security-policy'];
    expect(policy).toMatch(/connect-src 'self'(;|$)/);
    await expect(server.choices).toHaveText(Object.values(NAMES));
    await expect(server.own).toBeVisible();
    await server.connection(NAMES[vendor.key]).click();
    await workspace.isOpen();
    await workspace.devices.paste([device, other].join('\n'));
    await workspace.cancel(targets);
    await expect(workspace.run.over).toBeVisible();
    await expect(workspace.run.line).toHaveText('3 commands: 3 cancelled.');
    await expectCancelled(workspace, simulator, targets);
    expect(await simulator.truth(left)).toMatchObject({ state: 'pending', cancels: [] });

    // A reload comes back to it: nothing has to be entered.
    expect(page.url()).toContain(`#connection=${NAMES[vendor.key]}`);
    await workspace.run.close.click();
    await page.reload();
    await workspace.isOpen();
    await workspace.devices.paste(other);
    await workspace.devices.close();
    await expect(workspace.commands.row(left)).toBeVisible();

    // Locked, nothing that was read is left, and who was signed in still is.
    await workspace.lock.click();
    await expect(server.connection(NAMES[vendor.key])).toBeVisible();
    expect(page.url()).toBe(address);
    expect(await kept(page)).not.toContain(left.command);
    await server.signOut.click();
    await expect(server.nobody).toBeVisible();
    await expect(server.region).toContainText('Open the link that countermand serve printed');

    const hosts = new Set(watched.requests.map((request) => new URL(request.url()).origin));
    expect([...hosts]).toEqual([new URL(address).origin]);
    const everything = [await kept(page), ...watched.messages];
    for (const request of watched.requests) {
      everything.push(request.url(), JSON.stringify(await request.allHeaders()), request.postData() ?? '');
    }
    for (const secret of vendor.secrets(simulator)) expect(everything.join('\n').includes(secret)).toBe(false);
  });
}

test('a wrong token says so, keeps nothing, and the right one opens what was named', async ({
  page,
  started,
  simulator,
  workspace,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const { address } = await started(startTeam(simulator));
  const server = new Server(page);
  await page.goto(`${address}#connection=fleet`);
  await expect(server.nobody).toBeVisible();
  await server.signIn.click();
  await expect(server.region).toContainText('Enter the token.');
  await expect(server.token).toBeFocused();
  await server.signInWith('not-the-token');
  await expect(server.region).toContainText('This token is not known here.');
  await expect(server.token).toHaveValue('');
  await server.signInWith(TOKENS.alice);
  await workspace.isOpen();
  await server.openMenu.click();
  await expect(server.menu).toContainText('Signed in as alice: operator');
  // From one connection of the server's to the other.
  await server.menu.getByRole('button', { name: /^wind/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'wind' })).toBeVisible();
  expect(page.url()).toContain('#connection=wind');
  const everything = [await kept(page), ...watched.messages].join('\n');
  for (const token of ['not-the-token', TOKENS.alice]) expect(everything.includes(token)).toBe(false);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing where one signs in and chooses, ${colorScheme}, also at 320 pixels`, async ({
    page,
    started,
    simulator,
  }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    const { address } = await started(startTeam(simulator));
    const server = new Server(page);
    const look = async (where) => {
      await expectNoViolations(page, where);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectNoSidewaysScroll(page, where);
      await page.setViewportSize({ width: 1280, height: 800 });
    };
    await page.goto(address);
    await expect(server.nobody).toBeVisible();
    await look('not signed in');
    await server.signInWith(TOKENS.vera);
    await expect(server.choices.first()).toBeVisible();
    await look('the connections');
    await server.own.click();
    await look('a key of one’s own');
    await server.connection('fleet').click();
    await expect(server.viewer).toBeVisible();
    await server.openMenu.click();
    await look('a viewer, with the menu');
  });
}
