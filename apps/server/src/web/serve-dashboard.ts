import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { assetServer } from './asset-server.js';

/** `apps/web/dist` as seen from `apps/server/dist/web` and from `apps/server/src/web`. */
const BUILT_DASHBOARD = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/** Addresses that belong to the server; an unknown one below them is an error, not a page of the dashboard. */
const SERVER_PATHS = /^\/(api|auth|socket\.io|healthz|readyz|metrics)(\/|$)/;

/** Serves the dashboard: its files (compressed, the hashed ones for ever), and its page for every address of its own. */
export function serveDashboard(app: NestExpressApplication, root = BUILT_DASHBOARD): void {
  if (!existsSync(join(root, 'index.html'))) return;
  const serve = assetServer(root);
  const router = express.Router();
  router.use((request: Request, response: Response, next: NextFunction) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || SERVER_PATHS.test(request.path))
      return next();
    serve(request, response, next);
  });
  app.use(router);
}
