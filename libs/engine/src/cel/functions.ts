import { authorizerLibrary } from './libraries/authorizer.js';
import { conversions } from './libraries/conversions.js';
import { formatLibrary } from './libraries/formats.js';
import { lists } from './libraries/lists.js';
import { maps } from './libraries/maps.js';
import { networkLibrary } from './libraries/network.js';
import { optionals } from './libraries/optionals.js';
import { quantities } from './libraries/quantities.js';
import { semverLibrary } from './libraries/semver.js';
import { strings } from './libraries/strings.js';
import { timeLibrary } from './libraries/times.js';
import { urls } from './libraries/urls.js';
import { functionsOf, type CelFunction, type Library } from './overload.js';

export type { CelFunction } from './overload.js';

/** All functions an expression can call; a new library is a file in `libraries` and a line here. */
const LIBRARIES: readonly Library[] = [
  conversions,
  strings,
  lists,
  maps,
  timeLibrary,
  optionals,
  quantities,
  urls,
  networkLibrary,
  formatLibrary,
  semverLibrary,
  authorizerLibrary,
];

const FUNCTIONS = functionsOf(
  LIBRARIES.flatMap(({ functions = [], qualified = [] }) => [...functions, ...qualified]),
);
const MEMBERS = functionsOf(LIBRARIES.flatMap(({ members = [] }) => members));

/** What is run for `size(x)` and `sets.contains(a, b)`, or, of members, for `x.size()`. */
export function functionOf(name: string, isMember: boolean): CelFunction | undefined {
  return (isMember ? MEMBERS : FUNCTIONS).get(name);
}
