export interface Command {
  id: string;
  /** What it does, or the name of where it goes. */
  label: string;
  group: string;
  detail?: string | undefined;
  keys?: string | undefined;
  run: () => void;
}

/** More results than this are not read; typing another letter is quicker. */
export const MOST_RESULTS = 40;

/**
 * The commands that match what was typed, best first: the beginning of the label, then the beginning of a word, then
 * anywhere, then letters in order. Without text, everything in its own order.
 */
export function rankCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return commands.slice(0, MOST_RESULTS);
  const scored = commands.flatMap((command, order) => {
    const score = Math.max(
      scoreOf(command.label.toLowerCase(), wanted),
      scoreOf(`${command.group} ${command.detail ?? ''}`.toLowerCase(), wanted) - 3,
    );
    return score > 0 ? [{ command, score, order }] : [];
  });
  return scored
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, MOST_RESULTS)
    .map(({ command }) => command);
}

function scoreOf(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 10;
  const at = label.indexOf(wanted);
  if (at > 0) return /[a-z0-9]/.test(label[at - 1] ?? '') ? 6 : 8;
  let from = 0;
  for (const letter of wanted) {
    from = label.indexOf(letter, from) + 1;
    if (from === 0) return 0;
  }
  return wanted.length > 2 ? 2 : 0;
}
