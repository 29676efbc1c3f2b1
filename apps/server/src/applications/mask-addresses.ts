import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';

const PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^/\s@:]*):[^/\s]*@/i;
/** Applications are not nested deeper; what is stays as it is. */
const MAX_DEPTH = 64;

/**
 * The same value with `***` for passwords in the addresses of repositories. New applications with one are refused; those that
 * were written past the API, or before, may still hold one. What needs no change is not copied.
 */
export function maskAddresses<T>(value: T): T {
  return masked(value, 0) as T;
}

function masked(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => masked(item, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: Map<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const next =
      key === 'repoURL' && typeof inner === 'string'
        ? inner.replace(PASSWORD, '$1:***@')
        : masked(inner, depth + 1);
    if (next !== inner) (copy ??= new Map(Object.entries(value))).set(key, next);
  }
  return copy ? Object.fromEntries(copy) : value;
}

/** Masks what a controller answers. */
@Injectable()
export class MaskAddresses implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(maskAddresses));
  }
}
