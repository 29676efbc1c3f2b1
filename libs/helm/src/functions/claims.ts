import type { Budget } from '../template/budget.js';
import { claimParts } from '../template/claim-parts.js';
import type { GoFunction } from '../template/values.js';

/** What is shorter costs nothing worth counting. */
const LONG_TEXT = 65_536;
const CHARACTERS_A_STEP = 1024;
/** What a character may become between quotes or in an address. */
const ESCAPED_LENGTH = 4;
const LONG_LIST = 4096;
const ITEMS_A_STEP = 8;
/** Comparing is square work: lists far shorter than long ones are worth counting. */
const COMPARED_LIST = 128;
const COMPARISONS_A_STEP = 64;
/** Keys and slow digests take as long as thousands of other functions. */
const SLOW_STEPS = 4096;

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const WALKING = words(
  `toYaml mustToYaml toYamlPretty toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson toToml
   mustToToml deepCopy mustDeepCopy deepEqual merge mustMerge mergeOverwrite mustMergeOverwrite print println printf
   quote squote cat toString toStrings join uniq mustUniq without mustWithout has mustHas html js urlquery sortAlpha`,
);
const READING = words(
  `sha1sum sha256sum sha512sum adler32sum b64dec b32dec b32enc trim trimAll trimall trimPrefix trimSuffix upper lower
   title untitle nospace swapcase snakecase camelcase kebabcase initials contains substr trunc abbrev abbrevboth len split
   splitList splitn shuffle fromYaml fromYamlArray fromJson fromJsonArray mustFromJson fromToml urlParse semver
   semverCompare decryptAES sortAlpha regexQuoteMeta duration toDate mustToDate toDecimal replace quote squote urlquery
   html js rest mustRest initial mustInitial reverse mustReverse without mustWithout has mustHas uniq mustUniq compact
   mustCompact slice mustSlice keys values pick omit pluck concat append mustAppend push mustPush prepend mustPrepend`,
);
/** Each item is compared with all before it. */
const COMPARING = words('uniq mustUniq');
/** What these make is not counted where it is made; they look at every character. */
const WRITING = words('quote squote urlquery');
const SLOW = words(
  `bcrypt htpasswd derivePassword genPrivateKey buildCustomCert genCA genCAWithKey genSelfSignedCert
   genSelfSignedCertWithKey genSignedCert genSignedCertWithKey encryptAES`,
);

/** The functions, with those counted that do more the larger what they are given is, or that take long in any case. */
export function withClaims(
  functions: ReadonlyMap<string, GoFunction>,
  budget: Budget,
): Map<string, GoFunction> {
  const counted = new Map(functions);
  for (const [name, body] of functions) {
    const walks = WALKING.has(name);
    const reads = READING.has(name);
    const compares = COMPARING.has(name);
    const slow = SLOW.has(name);
    const writes = WRITING.has(name);
    if (!walks && !reads && !slow) continue;
    counted.set(name, {
      ...body,
      call: (...args) => {
        if (slow) budget.steps(SLOW_STEPS);
        for (const arg of args) {
          if (typeof arg === 'string') {
            if (arg.length <= LONG_TEXT) continue;
            if (reads) budget.steps(Math.floor(arg.length / CHARACTERS_A_STEP));
            if (writes) budget.write(arg.length * ESCAPED_LENGTH);
          } else if (typeof arg === 'object' && arg !== null) {
            if (reads && Array.isArray(arg)) {
              if (arg.length > LONG_LIST) budget.steps(Math.floor(arg.length / ITEMS_A_STEP));
              if (compares && arg.length > COMPARED_LIST)
                budget.steps(Math.floor(arg.length ** 2 / COMPARISONS_A_STEP));
            }
            if (walks) claimParts(arg, budget);
          }
        }
        const result = body.call(...args);
        if (writes && typeof result === 'string') budget.write(result.length);
        return result;
      },
    });
  }
  return counted;
}
