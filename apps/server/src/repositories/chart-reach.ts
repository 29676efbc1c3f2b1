import { Injectable } from '@nestjs/common';

/** How a registered repository of charts is tried: set by the part that delivers charts, where that runs. */
@Injectable()
export class ChartReach {
  test: (repoURL: string, project: string) => Promise<void> = async () => undefined;
}
