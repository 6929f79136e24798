/** What is left of the budget, on every screen: the window that is nearest its end, the others on demand. */
import { spentShape, type Spent } from "../api/shapes.ts";
import { numberText, useLanguage, useWords } from "../words/words.ts";
import { useAnswer } from "./use-answer.ts";

const windows = ["hour", "day", "days30"] as const;
type Window = (typeof windows)[number];

export function BudgetLine() {
  const words = useWords();
  const { value } = useAnswer(spentShape, "/api/budget", 15_000);
  if (value === undefined) return <div className="budget" />;
  const tightest = windows.toSorted((a, b) => shareOf(value, b) - shareOf(value, a))[0] ?? "day";
  return (
    <details className="budget">
      <summary>
        <span className="budget-label">{words.budget.label}</span>
        <Meter spent={value} window={tightest} />
      </summary>
      <div className="budget-all">
        {windows.map((window) => (
          <Meter key={window} spent={value} window={window} />
        ))}
        <p className="hint">{words.budget.explain}</p>
      </div>
    </details>
  );
}

function Meter({ spent, window }: { readonly spent: Spent; readonly window: Window }) {
  const words = useWords();
  const language = useLanguage();
  const [used, of] = [spent.used[window], spent.budget[window]];
  const left = Math.max(0, of - used);
  const isNear = used * 100 > of * spent.budget.softPercent;
  const text = words.budget.left(numberText(language, left), numberText(language, of));
  return (
    <div className="meter-row">
      <span className="meter-window">{words.budget[window]}</span>
      <meter min={0} max={of} high={(of * spent.budget.softPercent) / 100} value={used} aria-label={text} />
      <span className="meter-text">{text}</span>
      {isNear && <span className="meter-near">{left === 0 ? words.budget.used : words.budget.near}</span>}
    </div>
  );
}

function shareOf({ used, budget }: Spent, window: Window): number {
  return budget[window] === 0 ? 1 : used[window] / budget[window];
}
