import type { Command } from 'commander';
import { addCreate } from './create.js';
import { addDelete } from './delete.js';
import { addDiff } from './diff.js';
import { addEdit } from './edit.js';
import { addGet } from './get.js';
import { addHistory } from './history.js';
import { addLogs } from './logs.js';
import { addManifests } from './manifests.js';
import { addSet } from './set.js';
import { addSync } from './sync.js';
import { addWait } from './wait.js';

/** `lotse app …`. One file per verb. */
export function addApp(program: Command): void {
  const app = program.command('app').description('applications');
  addCreate(app);
  addSet(app);
  addEdit(app);
  addGet(app);
  addSync(app);
  addWait(app);
  addDiff(app);
  addHistory(app);
  addManifests(app);
  addLogs(app);
  addDelete(app);
}
