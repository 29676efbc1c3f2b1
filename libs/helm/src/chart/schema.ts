import { Validator } from '@cfworker/json-schema';
import { toJsonValue } from '../functions/go-json.js';
import type { GoValue } from '../template/values.js';
import type { Chart, ValuesTable } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import { decodeText } from './text.js';

/** Checks the values of a chart and its subcharts against their `values.schema.json`. Throws {@link HelmError}. */
export function validateSchemas(chart: Chart, values: ValuesTable): void {
  const complaints = complaintsOf(chart, values);
  if (complaints === '') return;
  throw new HelmError(
    'helm/schema-violation',
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${complaints}`,
    { file: 'values.schema.json' },
  );
}

function complaintsOf(chart: Chart, values: ValuesTable): string {
  const own = chart.schema ? validate(chart.schema, values) : undefined;
  let text = own === undefined ? '' : `${chart.name}:\n${own}`;
  for (const child of chart.dependencies) {
    const table = values.get(child.name);
    if (table instanceof Map) text += complaintsOf(child, table as Map<string, GoValue>);
    else if (table !== null && table !== undefined) {
      text += `${child.name}:\ninvalid type for values: expected object (map), got ${typeof table}\n`;
    }
  }
  return text;
}

/** What is wrong, one line per place; undefined when nothing is. */
function validate(schemaText: Uint8Array, values: ValuesTable): string | undefined {
  let schema: unknown;
  try {
    schema = JSON.parse(decodeText(schemaText));
  } catch (error) {
    return `${messageOf(error)}\n`;
  }
  if (typeof schema === 'boolean') return schema ? undefined : "- at '': false schema\n";
  try {
    const draft = draftOf((schema as { $schema?: unknown }).$schema);
    const result = new Validator(schema as object, draft, false).validate(toJsonValue(values));
    if (result.valid) return undefined;
    const lines = new Set(
      result.errors
        .filter(
          (error, _, all) =>
            !all.some((other) => other !== error && isDeeper(other.instanceLocation, error.instanceLocation)),
        )
        .map((error) => `- at '${error.instanceLocation.slice(1)}': ${error.error}`),
    );
    return `${[...lines].join('\n')}\n`;
  } catch (error) {
    return `${messageOf(error)}\n`;
  }
}

function isDeeper(a: string, b: string): boolean {
  return a.startsWith(`${b}/`);
}

type Draft = '4' | '7' | '2019-09' | '2020-12';

function draftOf(uri: unknown): Draft {
  const text = typeof uri === 'string' ? uri : '';
  if (/draft-0[34]/.test(text)) return '4';
  if (/draft-0[67]/.test(text)) return '7';
  return text.includes('2019-09') ? '2019-09' : '2020-12';
}
