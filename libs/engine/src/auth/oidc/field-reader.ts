import { isJsonObject, type JsonObject } from '@lotse/manifests';

/** Reads the fields of a configuration and gathers every problem with its place, in Kubernetes' words. */
export class FieldReader {
  readonly problems: string[] = [];

  problem(path: string, text: string): void {
    this.problems.push(`${path}: ${text}`);
  }

  invalid(path: string, value: string, text: string): void {
    this.problem(path, `Invalid value: ${JSON.stringify(value)}: ${text}`);
  }

  required(path: string, text = ''): void {
    this.problem(path, text === '' ? 'Required value' : `Required value: ${text}`);
  }

  duplicate(path: string, value: string): void {
    this.problem(path, `Duplicate value: ${JSON.stringify(value)}`);
  }

  /** The object at a path, with only these fields. */
  object(value: unknown, path: string, known: readonly string[]): JsonObject {
    if (value === undefined || value === null) return {};
    if (!isJsonObject(value)) {
      this.problem(path, 'Invalid value: must be an object');
      return {};
    }
    for (const key of Object.keys(value))
      if (!known.includes(key)) this.problem(path === '' ? key : `${path}.${key}`, 'unknown field');
    return value;
  }

  text(parent: JsonObject, key: string, path: string): string {
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (value === undefined || value === null) return '';
    if (typeof value === 'string') return value;
    this.problem(`${path}.${key}`, 'Invalid value: must be a text');
    return '';
  }

  has(parent: JsonObject, key: string): boolean {
    return Object.hasOwn(parent, key) && parent[key] !== undefined && parent[key] !== null;
  }

  flag(parent: JsonObject, key: string, path: string): boolean {
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (typeof value === 'boolean') return value;
    if (value !== undefined && value !== null)
      this.problem(`${path}.${key}`, 'Invalid value: must be true or false');
    return false;
  }

  list(parent: JsonObject, key: string, path: string, most: number): readonly unknown[] {
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.problem(`${path}.${key}`, 'Invalid value: must be a list');
      return [];
    }
    if (value.length <= most) return value;
    this.problem(`${path}.${key}`, `Too many: ${value.length}: must have at most ${most} items`);
    return [];
  }
}
