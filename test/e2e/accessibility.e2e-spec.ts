import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, skipBrowser } from '../support/browser.ts';
import { LotseProcess } from '../support/lotse-process.ts';

const PAGES = [
  '/applications',
  '/applications?view=table',
  '/applications/shop',
  '/applications/shop?view=list',
  '/applications/shop?view=history',
  '/applications/shop?view=events',
  '/nodes',
  '/cluster',
  '/settings',
  '/settings?section=projects',
  '/settings?section=projects&add=1',
  '/settings?section=projects&edit=default',
  '/settings?section=application-sets',
  '/settings?section=accounts',
  '/settings?section=accounts&add=1',
  '/settings?section=access',
  '/settings?section=gpg-keys',
  '/settings?section=gpg-keys&add=1',
];

let lotse: LotseProcess;
let browser: Browser;

beforeAll(async () => {
  if (skipBrowser) return;
  lotse = await LotseProcess.start({ LOTSE_DEMO: 'true' });
  await lotse.until(
    async () => (await lotse.get<{ items: unknown[] }>('/api/v1/applications')).items.length === 3,
  );
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await lotse?.dispose();
});

/** What axe finds wrong, as one line each. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

describe.skipIf(skipBrowser).each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    context = await browser.newContext({
      colorScheme,
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
  });

  afterAll(() => context.close());

  it('the sign-in page has nothing that keeps people out', async () => {
    await page.goto(lotse.url);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Username').fill('admin');
    await page.getByRole('textbox', { name: 'Password' }).fill(lotse.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  it.each(PAGES)('%s has nothing that keeps people out', async (path) => {
    await page.goto(`${lotse.url}${path}`);
    await page.getByRole('main').waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    expect(await violations(page)).toEqual([]);
  });
});
