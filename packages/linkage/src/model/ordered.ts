// Puts what was learned about ordered levels in order: where a better level came out as weaker evidence than a worse one,
// the two are pooled (pool adjacent violators, Ayer and others 1955). Many fine levels then cost no more data than few.

/** Shares m in which m / u never falls from one level to the next; level 0 ("missing") stays 0. */
export function orderedShares(m: readonly number[], u: readonly number[]): number[] {
  interface Block {
    m: number;
    u: number;
    readonly from: number;
  }
  const blocks: Block[] = [];
  for (let level = 1; level < m.length; level++) {
    blocks.push({ m: m[level] ?? 0, u: Math.max(u[level] ?? 0, 1e-12), from: level });
    for (;;) {
      const [before, last] = [blocks.at(-2), blocks.at(-1)];
      if (before === undefined || last === undefined || before.m * last.u <= last.m * before.u) break;
      before.m += last.m;
      before.u += last.u;
      blocks.pop();
    }
  }
  const ordered = m.map(() => 0);
  for (const [b, block] of blocks.entries()) {
    const end = blocks[b + 1]?.from ?? m.length;
    for (let level = block.from; level < end; level++)
      ordered[level] = (Math.max(u[level] ?? 0, 1e-12) * block.m) / block.u;
  }
  return ordered;
}
