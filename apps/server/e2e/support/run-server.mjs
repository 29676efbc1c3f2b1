// The built server as a process of its own, so that it can be killed.
import { existsSync } from 'node:fs';

const main = new URL('../../dist/main.js', import.meta.url);
if (!existsSync(main)) throw new Error('The server is not built: run npm run build:node first.');
await import(main.href);
