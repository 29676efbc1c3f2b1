import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const ARTIFACTS = fileURLToPath(new URL('../artifacts', import.meta.url));

/** The browser of this machine; undefined when there is none. */
export const browserPath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** True where a browser test may be left out: there is no browser, and this is not CI. */
export const skipBrowser = browserPath === undefined && process.env['CI'] !== 'true';
if (skipBrowser)
  process.stdout.write('No Chromium found: browser tests are skipped (set CHROMIUM to its path).\n');

/** Starts the real browser without a window. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** Keeps a picture of what the page shows. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
}
