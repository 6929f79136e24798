/**
 * Reads a source ahead of its reader, so that what one process does for the next item overlaps with what the others do
 * for this one. Items keep their order; an error is thrown where its item would have been.
 */

/** @param depth items asked for before they are taken: what is held in memory at most. */
export async function* readAhead<Item>(source: AsyncIterable<Item>, depth: number): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  const asked: Promise<IteratorResult<Item>>[] = [];
  const ask = (): void => {
    const next = iterator.next();
    // Thrown to the reader when it comes to this item; until then it is not unhandled.
    next.catch(() => undefined);
    asked.push(next);
  };
  try {
    for (let i = 0; i < depth; i++) ask();
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const result = await next;
      if (result.done === true) return;
      ask();
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
