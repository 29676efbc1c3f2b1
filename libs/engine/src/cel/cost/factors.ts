/** What going through a text costs, for each letter (cel-go common/cost.go). */
export const PER_LETTER = 0.1;
/** What each letter of a pattern adds. */
export const PER_PATTERN_LETTER = 0.25;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const MESSAGE_COST = 40;
/** Asking the authorizer: an expression can do it twice (apiserver cel/library/cost.go). */
export const CHECK_COST = 350_000;
/** Longest pattern among the named formats. */
export const LONGEST_FORMAT_PATTERN = 128;
/** Functions that only read a part of what they are called on, or do little sums. */
export const CHEAP_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'serviceAccount path group resource subresource namespace name allowed reason error errored ' +
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast ' +
    'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch ' +
    'getScheme getHostname getHost getPort getEscapedPath getQuery'
  ).split(' '),
);
