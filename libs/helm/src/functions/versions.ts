import { SemanticVersion } from '../chart/semver.js';
import { meetsConstraint } from '../chart/semver-constraint.js';
import { define, type FunctionTable } from './signature.js';

/** Sprig's semantic version functions. */
export const versionFunctions: FunctionTable = {
  semver: define('string', (version) => SemanticVersion.parse(version)),
  semverCompare: define('string string', meetsConstraint),
};
