import type { ChartNeed } from './render-protocol.js';

/** Thrown in a render thread, which can't fetch: the render is done again with these charts. */
export class ChartsNeeded extends Error {
  readonly charts: readonly ChartNeed[];

  constructor(charts: readonly ChartNeed[]) {
    super('charts have to be fetched first');
    this.charts = charts;
    this.name = 'ChartsNeeded';
  }
}
