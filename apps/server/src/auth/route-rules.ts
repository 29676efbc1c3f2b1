import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { CodedError } from '@lotse/manifests';
import { ACCESS } from './access.js';

const PATH = 'path';
const METHOD = 'method';

/** Refuses to start while a route says nothing about who may use it. @throws CodedError `route_without_rule`. */
export function assertEveryRouteHasARule(app: INestApplication): void {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  const open: string[] = [];
  for (const { instance, metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    if (!instance || typeof metatype !== 'function') continue;
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler: unknown = Reflect.get(prototype, name);
      if (
        typeof handler !== 'function' ||
        Reflect.getMetadata(PATH, handler) === undefined ||
        Reflect.getMetadata(METHOD, handler) === undefined
      )
        continue;
      if (!reflector.getAllAndOverride(ACCESS, [handler as () => void, metatype as () => void]))
        open.push(`${metatype.name}.${name}`);
    }
  }
  if (open.length > 0)
    throw new CodedError(
      'route_without_rule',
      `These routes don't say who may use them: ${open.join(', ')}. Add @Access, @SignedIn, @ChecksAccess or @Public.`,
    );
}
