/** Lets answers from the keeper and the databases be read before long work goes on: they wait for each other's next question. */
export function nextTurn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
