import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, picture, skipBrowser } from '../support/browser.ts';
import { serveCharts, type ChartServer } from '../support/chart-server.ts';
import { LotseProcess } from '../support/lotse-process.ts';

const TEMPLATE = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {color: {{ .Values.color }}}
`;
const FILES = { 'values.yaml': 'color: blue\n', 'templates/map.yaml': TEMPLATE };

let lotse: LotseProcess;
let browser: Browser;
let charts: ChartServer;

async function signedIn(colorScheme: 'light' | 'dark'): Promise<Page> {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(lotse.url);
  await page.getByLabel('Username').fill('admin');
  await page.getByRole('textbox', { name: 'Password' }).fill(lotse.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/applications/);
  return page;
}

const offered = (page: Page, list: string): Promise<string[]> =>
  page
    .locator(`#${list} option`)
    .evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''));

describe.skipIf(skipBrowser)('the dialog for a new application', () => {
  beforeAll(async () => {
    charts = await serveCharts('web', ['2.0.0', '1.2.0', '1.0.0'], FILES);
    lotse = await LotseProcess.start();
    for (const repo of [charts.repository, charts.registry])
      await lotse.post('/api/v1/repositories', { repo, type: 'helm', enableOCI: repo.startsWith('oci:') });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await lotse?.dispose();
    charts?.stop();
  });

  it('is what the address /applications/new shows', async () => {
    const page = await signedIn('light');
    await page.goto(`${lotse.url}/applications/new`);
    await page.getByRole('dialog', { name: 'New application' }).waitFor();
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('offers what a Helm repository has, in %s', async (scheme) => {
    const page = await signedIn(scheme);
    await page.getByRole('button', { name: 'New application' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByRole('radio', { name: 'Helm chart' }).click();
    expect((await offered(page, 'known-for-chartRepoURL')).sort()).toEqual(
      [charts.repository, charts.registry].sort(),
    );
    const name = `shop-with-a-longer-name-${scheme}`;
    await form.getByLabel('Name', { exact: true }).fill(name);
    await form.getByLabel('Chart repository', { exact: true }).fill(charts.repository);
    await form.getByText('One chart is offered').waitFor();
    expect(await offered(page, 'known-charts')).toEqual(['web']);
    await form.getByLabel('Chart', { exact: true }).fill('web');
    await form.getByText('Newest: 2.0.0').waitFor();
    expect(await offered(page, 'known-chart-versions')).toEqual(['2.0.0', '1.2.0', '1.0.0']);
    await form.getByLabel('Version', { exact: true }).fill('^1.0');
    await form.getByLabel('Values', { exact: true }).fill('color: red\n');
    await picture(page, `create-chart-${scheme}`);
    await form.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(new RegExp(`/applications/${name}`));
    interface Application {
      spec: { source: unknown };
      status?: { sync?: { revision?: string; status?: string } };
    }
    const read = (): Promise<Application> => lotse.get<Application>(`/api/v1/applications/${name}`);
    await lotse.until(async () => (await read()).status?.sync?.status === 'Synced');
    expect(await read()).toMatchObject({
      spec: { source: { chart: 'web', targetRevision: '^1.0', helm: { values: 'color: red\n' } } },
      status: { sync: { revision: '1.2.0' } },
    });
    await page.goto(`${lotse.url}/applications`);
    const title = page.getByRole('heading', { name });
    await title.waitFor();
    const isCut = await title.evaluate((heading) => heading.scrollWidth > heading.clientWidth);
    await picture(page, `tile-${scheme}`);
    expect(isCut).toBe(false);
    await page.context().close();
  });

  it('asks a registry for the versions of a chart whose name is typed', async () => {
    const page = await signedIn('light');
    await page.getByRole('button', { name: 'New application' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByRole('radio', { name: 'Helm chart' }).click();
    await form.getByLabel('Chart repository', { exact: true }).fill(charts.registry);
    await form.getByText('type the name').waitFor();
    await form.getByLabel('Chart', { exact: true }).fill('web');
    await form.getByLabel('Version', { exact: true }).focus();
    await form.getByText('Newest: 2.0.0').waitFor();
    await page.context().close();
  });
});
