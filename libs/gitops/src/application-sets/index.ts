export * from './types.js';
export * from './generate.js';
export * from './plan-changes.js';
export * from './conditions.js';
export { projectOfTemplate } from './application-template.js';
export { sanitizeName } from './sanitize-name.js';
