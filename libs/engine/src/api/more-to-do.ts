/**
 * Thrown out of a request that has done a part of much work and lets others have their turn: the same request, made again, goes on
 * with what is left. Nobody but who says that it takes turns (`ApiRequest.takesTurns`) sees it.
 */
export class MoreToDo extends Error {
  constructor() {
    super('the request has more to do');
    this.name = 'MoreToDo';
  }
}
