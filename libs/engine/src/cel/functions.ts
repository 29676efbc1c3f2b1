import { authorizerLibrary } from './libraries/authorizer.js';
import { conversions } from './libraries/conversions.js';
import { formatLibrary } from './libraries/formats.js';
import { lists } from './libraries/lists.js';
import { networkLibrary } from './libraries/network.js';
import { optionals } from './libraries/optionals.js';
import { quantities } from './libraries/quantities.js';
import { semverLibrary } from './libraries/semver.js';
import { strings } from './libraries/strings.js';
import { timeLibrary } from './libraries/times.js';
import { urls } from './libraries/urls.js';
import { functionsOf, type Library } from './overload.js';

/** All functions an expression can call; a new library is a file in `libraries` and a line here. */
const LIBRARIES: readonly Library[] = [
  conversions,
  strings,
  lists,
  timeLibrary,
  optionals,
  quantities,
  urls,
  networkLibrary,
  formatLibrary,
  semverLibrary,
  authorizerLibrary,
];

/** `size(x)` */
export const FUNCTIONS = functionsOf(LIBRARIES.flatMap(({ functions = [] }) => functions));
/** `x.size()` */
export const MEMBERS = functionsOf(LIBRARIES.flatMap(({ members = [] }) => members));
/** `sets.contains(a, b)` */
export const NAMESPACES = functionsOf(LIBRARIES.flatMap(({ qualified = [] }) => qualified));
