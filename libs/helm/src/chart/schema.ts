import type { JsonValue } from '@lotse/manifests';
import { toJsonValue } from '../functions/go-json.js';
import type { SchemaDocument } from '../schema/schema-document.js';
import { problemText } from '../schema/schema-errors.js';
import { readSchema } from '../schema/sound-schema.js';
import { validateSchema } from '../schema/schema-validator.js';
import type { GoValue } from '../template/values.js';
import { TextCache } from '../text-cache.js';
import type { Chart, ValuesTable } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import { decodeText } from './text.js';

/** Schemas read before; validating changes none. */
const schemas = new TextCache<SchemaDocument>(8 * 1024 * 1024);

/** Checks the values of a chart and its subcharts against their `values.schema.json`. Throws {@link HelmError}. */
export function validateSchemas(chart: Chart, values: ValuesTable, warn: (text: string) => void): void {
  const complaints = complaintsOf(chart, values, warn);
  if (complaints === '') return;
  throw new HelmError(
    'helm/schema-violation',
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${complaints}`,
    { file: 'values.schema.json' },
  );
}

function complaintsOf(chart: Chart, values: ValuesTable, warn: (text: string) => void): string {
  const own = chart.schema ? validate(chart, chart.schema, values, warn) : undefined;
  let text = own === undefined ? '' : `${chart.name}:\n${own}`;
  for (const child of chart.dependencies) {
    const table = values.get(child.name);
    if (table instanceof Map) text += complaintsOf(child, table as Map<string, GoValue>, warn);
    else if (table !== null && table !== undefined) {
      text += `${child.name}:\ninvalid type for values: expected object (map), got ${typeof table}\n`;
    }
  }
  return text;
}

/** What is wrong, one line per place; undefined when nothing is. */
function validate(
  chart: Chart,
  schemaText: Uint8Array,
  values: ValuesTable,
  warn: (text: string) => void,
): string | undefined {
  try {
    const document = schemas.get(decodeText(schemaText), (text) => readSchema(JSON.parse(text) as JsonValue));
    const found = validateSchema(document, toJsonValue(values) as JsonValue, (address) =>
      warn(
        `the values of chart ${chart.name} were not checked against ${address}: schemas elsewhere are not fetched`,
      ),
    );
    return found && problemText(found);
  } catch (error) {
    return `${messageOf(error)}\n`;
  }
}
