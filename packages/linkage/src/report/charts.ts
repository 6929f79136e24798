// Charts as SVG text: bars, lines, waterfalls, small graphs. No library and no script, so the report opens anywhere.
// All text from records passes through `escape`.

const WIDTH = 730;

/** Text made safe for HTML and SVG. */
export const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const fixed = (value: number, digits = 1): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const svg = (height: number, label: string, body: string): string =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(label)}">${body}</svg>`;

const LABEL_CHARS = 42;

/** A label that fits beside its bar; its middle is what can be spared, and the whole of it shows under the pointer. */
function labelled(x: number, y: number, text: string): string {
  const isLong = text.length > LABEL_CHARS;
  const shown = isLong ? `${text.slice(0, LABEL_CHARS - 22)}…${text.slice(-20)}` : text;
  const whole = isLong ? `<title>${escape(text)}</title>` : "";
  return `<text x="${x}" y="${y}" text-anchor="end">${escape(shown)}${whole}</text>`;
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly note: string;
}

/** Horizontal bars around zero. */
export function barChart(label: string, bars: readonly Bar[], most: number): string {
  const row = 20;
  const [middle, reach] = [400, 115];
  const scale = reach / Math.max(1, most);
  const body = bars.map(({ label: name, value, note }, k) => {
    const size = Math.min(reach, Math.abs(value) * scale);
    const x = value < 0 ? middle - size : middle;
    const y = k * row;
    return `${labelled(278, y + 14, name)}<rect class="${value < 0 ? "against" : "for"}" x="${fixed(x)}" y="${y + 3}" width="${fixed(size)}" height="14"/><text x="525" y="${y + 14}">${escape(note)}</text>`;
  });
  return svg(
    bars.length * row + 4,
    label,
    `<line x1="${middle}" y1="0" x2="${middle}" y2="${bars.length * row}"/>${body.join("")}`,
  );
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Lines over a common x axis; y runs from 0 to `mostY`. */
export function lineChart(
  label: string,
  xTitle: string,
  lines: readonly Line[],
  mostY: number,
  mark?: number,
): string {
  const xs = lines.flatMap((line) => line.points.map(([x]) => x));
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const px = (x: number): number => 50 + ((x - low) / Math.max(1e-9, high - low)) * 480;
  const py = (y: number): number => 190 - (y / Math.max(1e-9, mostY)) * 170;
  const paths = lines.map((line, k) => {
    const path = line.points
      .map(([x, y], at) => `${at === 0 ? "M" : "L"}${fixed(px(x))} ${fixed(py(y))}`)
      .join("");
    return `<path class="line l${k}" d="${path}"/><text class="t${k}" x="540" y="${30 + 16 * k}">${escape(line.name)}</text>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = low + share * (high - low);
    return `<text x="${fixed(px(x))}" y="206" text-anchor="middle">${fixed(x, 0)}</text><text x="44" y="${fixed(py(share * mostY) + 4)}" text-anchor="end">${mostY <= 1 ? fixed(share * mostY, 2) : fixed(share * mostY, 0)}</text>`;
  });
  const marked =
    mark === undefined
      ? ""
      : `<line class="mark" x1="${fixed(px(mark))}" y1="15" x2="${fixed(px(mark))}" y2="190"/>`;
  return svg(
    224,
    label,
    `<path class="axis" d="M50 15V190H530"/>${marked}${paths.join("")}${ticks.join("")}<text x="290" y="221" text-anchor="middle">${escape(xTitle)}</text>`,
  );
}

/** Vertical bars over whole numbers, heights on a log scale. */
export function histogram(
  label: string,
  bins: readonly { readonly x: number; readonly count: number }[],
  mark: number,
): string {
  if (bins.length === 0) return "";
  const [low, high] = [Math.min(...bins.map(({ x }) => x)), Math.max(...bins.map(({ x }) => x))];
  const width = 560 / (high - low + 1);
  const most = Math.max(...bins.map(({ count }) => Math.log10(1 + count)));
  const px = (x: number): number => 50 + (x - low) * width;
  const bars = bins.map(({ x, count }) => {
    const height = (170 * Math.log10(1 + count)) / most;
    return `<rect class="${x >= mark ? "for" : "against"}" x="${fixed(px(x))}" y="${fixed(190 - height)}" width="${fixed(Math.max(1, width - 1))}" height="${fixed(height)}"><title>${x}: ${count} pairs</title></rect>`;
  });
  const ticks = bins
    .filter(({ x }) => x % 10 === 0)
    .map(({ x }) => `<text x="${fixed(px(x) + width / 2)}" y="206" text-anchor="middle">${x}</text>`);
  return svg(
    224,
    label,
    `${bars.join("")}${ticks.join("")}<text x="290" y="221" text-anchor="middle">match weight (bits); pairs on a log scale</text>`,
  );
}

export interface Step {
  readonly label: string;
  readonly weight: number;
}

/** A waterfall: each step starts where the last ended. */
export function waterfall(label: string, steps: readonly Step[]): string {
  const row = 20;
  const reached: number[] = [];
  let sum = 0;
  for (const step of steps) reached.push((sum += step.weight));
  const [low, high] = [Math.min(0, ...reached), Math.max(0, ...reached)];
  const px = (value: number): number => 330 + ((value - low) / Math.max(1, high - low)) * 240;
  const body = steps.map((step, k) => {
    const [from, to] = [k === 0 ? 0 : (reached[k - 1] as number), reached[k] as number];
    const y = k * row;
    return `${labelled(320, y + 14, step.label)}<rect class="${step.weight < 0 ? "against" : "for"}" x="${fixed(px(Math.min(from, to)))}" y="${y + 3}" width="${fixed(Math.max(1, px(Math.max(from, to)) - px(Math.min(from, to))))}" height="14"/><text x="580" y="${y + 14}">${step.weight >= 0 ? "+" : ""}${fixed(step.weight)}</text>`;
  });
  return svg(
    steps.length * row + 6,
    label,
    `<line x1="${fixed(px(0))}" y1="0" x2="${fixed(px(0))}" y2="${steps.length * row}"/>${body.join("")}`,
  );
}

/** Records on a circle; strong pairs are thick, pairs that speak against are dashed. */
export function graph(
  label: string,
  records: readonly string[],
  edges: readonly (readonly [number, number, number])[],
): string {
  const place = (k: number): [number, number] => {
    const angle = (2 * Math.PI * k) / records.length - Math.PI / 2;
    return [320 + 95 * Math.cos(angle), 120 + 95 * Math.sin(angle)];
  };
  const lines = edges.map(([a, b, weight]) => {
    const [[x1, y1], [x2, y2]] = [place(a), place(b)];
    return `<line class="${weight < 0 ? "edge-against" : "edge-for"}" stroke-width="${fixed(Math.max(0.6, Math.min(5, Math.abs(weight) / 4)))}" x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"><title>${escape(records[a] ?? "")} – ${escape(records[b] ?? "")}: ${fixed(weight)}</title></line>`;
  });
  const dots = records.map((record, k) => {
    const [x, y] = place(k);
    const isRight = x >= 320;
    return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="5"/><text x="${fixed(x + (isRight ? 9 : -9))}" y="${fixed(y + 4)}" text-anchor="${isRight ? "start" : "end"}">${escape(record)}</text>`;
  });
  return svg(240, label, lines.join("") + dots.join(""));
}
