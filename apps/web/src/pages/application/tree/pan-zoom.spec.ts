import { describe, expect, it } from 'vitest';
import { fitAll, fitWidth, reveal, zoomAt } from './use-pan-zoom.js';

const view = { width: 1_000, height: 600 };

describe('the camera over the tree', () => {
  it('shows small trees at life size and never begins unreadably small', () => {
    expect(fitWidth({ width: 500, height: 400 }, view).scale).toBe(1);
    expect(fitWidth({ width: 9_000, height: 400 }, view).scale).toBe(0.8);
    expect(fitAll({ width: 500, height: 5_440 }, view).scale).toBeCloseTo(0.15, 2);
  });

  it('keeps the point under the pointer still while zooming', () => {
    const before = { x: 40, y: 10, scale: 0.5 };
    const at = { x: 300, y: 200 };
    const after = zoomAt(before, 1.5, at);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  it('moves only as far as a box needs to be seen', () => {
    const camera = { x: 28, y: 28, scale: 1 };
    expect(reveal(camera, { x: 10, y: 10, width: 100, height: 40 }, view)).toBe(camera);
    expect(reveal(camera, { x: 10, y: 900, width: 100, height: 40 }, view).y).toBe(600 - 28 - 940);
  });
});
