import type { JsonObject } from '@lotse/manifests';
import type { Chart, ValuesTable } from '../chart/chart.js';
import { isTable } from '../chart/coalesce.js';
import { HelmError } from '../chart/chart-error.js';
import { decodeText } from '../chart/text.js';
import { authoredMessage, TplError } from '../functions/helm-functions.js';
import { functionTable } from '../functions/function-table.js';
import type { RsaKeySource } from '../functions/rsa-keys.js';
import { Budget, BudgetError, type BudgetLimits } from '../template/budget.js';
import type { TemplateEnvironment } from '../template/environment.js';
import { executeTemplate } from '../template/executor.js';
import { toValidUtf8 } from '../template/go-strings.js';
import { TemplateExecutionError } from '../template/execution-error.js';
import type { TemplateBody } from '../template/nodes.js';
import { TemplateParseError } from '../template/parsed-template.js';
import { isStackExhausted } from '../template/stops-render.js';
import { TemplateSet } from '../template/template-set.js';
import type { GoFunction, GoValue } from '../template/values.js';
import { TypedMap } from '../template/values.js';
import type { HelmGeneration } from './capabilities.js';
import { chartObject } from './chart-object.js';
import { explainValues } from './explain-values.js';
import { filesObject } from './files-object.js';
import { parseCached } from './parse-cache.js';
import { traceMessage } from './error-trace.js';
import { valuesObject, valuesTypeName } from './values-object.js';

/** What a chart's templates are given. */
export interface EngineInput {
  readonly chart: Chart;
  readonly values: ValuesTable;
  readonly release: ReadonlyMap<string, GoValue>;
  readonly capabilities: GoValue;
  readonly generation: HelmGeneration;
  readonly lookup: (apiVersion: string, kind: string, namespace: string, name: string) => JsonObject;
  readonly random: () => number;
  readonly now: () => number;
  readonly rsaKey: RsaKeySource;
  readonly limits: BudgetLimits;
}

interface Renderable {
  readonly name: string;
  readonly text: string;
  readonly scope: Map<string, GoValue>;
  readonly basePath: string;
  /** Parts of the name's path. */
  readonly depth: number;
}

/** Runs all templates of a chart tree; the result maps template paths to their text. Throws {@link HelmError}. */
export function renderTemplates(input: EngineInput): Map<string, string> {
  const templates: Renderable[] = [];
  collect(input.chart, input, input.values, templates);
  templates.sort((a, b) => b.depth - a.depth || compareTexts(b.name, a.name));

  const dialect = `Helm ${input.generation}`;
  const budget = new Budget(input.limits);
  const environment: { functions: ReadonlyMap<string, GoFunction>; budget: Budget } = {
    functions: new Map(),
    budget,
  };
  environment.functions = functionTable({
    budget,
    generation: input.generation,
    random: input.random,
    now: input.now,
    rsaKey: input.rsaKey,
    port: {
      parse: (name, text) => parseCached({ name, text }, environment.functions, dialect),
      environment: (): TemplateEnvironment => environment,
      lookup: input.lookup,
    },
  });
  const set = new TemplateSet();
  for (const template of templates) set.add(parse(template, environment.functions, dialect));
  const rendered = new Map<string, string>();
  for (const template of templates) {
    if (baseName(template.name).startsWith('_')) continue;
    template.scope.set(
      'Template',
      new TypedMap(valuesTypeName(input.generation), 'interface {}', [
        ['Name', template.name],
        ['BasePath', template.basePath],
      ]),
    );
    rendered.set(template.name, run(set, template, environment, input.generation));
  }
  return rendered;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Templates are parsed deep folders first, then from the last name to the first, so that parents' definitions win. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function collect(
  chart: Chart,
  input: EngineInput,
  values: ValuesTable,
  templates: Renderable[],
): Map<string, GoValue> {
  const subcharts = new Map<string, GoValue>();
  const own = valuesObject(values, input.generation);
  const scope = new TypedMap(valuesTypeName(input.generation), 'interface {}', [
    ['Chart', chartObject(chart, input.generation)],
    ['Files', filesObject(chart.files)],
    ['Release', input.release],
    ['Capabilities', input.capabilities],
    ['Values', own],
    ['Subcharts', subcharts],
  ]);
  for (const child of chart.dependencies) {
    const table = own.get(child.name);
    subcharts.set(
      child.name,
      collect(child, input, isTable(table) ? table : new Map<string, GoValue>(), templates),
    );
  }
  const path = chart.fullPath;
  for (const file of chart.templates) {
    if (chart.isLibrary && !baseName(file.name).startsWith('_')) continue;
    const name = `${path}/${file.name}`;
    templates.push({
      name,
      depth: name.split('/').length,
      text: decodeText(file.data),
      scope,
      basePath: `${path}/templates`,
    });
  }
  return scope;
}

function parse(
  template: Renderable,
  functions: ReadonlyMap<string, GoFunction>,
  dialect: string,
): readonly TemplateBody[] {
  try {
    return parseCached({ name: template.name, text: template.text }, functions, dialect);
  } catch (error) {
    if (isStackExhausted(error))
      throw new HelmError(
        'helm/limit',
        `reading ${template.name} was stopped: what it says is nested too deeply`,
        { file: template.name },
        { cause: error },
      );
    if (!(error instanceof TemplateParseError)) throw error;
    const tokens = error.message.split(': ');
    const where = tokens[1] ?? template.name;
    throw new HelmError(
      'helm/template-parse',
      `parse error at (${where}): ${tokens.at(-1) ?? ''}`,
      placeOf(where),
      { cause: error },
    );
  }
}

function placeOf(where: string): { file: string; line?: number; column?: number } {
  const match = /^(.*?):(\d+)(?::(\d+))?$/.exec(where);
  if (!match) return { file: where };
  const place = { file: match[1] ?? '', line: Number(match[2]) };
  // Go counts columns from 0.
  return match[3] === undefined ? place : { ...place, column: Number(match[3]) + 1 };
}

function run(
  set: TemplateSet,
  template: Renderable,
  environment: TemplateEnvironment,
  generation: HelmGeneration,
): string {
  try {
    return toValidUtf8(
      executeTemplate(set, template.name, template.scope, environment).replaceAll('<no value>', ''),
    );
  } catch (error) {
    throw executionError(error, template, generation);
  }
}

function executionError(error: unknown, { name, scope }: Renderable, generation: HelmGeneration): unknown {
  if (error instanceof BudgetError) {
    return new HelmError(
      'helm/limit',
      `rendering ${name} was stopped: ${error.message}`,
      { file: name },
      { cause: error },
    );
  }
  if (error instanceof RangeError || isStackExhausted(error)) {
    const reason = isStackExhausted(error)
      ? 'its templates call each other too deeply'
      : (error as RangeError).message;
    return new HelmError(
      'helm/limit',
      `rendering ${name} was stopped: ${reason}`,
      { file: name },
      { cause: error },
    );
  }
  if (!(error instanceof TemplateExecutionError) && !(error instanceof TplError)) return error;
  const [, where = name, ...rest] = error.message.split(': ');
  const authored = authoredMessage(rest.join(': '));
  if (authored !== undefined)
    return new HelmError(
      'helm/template-execution',
      `execution error at (${where}): ${authored}`,
      placeOf(where),
      { cause: error },
    );
  const found = explainValues(error, scope.get('Values'));
  const message = traceMessage(error, generation) + (found === undefined ? '' : `\n  ${found}`);
  return new HelmError('helm/template-execution', message, placeOf(where), { cause: error });
}
