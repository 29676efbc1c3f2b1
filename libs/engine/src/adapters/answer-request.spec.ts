import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import type { ApiRequest, ApiResponse } from '../api/api-request.js';
import { ApiError } from '../api/api-error.js';
import { MoreToDo } from '../api/more-to-do.js';
import { answerRequest } from './answer-request.js';
import { WaitingRoom } from './waiting-room.js';

const request = {} as ApiRequest;
const { webhooks } = createCluster({ controllers: [] });
const done: ApiResponse = { status: 200, headers: {}, body: 'done' };

it('tells who comes while too many wait to come again', async () => {
  const room = new WaitingRoom(0);
  expect(await answerRequest({ api: { handle: () => done }, webhooks, room }, request)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    body: expect.stringContaining('too many requests, please try again later') as string,
  });
});

it('tells whom others keep waiting for too long, instead of hanging up', async () => {
  const handle = (): never => {
    throw new ApiError(504, 'Timeout', 'Timeout: request did not complete within requested timeout');
  };
  const answer = await answerRequest({ api: { handle }, webhooks, room: new WaitingRoom() }, request);
  expect(answer).toMatchObject({
    status: 504,
    body: expect.stringContaining('"reason":"Timeout"') as string,
  });
});

it('goes on with what has more to do until it is done', async () => {
  let left = 3;
  const handle = (): ApiResponse => {
    if (left-- > 0) throw new MoreToDo();
    return done;
  };
  expect(await answerRequest({ api: { handle }, webhooks, room: new WaitingRoom() }, request)).toBe(done);
});
