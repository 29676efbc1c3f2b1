import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './support/browser.ts';
import { LotseProcess } from './support/lotse-process.ts';

// Takes the README's pictures from a server with the demonstration applications: `npm run pictures`.

const FOLDER = fileURLToPath(new URL('../docs/images', import.meta.url));
const VIEWPORT = { width: 1440, height: 860 };

interface Applications {
  readonly items: readonly {
    readonly status?: {
      readonly health?: { readonly status?: string };
      readonly sync?: { readonly status?: string };
    };
  }[];
}

mkdirSync(FOLDER, { recursive: true });
const lotse = await LotseProcess.start({ LOTSE_DEMO: 'true' });
const browser = await openBrowser();
try {
  await lotse.until(async () => {
    const { items } = await lotse.get<Applications>('/api/v1/applications');
    return (
      items.length === 3 &&
      items.every(({ status }) => status?.sync?.status === 'Synced' && status.health?.status === 'Healthy')
    );
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: VIEWPORT, colorScheme, deviceScaleFactor: 1.5 });
    await page.goto(lotse.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByRole('textbox', { name: 'Password' }).fill(lotse.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /shop/ }).first().click();
    await page.getByRole('treeitem', { name: /Pod/ }).first().waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${FOLDER}/application-${colorScheme}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await lotse.dispose();
}
