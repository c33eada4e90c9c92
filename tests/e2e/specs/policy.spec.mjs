// What the page is held to: its headers, its policy, and that no secret leaves its memory.
import { test, expect } from '../support/fixtures.mjs';
import { kept } from '../support/secrets.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { APPLIVERY, VENDORS } from '../support/vendors.mjs';

test('the page and everything beside it carry the headers', async ({ served, simulator, request }) => {
  const page = await request.get(served.address);
  const html = await page.text();
  const beside = [...html.matchAll(/(?:href|src|from)="?'?(\.\/[^"'\s>]+)/g)].map(([, path]) => path);
  expect(beside.length).toBeGreaterThan(2);
  for (const path of ['', 'connections.json', ...new Set(beside)]) {
    const answer = await request.get(new URL(path, served.address).href);
    expect(answer.status(), path).toBe(200);
    const headers = answer.headers();
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['permissions-policy'], path).toContain('camera=()');
    expect(headers['content-security-policy'], path).toContain("default-src 'none'");
  }

  const policy = new Map(
    page
      .headers()
      ['content-security-policy'].split(';')
      .map((directive) => directive.trim().split(' '))
      .map(([name, ...sources]) => [name, sources]),
  );
  expect(policy.get('script-src').slice(0, 2)).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  for (const source of policy.get('script-src').slice(2)) expect(source).toMatch(/^'sha256-[A-Za-z0-9+/]{43}='$/);
  expect(policy.get('style-src')).toEqual(["'self'"]);
  expect(policy.get('connect-src').toSorted()).toEqual(["'self'", 'https://api.applivery.io', simulator.origin].toSorted());
  for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors']) {
    expect(policy.get(name), name).toEqual(["'none'"]);
  }
  expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(html).toMatch(/integrity="?sha384-/);
});

test('the policy bites, and is seen to', async ({ page, served, connectPage, watched }) => {
  // What every other test relies on: had the page done such a thing, it would have failed.
  watched.allow(/./);
  await connectPage.open(served.address);
  expect(watched.violations).toEqual([]);
  const done = await page.evaluate(async () => {
    const script = document.createElement('script');
    let ran;
    try {
      script.textContent = 'window.itRan = true';
      document.head.append(script);
    } catch {
      // Trusted types refuse the text already.
    }
    ran = window.itRan === true;
    let html = 'taken';
    try {
      document.createElement('div').innerHTML = '<b>x</b>';
    } catch {
      html = 'refused';
    }
    const elsewhere = await fetch('http://127.0.0.1:9/').then(
      () => 'sent',
      () => 'refused',
    );
    const style = document.createElement('p');
    style.setAttribute('style', 'color: red');
    document.body.append(style);
    return { ran, html, elsewhere, colour: getComputedStyle(style).color === 'rgb(255, 0, 0)' };
  });
  expect(done).toEqual({ ran: false, html: 'refused', elsewhere: 'refused', colour: false });
  await expect
    .poll(() => [...new Set(watched.violations.map((text) => text.split(' ')[0]))].sort())
    .toEqual(expect.arrayContaining(['connect-src', 'require-trusted-types-for', 'style-src-attr']));
  expect(watched.unexpected()).toEqual([]);
});

for (const vendor of VENDORS) {
  test(`no secret leaves the page's memory in the whole job, ${vendor.name}`, async ({
    page,
    connected,
    served,
    simulator,
    workspace,
    watched,
  }) => {
    const devices = simulator[vendor.key].devices.slice(0, 2);
    const targets = [];
    for (const device of devices) targets.push(await simulator.hold(device, vendor.kinds[0]));
    const secrets = vendor.secrets(simulator);
    const { commands, details, picker, run } = workspace;
    const expectNone = async (when) => {
      const everything = [await kept(page), ...watched.messages, ...watched.requests.map((request) => request.url())];
      for (const secret of secrets) expect(everything.join('\n').includes(secret), `a secret ${when}`).toBe(false);
    };

    await connected(vendor, devices);
    await expect(commands.row(targets[0])).toBeVisible();
    await expectNone('after connecting');
    await workspace.devices.open();
    await workspace.devices.pick.click();
    await expect(picker.boxes.first()).toBeVisible();
    await expectNone('in the picker');
    await picker.close.click();
    await commands.details(targets[0]).click();
    await expect(details.raw).toBeVisible();
    await expectNone('in the details');
    await details.close.click();
    await workspace.cancel(targets);
    await expect(run.over).toBeVisible();
    await expectCancelled(workspace, simulator, targets);
    await expectNone('after the run');

    // The key goes to the vendor's host alone, and nobody else is talked to at all.
    const hosts = new Set(watched.requests.map((request) => new URL(request.url()).origin));
    expect([...hosts].sort()).toEqual([new URL(served.address).origin, simulator.origin].sort());
    for (const request of watched.requests) {
      const sent = JSON.stringify(await request.allHeaders()) + (request.postData() ?? '');
      if (new URL(request.url()).origin !== simulator.origin) {
        for (const secret of secrets) expect(sent.includes(secret), request.url()).toBe(false);
      }
      // EnOS's secret signs, and is never sent; the last one is it. Applivery's token is sent as a header.
      if (vendor !== APPLIVERY) expect(sent.includes(secrets.at(-1)), request.url()).toBe(false);
      // For the icon, Chromium names an empty one after each step in its history.
      expect((await request.headerValue('referer')) ?? '', request.url()).toBe('');
      expect(await request.headerValue('cookie'), request.url()).toBeNull();
    }
    const stores = await page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      cookies: document.cookie,
    }));
    // The runs' journals and the page's own files, in which nothing secret was found above.
    expect(stores).toEqual({
      local: 0,
      session: 0,
      databases: ['countermand'],
      caches: 1,
      workers: 1,
      cookies: '',
    });
    // The address says what is shown, and nothing that is secret.
    expect(page.url().split('#')[0]).toBe(served.address);
    for (const secret of secrets) expect(decodeURIComponent(page.url()).includes(secret)).toBe(false);
  });
}

test('what a vendor says is shown as text', async ({ page, connected, simulator, workspace, watched }) => {
  watched.allow(/Failed to load resource/);
  const device = simulator.applivery.devices[0];
  const words = '<img src=x onerror="window.itRan=1"><b>bold</b>';
  const target = await simulator.hold(device, words);
  await simulator.fault(
    { operation: 'applivery.cancel' },
    {
      kind: 'http',
      status: 403,
      body: JSON.stringify({ status: false, error: { code: 4003, message: words } }),
    },
  );
  await connected(APPLIVERY, [device]);
  await expect(workspace.commands.cell(target, 'command')).toContainText(words);
  await workspace.cancel([target]);
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.why(target)).toContainText(words);
  expect(await page.locator('img, b').count()).toBe(0);
  expect(await page.evaluate(() => window.itRan)).toBeUndefined();
});
