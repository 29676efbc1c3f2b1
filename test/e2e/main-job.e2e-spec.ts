/// <reference lib="dom" />
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, picture, skipBrowser } from '../support/browser.ts';
import { GitServer } from '../support/git-server.ts';
import { LotseProcess } from '../support/lotse-process.ts';
import { WorkRepository } from '../support/work-repository.ts';

const deployment = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  progressDeadlineSeconds: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "${image}", ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;

/** How long a change may take to show: polling once a second, rollouts of simulated pods. */
const SHOWN_MS = 60_000;

let repository: WorkRepository;
let git: GitServer;
let lotse: LotseProcess;
let browser: Browser;
let page: Page;
/** What the browser refused because the server's policy for content forbids it. */
const violations: string[] = [];

beforeAll(async () => {
  if (skipBrowser) return;
  repository = new WorkRepository();
  repository.commit('Deliver the web server', { 'deploy/web.yaml': deployment('nginx:1.27') });
  git = await GitServer.start(repository.root);
  lotse = await LotseProcess.start({ LOTSE_POLL_INTERVAL: '1s' });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(SHOWN_MS);
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
});

afterAll(async () => {
  await browser?.close();
  await lotse?.dispose();
  await git?.close();
  repository?.dispose();
});

const status = () => page.getByRole('region', { name: 'Status' });
const shows = (text: string) => status().getByText(text, { exact: true }).first().waitFor();

/** Every text the status head shows from now on. */
async function watchStatus(): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = () => seen.push(document.querySelector('[aria-label="Status"]')?.textContent ?? '');
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    });
    Object.assign(globalThis, { seenStatus: seen });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seenStatus: string[] }).seenStatus.join('\n'));
}

it.skipIf(skipBrowser)(
  'takes an application from Git to running, through a broken commit, and back',
  async () => {
    await page.goto(lotse.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByRole('textbox', { name: 'Password' }).fill(lotse.password);
    await page.getByRole('button', { name: 'Sign in' }).click();

    // Create it.
    await page.getByRole('button', { name: 'New application' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('web');
    await dialog.getByRole('combobox', { name: 'Repository' }).fill(git.url(repository.name));
    await dialog.getByRole('textbox', { name: 'Path' }).fill('deploy');
    await dialog.getByRole('textbox', { name: 'Namespace' }).fill('web');
    await picture(page, '1-create');
    await dialog.getByRole('button', { name: 'Create' }).click();
    // what can't be delivered is refused, so this takes as long as a look at the repository
    await dialog.waitFor({ state: 'hidden' });

    // Watch it become healthy.
    await page.goto(`${lotse.url}/applications/web`);
    await shows('Healthy');
    await shows('Synced');
    await page.getByRole('treeitem', { name: /Pod/ }).first().waitFor();
    await picture(page, '2-healthy');

    // A commit arrives without a reload: out of sync, then synced.
    const seen = await watchStatus();
    repository.commit('Use a newer web server', { 'deploy/web.yaml': deployment('nginx:1.28') });
    await status().getByText('Use a newer web server').waitFor();
    await shows('Synced');
    await shows('Healthy');
    expect(await seen()).toContain('Out of sync');
    await picture(page, '3-new-commit');

    // A broken image degrades it, with the reason.
    repository.commit('Use an image that is not there', {
      'deploy/web.yaml': deployment('nginx:does-not-exist'),
    });
    await shows('Degraded');
    await picture(page, '4-degraded');
    const broken = await lotse.get<{
      status: { resources: { kind: string; health?: { message?: string } }[] };
    }>('/api/v1/applications/web');
    expect(broken.status.resources.find(({ kind }) => kind === 'Deployment')?.health?.message).toMatch(
      /exceeded its progress deadline/i,
    );
    await page
      .getByRole('treeitem', { name: /Pod.*(Degraded|ImagePull)/ })
      .first()
      .waitFor();

    // Back through history: healthy, and automatic sync holds.
    await page.goto(`${lotse.url}/applications/web?view=nowhere`);
    await page.getByRole('tab', { name: 'Tree', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    const entry = page.getByRole('listitem').filter({ hasText: 'Use a newer web server' });
    await entry.getByRole('button', { name: 'Roll back' }).click();
    await picture(page, '5-rollback');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await shows('Healthy');
    await page.getByText(/Auto-sync is held at/).waitFor();
    await picture(page, '6-held');
    const pods = await lotse.get<{ nodes: { kind: string; images?: string[] }[] }>(
      '/api/v1/applications/web/resource-tree',
    );
    const images = new Set(
      pods.nodes.filter(({ kind }) => kind === 'Pod').flatMap((node) => node.images ?? []),
    );
    expect([...images]).toEqual(['nginx:1.28']);

    // Released, it follows Git again.
    repository.commit('Mend the image', { 'deploy/web.yaml': deployment('nginx:1.29') });
    await page
      .getByRole('button', { name: /Release/ })
      .first()
      .click();
    await status().getByText('Mend the image').waitFor();
    await shows('Healthy');
    expect(violations).toEqual([]);
  },
);
