// Preloaded into every process of the drill's agency: their clocks stand beside the system's by as many milliseconds as a
// file says. Read again after a tenth of a second at the most; Date alone is moved, waiting takes as long as it does.
import { readFileSync } from "node:fs";

const path = process.env.KURA_DRILL_CLOCK;
const SystemDate = Date;
let offsetMs = 0;
let readAt = -Infinity;
function movedMs() {
  const at = performance.now();
  if (at - readAt > 100) {
    readAt = at;
    offsetMs = Number(readFileSync(path, "utf8"));
  }
  return SystemDate.now() + offsetMs;
}
globalThis.Date = class extends SystemDate {
  constructor(...values) {
    if (values.length === 0) super(movedMs());
    else super(...values);
  }
  static now() {
    return movedMs();
  }
};
