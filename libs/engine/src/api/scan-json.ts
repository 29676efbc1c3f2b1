import { badRequest } from './api-error.js';
import { DEEPEST_OBJECT, endOfString } from './bounded-json.js';

/** Nesting a document may have; Kubernetes' decoder stops at the same depth. */
const DEEPEST = 10_000;
/** How many findings are reported, as the real decoder does. */
const MOST_FINDINGS = 100;

interface Frame {
  /** Keys seen so far; undefined for a list. */
  readonly keys: Set<string> | undefined;
  key: string;
  index: number;
}

/**
 * Walks JSON text that `JSON.parse` has already accepted and names every duplicate field as Kubernetes does:
 * `duplicate field "spec.containers[0].name"`. Throws BadRequest when the text nests too deeply.
 */
export function findDuplicateFields(text: string): string[] {
  const findings: string[] = [];
  const stack: Frame[] = [];
  let expectKey = false;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x7b: // {
        stack.push({ keys: new Set(), key: '', index: -1 });
        expectKey = true;
        refuseDeep(stack.length);
        break;
      case 0x5b: // [
        stack.push({ keys: undefined, key: '', index: 0 });
        refuseDeep(stack.length);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        stack.pop();
        expectKey = false;
        break;
      case 0x2c: {
        // ,
        const top = stack.at(-1);
        if (top?.keys) expectKey = true;
        else if (top) top.index++;
        break;
      }
      case 0x22: {
        // "
        const start = index;
        index = endOfString(text, index);
        const top = stack.at(-1);
        if (!expectKey || !top?.keys) break;
        expectKey = false;
        const raw = text.slice(start + 1, index);
        const key = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
        top.key = key;
        if (top.keys.has(key)) {
          if (findings.length < MOST_FINDINGS) findings.push(`duplicate field "${pathOf(stack)}"`);
        } else top.keys.add(key);
        break;
      }
      default:
        break;
    }
  }
  return findings;
}

function pathOf(stack: readonly Frame[]): string {
  let path = '';
  for (const frame of stack) {
    if (frame.keys) path += path === '' ? frame.key : `.${frame.key}`;
    else path += `[${frame.index}]`;
  }
  return path;
}

function refuseDeep(depth: number): void {
  if (depth > DEEPEST_OBJECT) {
    throw badRequest(
      `the object provided is unrecognized (must be of type runtime.Object): it nests more than ${Math.min(DEEPEST, DEEPEST_OBJECT)} levels deep`,
    );
  }
}
