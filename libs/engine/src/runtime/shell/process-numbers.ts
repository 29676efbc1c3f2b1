/** How far apart the numbers of processes are: others came and went in between. */
const APART = 6;

/** The number of the process that comes after so many others. */
export const pidAfter = (others: number): number => 1 + others * APART;
