import { escapeJson, numberText } from '../number-text.js';
import { isList, JsonnetObject, typeOf, type Value } from '../values.js';
import { fieldOf } from './field-of.js';
import type { Call } from './native.js';

/** An object as a document of TOML. */
export function toml(call: Call, value: JsonnetObject, indent: string): string {
  return call.evaluation.operators.checkLength(new TomlWriter(call, indent).table(value, [], ''));
}

class TomlWriter {
  readonly #call: Call;
  readonly #indent: string;

  constructor(call: Call, indent: string) {
    this.#call = call;
    this.#indent = indent;
  }

  /** Its own values, then its tables. */
  table(value: JsonnetObject, path: readonly string[], indent: string): string {
    this.#call.evaluation.enter();
    const fields = value.names(false).map((name) => [name, fieldOf(this.#call, value, name)] as const);
    const own = fields
      .filter(([, item]) => !this.#isSection(item))
      .map(([name, item]) => `${indent}${key(name)} = ${this.#value(item, false, indent)}`);
    const sections = fields.flatMap(([name, item]) => this.#section(item, [...path, name], indent));
    this.#call.evaluation.leave();
    return [own.join('\n'), ...sections].join('\n\n');
  }

  #section(item: Value, path: readonly string[], indent: string): string[] {
    const name = path.map(key).join('.');
    const under = (table: JsonnetObject, head: string): string => {
      const body = this.table(table, path, `${indent}${this.#indent}`);
      return table.names(false).length === 0 ? head : `${head}\n${body}`;
    };
    if (item instanceof JsonnetObject) return [under(item, `${indent}[${name}]`)];
    if (!this.#isSection(item) || !isList(item)) return [];
    return item.flatMap((lazy) => {
      const table = this.#call.evaluation.force(lazy);
      return table instanceof JsonnetObject ? [under(table, `${indent}[[${name}]]`)] : [];
    });
  }

  #isSection(value: Value): boolean {
    if (!isList(value)) return value instanceof JsonnetObject;
    return (
      value.length > 0 && value.every((item) => this.#call.evaluation.force(item) instanceof JsonnetObject)
    );
  }

  #value(value: Value, inline: boolean, indent: string): string {
    if (value === null) return this.#call.fail('Tried to manifest "null", which TOML does not have');
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'number') return numberText(value);
    if (typeof value === 'string') return escapeJson(value);
    if (isList(value)) {
      if (value.length === 0) return '[]';
      const inner = inline ? '' : indent + this.#indent;
      const separator = inline ? ' ' : '\n';
      const items = value.map((item) => inner + this.#value(this.#call.evaluation.force(item), true, ''));
      return `[${separator}${items.join(`,${separator}`)}${separator}${inline ? '' : indent}]`;
    }
    if (value instanceof JsonnetObject) {
      const items = value
        .names(false)
        .map((name) => `${key(name)} = ${this.#value(fieldOf(this.#call, value, name), true, '')}`);
      return `{ ${items.join(', ')} }`;
    }
    return this.#call.fail(`cannot manifest ${typeOf(value)}`);
  }
}

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : escapeJson(name);
}
