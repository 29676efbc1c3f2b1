import { run } from './bootstrap/run.js';

await run(process.argv.slice(2), process.env);
