import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HelmError } from './chart-error.js';
import { DEFAULT_CHART_LIMITS } from './chart-limits.js';
import { readChartArchive } from './read-archive.js';

interface Item {
  name: string;
  content?: string | Uint8Array;
  type?: string;
  size?: number;
}

function header({ name, content = '', type = '0', size }: Item): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write((size ?? Buffer.byteLength(content)).toString(8).padStart(11, '0'), 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function archive(items: readonly Item[]): Uint8Array {
  const blocks = items.flatMap((item) => {
    const content = Buffer.from(item.content ?? '');
    return [header(item), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function names(items: readonly Item[]): string[] {
  return readChartArchive(archive(items), DEFAULT_CHART_LIMITS).map((file) => file.name);
}

describe('a chart archive', () => {
  it('gives files below its first folder', () => {
    expect(
      names([
        { name: 'web/', type: '5' },
        { name: 'web/Chart.yaml', content: 'name: web' },
        { name: 'web/templates/a.yaml', content: 'x' },
      ]),
    ).toEqual(['Chart.yaml', 'templates/a.yaml']);
  });

  it('takes long names from extended headers of both kinds', () => {
    const long = `web/${'d'.repeat(120)}/a.yaml`;
    const record = (text: string): string => {
      const size = text.length + 3 + String(text.length + 6).length;
      return `${size} ${text}\n`;
    };
    const pax = record(`path=${long}`);
    expect(
      names([
        { name: 'pax', type: 'x', content: pax.replace(/^\d+/, String(pax.length)) },
        { name: 'web/short', content: 'x' },
      ]),
    ).toEqual([long.slice(4)]);
    expect(
      names([
        { name: '././@LongLink', type: 'L', content: `${long}\0` },
        { name: 'web/short', content: 'x' },
      ]),
    ).toEqual([long.slice(4)]);
  });

  it('drops a byte order mark', () => {
    const [file] = readChartArchive(archive([{ name: 'web/a', content: '\ufeffx' }]), DEFAULT_CHART_LIMITS);
    expect(Buffer.from(file?.data ?? []).toString()).toBe('x');
  });

  it.each([
    ['web/../../etc/passwd', 'chart illegally references parent directory'],
    ['web//etc/passwd', 'chart illegally contains absolute paths'],
    ['web/', 'no files in chart archive'],
    ['web', 'chart illegally contains content outside the base directory: "web"'],
    ['web\\..\\..\\x', 'chart illegally references parent directory'],
    ['web/c:/windows', 'chart contains illegally named files'],
    ['Chart.yaml', 'chart illegally contains content outside the base directory: "Chart.yaml"'],
  ])('refuses the name %s', (name, message) => {
    expect(() => names([{ name, content: 'x' }])).toThrow(message);
  });

  it('reads links as empty files, so they lead nowhere', () => {
    const [file] = readChartArchive(archive([{ name: 'web/link', type: '2' }]), DEFAULT_CHART_LIMITS);
    expect(file?.data.length).toBe(0);
  });

  it('refuses more bytes than allowed, before unpacking them all', () => {
    const limits = { ...DEFAULT_CHART_LIMITS, chartBytes: 1000, chartFiles: 2 };
    const bomb = archive([{ name: 'web/big', content: Buffer.alloc(5_000_000) }]);
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => readChartArchive(bomb, limits)).toThrow(
      'decompressed chart is larger than the maximum size 1000',
    );
  });

  it('refuses more files than allowed', () => {
    const many = Array.from({ length: 3 }, (_, index) => ({ name: `web/${index}`, content: 'x' }));
    expect(() => readChartArchive(archive(many), { ...DEFAULT_CHART_LIMITS, chartFiles: 2 })).toThrow(
      'more than 2 files',
    );
  });

  it.each([
    ['no gzip', Buffer.from('plain text')],
    ['cut short', archive([{ name: 'web/a', content: 'x'.repeat(2000) }]).subarray(0, 60)],
    ['no tar', gzipSync(Buffer.alloc(2048, 7))],
    [
      'a size beyond the end',
      gzipSync(Buffer.concat([header({ name: 'web/a', size: 99_999 }), Buffer.alloc(1024)])),
    ],
  ])('refuses an archive that is %s', (_, bytes) => {
    expect(() => readChartArchive(bytes, DEFAULT_CHART_LIMITS)).toThrow(HelmError);
  });
});
