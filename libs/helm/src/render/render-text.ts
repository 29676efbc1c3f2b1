import type { JsonObject } from '@lotse/manifests';
import { functionTable } from '../functions/function-table.js';
import { fromJsonValue } from '../functions/go-json.js';
import { newRsaKey } from '../functions/rsa-keys.js';
import { define } from '../functions/signature.js';
import { Budget } from '../template/budget.js';
import type { TemplateEnvironment } from '../template/environment.js';
import { executeBody } from '../template/executor.js';
import { toValidUtf8 } from '../template/go-strings.js';
import { TemplateSet } from '../template/template-set.js';
import type { GoFunction, GoValue } from '../template/values.js';
import { parseCached } from './parse-cache.js';

/** How a single text is rendered. */
export interface TextTemplateOptions {
  /** What a key that a map doesn't have is: an error, or `<no value>`. */
  readonly missingKey: 'error' | 'default';
  /** Functions of texts beside sprig's, by name. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>;
  readonly random: () => number;
  readonly now: () => number;
}

/** For all texts of one renderer together: those of some thousand applications. */
const LIMITS = { steps: 4_000_000, output: 32 * 1024 * 1024 };
/**
 * Charts have these. A text on its own has no other templates, no cluster and no network; and keys and slow digests would
 * stop whoever renders it for seconds, to give something else each time.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(
  (
    'include tpl lookup required getHostByName toToml fromToml bcrypt htpasswd derivePassword genPrivateKey ' +
    'genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey'
  ).split(' '),
);
/** Characters that cost a function about as much as one value of a list. */
const CHARACTERS_A_STEP = 64;
const NAME = 'template';

/**
 * Makes a function that runs single texts as Go templates with sprig's functions, `toYaml` and `fromYaml`, and JSON values as
 * their data. Work and output of all its texts together are limited. It throws Error with Go's message.
 */
export function textRenderer(options: TextTemplateOptions): (text: string, data: JsonObject) => string {
  const budget = new Budget(LIMITS);
  const functions = new Map<string, GoFunction>();
  const environment: TemplateEnvironment = { functions, budget, missingKey: options.missingKey };
  const table = functionTable({
    budget,
    generation: 4,
    random: options.random,
    now: options.now,
    rsaKey: newRsaKey,
    port: { parse: () => [], environment: () => environment, lookup: () => ({}) },
  });
  for (const [name, body] of table) if (!LEFT_OUT.has(name)) functions.set(name, counted(body, budget));
  for (const [name, body] of Object.entries(options.functions ?? {}))
    functions.set(name, counted(define('string', body), budget));
  const dialect = `texts with ${Object.keys(options.functions ?? {}).join(' ')}`;
  return (text, data) => {
    const set = new TemplateSet(undefined, NAME);
    const bodies = parseCached({ name: NAME, text }, functions, dialect);
    set.add(bodies.slice(1));
    const [main] = bodies;
    return main ? toValidUtf8(executeBody(set, main, fromJsonValue(data), environment)) : '';
  };
}

/** Texts run where the server runs: what a function is given counts, not only that it is called. */
function counted(body: GoFunction, budget: Budget): GoFunction {
  return {
    ...body,
    call: (...values) => {
      budget.steps(values.reduce((sum: number, value) => sum + sizeOf(value), 0));
      return body.call(...values);
    },
  };
}

function sizeOf(value: GoValue): number {
  if (typeof value === 'string') return Math.floor(value.length / CHARACTERS_A_STEP);
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}
