// What the browser itself complains about: errors on its console, refusals by the page's policy.

/** Notes everything from now on; call it before the page is opened. */
export async function watch(page) {
  const seen = { messages: [], problems: [], violations: [], requests: [], failed: [] };
  let over = false;
  await page.exposeBinding('countermandNotesViolation', (_, violation) => {
    seen.violations.push(violation);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.countermandNotesViolation(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  page.on('console', (message) => {
    seen.messages.push(message.text());
    if (!over && ['error', 'warning', 'assert'].includes(message.type())) seen.problems.push(message.text());
  });
  page.on('pageerror', (error) => seen.problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => seen.failed.push(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`));
  page.on('request', (request) => seen.requests.push(request));
  const allowed = [];
  return {
    ...seen,
    /** A test that makes something go wrong says what the browser will say of it. */
    allow: (...patterns) => allowed.push(...patterns),
    /** The test is over: its servers go away under the page, which may still be asking them something. */
    end: () => (over = true),
    unexpected() {
      const isAllowed = (text) => allowed.some((pattern) => pattern.test(text));
      return [...seen.problems, ...seen.violations.map((text) => `policy: ${text}`)].filter(
        (text) => !isAllowed(text),
      );
    },
  };
}

/** What Chromium prints of an answer that is an error. */
export const HTTP_ERROR = /Failed to load resource: the server responded with a status of [45]\d\d/;
/** ... of a request that got no answer. */
export const NO_ANSWER = /Failed to load resource: net::ERR_/;
/** ... of an answer that a page of another origin may not read. */
export const CORS = /blocked by CORS policy/;
/** ... of a host that the page's policy does not allow. */
export const BLOCKED = /Content Security Policy|^policy: connect-src /;
