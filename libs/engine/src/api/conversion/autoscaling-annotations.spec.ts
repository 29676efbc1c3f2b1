import { describe, expect, it } from 'vitest';
import { readBehavior } from './autoscaling-annotations.js';

describe('the behaviour in an annotation', () => {
  it('is read whatever the case of its names', () => {
    expect(readBehavior('{"ScaleUp":{"Policies":[{"Type":"Pods","Value":1}],"Tolerance":null}}')).toEqual({
      scaleUp: { policies: [{ type: 'Pods', value: 1 }] },
    });
  });

  it('is read as far down as one goes', () => {
    const text = `{"ScaleUp":${'['.repeat(120_000)}${']'.repeat(120_000)}}`;
    expect(readBehavior(text)).toHaveProperty('scaleUp');
  });

  it.each(['', '[]', '{', 'null'])('is none when %j stands there', (text) => {
    expect(readBehavior(text)).toBeUndefined();
  });
});
