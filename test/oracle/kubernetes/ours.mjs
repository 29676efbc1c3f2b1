import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts this cluster's API without nodes, and without controllers unless they are wanted, set up as `startReference` sets up Kubernetes' own. */
export async function startOurs({ folder, disabledAdmission, serviceCidr, hasControllers = false }) {
  const token = 'token-of-an-administrator';
  mkdirSync(folder, { recursive: true });
  const here = dirname(fileURLToPath(import.meta.url));
  const options = [
    ...(hasControllers ? ['--nodes', 'none'] : ['--bare']),
    '--token',
    token,
    '--service-cidr',
    serviceCidr,
  ];
  const child = spawn(
    process.execPath,
    [join(here, 'serve.mjs'), folder, ...options, '--disable-admission', disabledAdmission.join(',')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise((resolve) => lines.once('line', resolve));
  return { url: JSON.parse(first).url, token, stop: () => child.kill() };
}
