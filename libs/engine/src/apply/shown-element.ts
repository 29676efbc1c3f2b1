/** An item of a list as errors name it: `[name="web"]`, `[="a"]`. */
export function shownElement(element: string): string {
  if (element.startsWith('v:')) return `[=${element.slice(2)}]`;
  return `[${element
    .slice(2)
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll(/"([^"]+)":/g, '$1=')}]`;
}
