import type { Evaluation, TextForm } from './evaluation.js';
import type { JsonStyle } from './json-style.js';
import { escapeJson, numberText } from './number-text.js';
import { isList, JsonnetFunction, JsonnetObject, type Value } from './values.js';

const ONE_LINE: JsonStyle = {
  indent: '',
  newline: '',
  colon: ': ',
  comma: ', ',
  number: numberText,
  nothing: () => ' ',
};

/** Writes values as text. */
export class PlainText implements TextForm {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** What `std.toString` gives: texts as they are, others as JSON on one line. */
  of(value: Value): string {
    return typeof value === 'string' ? value : this.json(value, ONE_LINE);
  }

  json(value: Value, style: JsonStyle): string {
    const { limits, operators } = this.#evaluation;
    const parts: string[] = [];
    let length = 0;
    const write = (text: string): void => {
      length += text.length;
      // found before everything is joined: a few shared references can stand for gigabytes
      if (length > limits.maxTextLength) operators.checkLength(' '.repeat(limits.maxTextLength + 1));
      parts.push(text);
    };
    this.#write(value, style, style.newline, write);
    return parts.join('');
  }

  #write(value: Value, style: JsonStyle, lineStart: string, write: (text: string) => void): void {
    if (value === null || typeof value === 'boolean') write(String(value));
    else if (typeof value === 'number') write(style.number(value));
    else if (typeof value === 'string') write(escapeJson(value));
    else if (value instanceof JsonnetFunction)
      throw this.#evaluation.fail(`the function ${value.name} can't be written as JSON; call it`);
    else this.#writeAll(value, style, lineStart, write);
  }

  #writeAll(
    value: Exclude<Value, null | boolean | number | string | JsonnetFunction>,
    style: JsonStyle,
    lineStart: string,
    write: (text: string) => void,
  ): void {
    const inside = lineStart + style.indent;
    const evaluation = this.#evaluation;
    evaluation.enter();
    if (isList(value)) {
      if (value.length === 0) write(`[${style.nothing(lineStart)}]`);
      value.forEach((item, index) => {
        write((index === 0 ? '[' : style.comma) + inside);
        this.#write(evaluation.force(item), style, inside, write);
      });
      if (value.length > 0) write(`${lineStart}]`);
    } else if (value instanceof JsonnetObject) {
      evaluation.objects.check(value);
      const names = value.names(false);
      if (names.length === 0) write(`{${style.nothing(lineStart)}}`);
      names.forEach((name, index) => {
        write(`${(index === 0 ? '{' : style.comma) + inside}${escapeJson(name)}${style.colon}`);
        this.#write(evaluation.objects.get(value, name) ?? null, style, inside, write);
      });
      if (names.length > 0) write(`${lineStart}}`);
    }
    evaluation.leave();
  }
}
