/**
 * Progress of a long command on standard error: a bar that is drawn over on a terminal, a line now and then in a log.
 */
export interface ProgressBar {
  /** @param done and `all` in the same unit (bytes of the file); `items` is what the rate counts. */
  update(done: number, all: number, items: number): void;
  /** Ends the line. */
  end(): void;
}

const barWidth = 24;
const redrawMs = 100;
const logMs = 10_000;

/** @param unit what the items are: `lines`. */
export function progressBar(
  stream: NodeJS.WriteStream,
  unit: string,
  now: () => number = Date.now,
): ProgressBar {
  const startMs = now();
  const intervalMs = stream.isTTY ? redrawMs : logMs;
  let drawnMs = stream.isTTY ? 0 : startMs;
  let hasDrawn = false;
  return {
    update(done, all, items) {
      const atMs = now();
      if (atMs - drawnMs < intervalMs && done < all) return;
      drawnMs = atMs;
      hasDrawn = true;
      const text = renderProgress(done, all, items, atMs - startMs, unit);
      stream.write(stream.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
    },
    end() {
      if (hasDrawn && stream.isTTY) stream.write("\n");
    },
  };
}

/** `[████████                ]  33 %  1,200,000 lines  24,000/s  1:40 left` */
export function renderProgress(
  done: number,
  all: number,
  items: number,
  elapsedMs: number,
  unit: string,
): string {
  const share = all === 0 ? 1 : Math.min(done / all, 1);
  const full = Math.round(share * barWidth);
  const bar = `[${"█".repeat(full)}${" ".repeat(barWidth - full)}]`;
  const rate = elapsedMs === 0 ? 0 : (items / elapsedMs) * 1000;
  const left = share === 0 ? "" : `  ${renderDuration((elapsedMs / share) * (1 - share))} left`;
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${bar} ${percent} %  ${items.toLocaleString("en")} ${unit}  ${Math.round(rate).toLocaleString("en")}/s${left}`;
}

function renderDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
