import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import { badRequest, type ApiError } from '../api-error.js';

interface Condition {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** What a `fieldSelector` asks for. */
export interface FieldQuery {
  readonly matches: (object: StoredObject) => boolean;
  /** Values that a field must have, to find candidates by an index. */
  readonly exact: ReadonlyMap<string, string>;
}

/** Any object, to learn which fields a strategy offers. */
const PROBE: StoredObject = { apiVersion: '', kind: '', metadata: {} };

/**
 * Reads `metadata.name=x,status.phase!=Running` (apimachinery fields.ParseSelector). Undefined when empty.
 * Throws BadRequest for fields the kind does not offer.
 */
export function parseFieldQuery(text: string | null, resource: ResourceInfo): FieldQuery | undefined {
  if (!text) return undefined;
  const conditions = splitTerms(text).map(readCondition);
  if (conditions.length === 0) return undefined;
  const offered = new Set(Object.keys(resource.strategy.selectableFields?.(PROBE) ?? {}));
  for (const { field } of conditions) {
    const always = field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced);
    if (!always && !offered.has(field)) throw unknownField(resource, field);
  }
  const needsStrategy = conditions.some(({ field }) => offered.has(field));
  const exact = new Map(conditions.filter(({ equal }) => equal).map(({ field, value }) => [field, value]));
  return {
    exact,
    matches(object) {
      const fields = needsStrategy ? (resource.strategy.selectableFields?.(object) ?? {}) : {};
      return conditions.every(({ field, equal, value }) => {
        const actual =
          field === 'metadata.name'
            ? object.metadata.name
            : field === 'metadata.namespace'
              ? object.metadata.namespace
              : fields[field];
        return ((actual ?? '') === value) === equal;
      });
    },
  };
}

/** The same selector with other names for its fields. */
export function renameFields(selector: string, rename: (field: string) => string): string {
  return splitTerms(selector)
    .map((term) => {
      const { field } = readCondition(term);
      return `${rename(field)}${term.slice(field.length)}`;
    })
    .join(',');
}

/** The refusal of a field that objects can't be selected by, in the words of its kind (AddFieldLabelConversionFunc). */
export function unknownField(
  { group, kind, custom, strategy }: Pick<ResourceInfo, 'group' | 'kind' | 'custom' | 'strategy'>,
  field: string,
): ApiError {
  if (custom !== true && !strategy.selectableFields)
    return badRequest(
      `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  return badRequest(
    group === 'batch' && kind === 'Job'
      ? `field label ${JSON.stringify(field)} not supported for Job`
      : `field label not supported: ${field}`,
  );
}

/** Terms between commas; a backslash escapes the next character. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\') term += char + (text[++index] ?? '');
    else if (char === ',') {
      terms.push(term);
      term = '';
    } else term += char;
  }
  terms.push(term);
  return terms.filter((found) => found !== '');
}

function readCondition(term: string): Condition {
  const match = /^([^=!]*)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  return { field: match[1] ?? '', equal: match[2] !== '!=', value: unescaped(match[3] ?? '') };
}

/** A value without its escapes: backslash, comma and equals sign are escaped, nothing else is (fields.UnescapeValue). */
function unescaped(value: string): string {
  const bare = value.replaceAll(/\\[\\,=]/g, '');
  const wrong = /\\.?/s.exec(bare)?.[0] ?? /[,=]/.exec(bare)?.[0];
  if (wrong !== undefined)
    throw badRequest(
      wrong.startsWith('\\')
        ? `invalid field selector: invalid escape sequence: ${wrong}`
        : `invalid field selector: unescaped character in value: ${wrong.charCodeAt(0)}`,
    );
  return value.replaceAll(/\\([\\,=])/g, '$1');
}
