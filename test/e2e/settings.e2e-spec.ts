import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, picture, skipBrowser } from '../support/browser.ts';
import { LotseProcess } from '../support/lotse-process.ts';

const PASSWORD = 'a password for tests';
const PUBLIC_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

xjMEawGScRYJKwYBBAHaRw8BAQdA/Ex+vzi+gsdJCPnf5XePKY1FkbC2Drtz
mtF7qCwunqrNFUFkYSA8YWRhQGV4YW1wbGUub3JnPsLAEwQTFgoAhQWCawGS
cQMLCQcJECvi4DPphgVZRRQAAAAAABwAIHNhbHRAbm90YXRpb25zLm9wZW5w
Z3Bqcy5vcmcWaVGR+NKPpsdww5+iE9UawfPr9L6ajyc17+PZbP2pdwUVCggO
DAQWAAIBAhkBApsDAh4BFiEE4nAwn3I7KhOD3qYGK+LgM+mGBVkAAJWHAQCN
RTVWmAc7eNjou9gHDKJIfoaBMzm68V0260Ao527qpgEArXmhUHZY5EVBr/cs
0lATAcfUASBZytUpL/s5bjCcfwvOOARrAZJxEgorBgEEAZdVAQUBAQdAA3kU
2NOz6wOvHUb5JfvZxu2VjTpHaY8SboaP17PjuF8DAQgHwr4EGBYKAHAFgmsB
knEJECvi4DPphgVZRRQAAAAAABwAIHNhbHRAbm90YXRpb25zLm9wZW5wZ3Bq
cy5vcmfs2nmUi2LqU7l8o7TKv0DrIcsRe04UbcfMxz0l97xQjAKbDBYhBOJw
MJ9yOyoTg96mBivi4DPphgVZAADFDwEA6mAR/xZ8xcQ2+AOUM/vI20wuZMCu
to3yDelofF6iUR8BAI6qHn6Ca7kg5CIx6tEbSPqh9tinpy11wsckNwhm8GsP
=O6LX
-----END PGP PUBLIC KEY BLOCK-----
`;

let lotse: LotseProcess;
let browser: Browser;

beforeAll(async () => {
  if (skipBrowser) return;
  lotse = await LotseProcess.start({ LOTSE_DEMO: 'true' });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await lotse?.dispose();
});

async function signedIn(username: string, password: string, width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(lotse.url);
  await page.getByLabel('Username').fill(username);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/applications/);
  return page;
}

describe.skipIf(skipBrowser)('the settings', () => {
  let page: Page;

  beforeAll(async () => {
    page = await signedIn('admin', lotse.password);
  });

  it('make, change and delete a project', async () => {
    await page.goto(`${lotse.url}/settings?section=projects`);
    await page.getByRole('button', { name: 'New project' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name', { exact: true }).fill('team');
    await form.getByLabel('Description', { exact: true }).fill('Of the team');
    await form.getByLabel('Repositories').fill('https://example.org/*\n!https://example.org/secret');
    await form.getByRole('button', { name: 'Add a destination' }).click();
    await form.getByLabel('Namespace of destination 1').fill('team-*');
    await form.getByLabel('Kinds in namespaces refused').fill('apps/DaemonSet\nSecret');
    await form.getByRole('button', { name: 'Add a role' }).click();
    await form.getByLabel('Name of role 1').fill('ci');
    await form.getByLabel('Policies of ci').fill('p, proj:team:ci, applications, sync, team/*, allow');
    await picture(page, 'settings-project');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.waitFor({ state: 'detached' });
    const made = await lotse.get<{ spec: unknown }>('/api/v1/projects/team');
    expect(made.spec).toMatchObject({
      description: 'Of the team',
      sourceRepos: ['https://example.org/*', '!https://example.org/secret'],
      destinations: [{ server: '*', namespace: 'team-*' }],
      namespaceResourceBlacklist: [
        { group: 'apps', kind: 'DaemonSet' },
        { group: '', kind: 'Secret' },
      ],
      roles: [{ name: 'ci', policies: ['p, proj:team:ci, applications, sync, team/*, allow'] }],
    });
    await page.getByRole('button', { name: 'Edit team' }).click();
    expect(page.url()).toContain('edit=team');
    await form.getByLabel('Description', { exact: true }).fill('Ours');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Ours').waitFor();
    await page.getByRole('button', { name: 'Delete team' }).click();
    await form.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Ours').waitFor({ state: 'detached' });
  });

  it('make accounts with passwords and tokens, and take them away again', async () => {
    await page.goto(`${lotse.url}/settings?section=accounts&add=1`);
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('ann');
    await form.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    const row = page.getByRole('listitem').filter({ hasText: 'ann' });
    await row.getByRole('button', { name: 'Tokens' }).click();
    await form.getByLabel('What it is for').fill('pipeline');
    await form.getByRole('button', { name: 'Create a token' }).click();
    const token = await form.getByRole('status').locator('code').innerText();
    await picture(page, 'settings-tokens');
    const answer = await fetch(`${lotse.url}/api/v1/session/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toMatchObject({ username: 'ann' });
    await form.getByRole('button', { name: 'Revoke pipeline' }).click();
    await form.getByText('There are none.').waitFor();
    await page.keyboard.press('Escape');
    await row.getByRole('button', { name: 'Disable' }).click();
    await row.getByText('Disabled').waitFor();
    await row.getByRole('button', { name: 'Enable' }).click();
    await row.getByText('Enabled').waitFor();
  });

  it('add and remove keys, and say what is wrong with a text that is none', async () => {
    await page.goto(`${lotse.url}/settings?section=gpg-keys`);
    await page.getByText('No keys').waitFor();
    await page.getByRole('button', { name: 'Add keys' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Public keys').fill('no key');
    await form.getByRole('button', { name: 'Add' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('Public keys').fill(PUBLIC_KEY);
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByText('Ada <ada@example.org>').waitFor();
    await picture(page, 'settings-keys');
    await page.getByRole('button', { name: /^Remove Ada/ }).click();
    await form.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No keys').waitFor();
  });

  it('show to somebody without rights what they may not do, and why', async () => {
    await page.goto(`${lotse.url}/settings?section=access`);
    await page.getByLabel('Policy', { exact: true }).fill('g, ann, role:readonly');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Policy saved').waitFor();
    const other = await signedIn('ann', PASSWORD);
    await other.goto(`${lotse.url}/settings?section=projects`);
    const button = other.getByRole('button', { name: 'New project' });
    await expect.poll(() => button.getAttribute('title')).toContain('projects, create');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.click({ force: true });
    expect(await other.getByRole('dialog').count()).toBe(0);
    await picture(other, 'settings-readonly');
    await other.context().close();
  });

  it.each([
    '/cluster',
    '/cluster?kind=/v1/pods',
    '/settings?section=accounts',
    '/settings?section=projects',
    '/settings?section=gpg-keys',
  ])('fit on a narrow screen: %s', async (path) => {
    const narrow = await signedIn('admin', lotse.password, 360);
    await narrow.goto(`${lotse.url}${path}`);
    await narrow.getByRole('main').waitFor();
    await narrow.waitForLoadState('networkidle').catch(() => undefined);
    await picture(narrow, `narrow-${path.replace(/\W+/g, '-')}`);
    const wider = await narrow.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const scrolls = element.scrollWidth > element.clientWidth + 1;
          const { overflowX } = getComputedStyle(element);
          return (
            scrolls &&
            (overflowX === 'auto' || overflowX === 'scroll') &&
            !element.firstElementChild?.matches('[role=tablist]')
          );
        })
        .map(
          (element) =>
            `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`,
        )
        .concat(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
    );
    expect(wider).toEqual([]);
    await narrow.context().close();
  });
});
