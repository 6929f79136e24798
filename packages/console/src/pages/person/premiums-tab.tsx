/** Premiums month by month as a calendar: years across, months down, gaps visible; the months a clerk should check below. */
import { useMemo, useState } from "react";
import type { MonthRange } from "@kura/custodian/premiums/month-status.ts";
import type { Case } from "../../api/shapes.ts";
import { Empty, Notice, Refusal } from "../../ui/controls.tsx";
import { useOnce } from "../../ui/use-once.ts";
import { numberText, useLanguage, useWords, type Words } from "../../words/words.ts";
import { calendarOf, type Cell, glyphs, lookOf, type CellLook } from "./calendar.ts";
import { entriesShape, type Ledger, ledgerOf } from "./ledger.ts";
import type { Opened } from "./opened.ts";

export default function PremiumsTab({
  about,
  person,
  opened,
}: {
  readonly about: Case;
  readonly person: string;
  readonly opened: Opened;
}) {
  const words = useWords();
  const { value, refused } = useOnce(entriesShape, premiumsPath(about, person));
  const outcome = useMemo(
    () => (value === undefined ? undefined : ledgerOf(value.entries, opened)),
    [value, opened],
  );
  return (
    <section className="card" aria-labelledby="premiums">
      <h2 id="premiums">{words.premiums.heading}</h2>
      <Refusal refused={refused} />
      {outcome === undefined && refused === undefined && <p className="hint">{words.loading}</p>}
      {outcome?.outcome === "no-birth-date" && <Notice tone="warning">{words.premiums.needBirth}</Notice>}
      {outcome?.outcome === "empty" && <Empty title={words.premiums.empty} />}
      {outcome?.outcome === "ledger" && <Calendar ledger={outcome.ledger} />}
    </section>
  );
}

export function premiumsPath(about: Case, person: string): string {
  return `/api/cases/${about.caseId}/persons/${person}/premiums`;
}

function Calendar({ ledger }: { readonly ledger: Ledger }) {
  const words = useWords();
  const { years, rows } = useMemo(() => calendarOf(ledger.statement), [ledger]);
  const [at, setAt] = useState<readonly [number, number]>([0, years.length - 1]);
  const move = (event: React.KeyboardEvent<HTMLTableElement>): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const row = Math.min(11, Math.max(0, at[0] + step[0]));
    const column = Math.min(years.length - 1, Math.max(0, at[1] + step[1]));
    setAt([row, column]);
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`)?.focus();
  };
  const chosen = rows[at[0]]?.[at[1]];
  return (
    <>
      <p className="hint">
        {words.premiums.lead} {words.premiums.keyboard}
      </p>
      <div className="calendar-scroll">
        <table className="calendar" role="grid" aria-label={words.premiums.heading} onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">{words.premiums.month}</span>
              </th>
              {years.map((year) => (
                <th key={year} scope="col" aria-label={words.premiums.fiscalYear(String(year))}>
                  {year % 5 === 0 ? year : ""}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={monthNumbers[row]}>
                <th scope="row">{monthNumbers[row]}</th>
                {cells.map((cell, column) => (
                  <CalendarCell
                    key={cell.month}
                    cell={cell}
                    place={`${row} ${column}`}
                    isCurrent={at[0] === row && at[1] === column}
                    onFocus={() => setAt([row, column])}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen !== undefined && <MonthLine cell={chosen} />}
      <Legend />
      <Findings ledger={ledger} />
    </>
  );
}

/** Fiscal years run from April to March. */
const monthNumbers = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3] as const;
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function CalendarCell({
  cell,
  place,
  isCurrent,
  onFocus,
}: {
  readonly cell: Cell;
  readonly place: string;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
}) {
  const words = useWords();
  const look = lookOf(cell);
  return (
    <td
      data-cell={place}
      data-look={look}
      data-overlap={(cell.found?.statuses.length ?? 0) > 1 ? "" : undefined}
      role="gridcell"
      tabIndex={isCurrent ? 0 : -1}
      aria-label={`${cell.month} ${cellText(words, cell)}`}
      onFocus={onFocus}
      onPointerEnter={(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      <span aria-hidden="true">{glyphs[look]}</span>
    </td>
  );
}

function cellText(words: Words, { found }: Cell): string {
  if (found === undefined) return words.premiums.outside;
  if (found.statuses.length === 0) return found.isGap ? words.premiums.gap : words.premiums.outside;
  const parts = found.statuses.map(({ scheme, kind }) =>
    [words.premiums.schemes[scheme], kind === undefined ? "" : words.premiums.kinds[kind]].join(" "),
  );
  return parts.join("; ");
}

/** The month under the pointer or the cursor, in words. */
function MonthLine({ cell }: { readonly cell: Cell }) {
  const words = useWords();
  const language = useLanguage();
  const statuses = cell.found?.statuses ?? [];
  return (
    <p className="month-line" aria-hidden="true">
      <strong>{cell.month}</strong>
      <span>{cellText(words, cell)}</span>
      {statuses.map(({ scheme, paidYen, doubts }) => (
        <span key={scheme}>
          {words.premiums.yen(numberText(language, paidYen))}
          {doubts.map((doubt) => ` · ${words.premiums.doubtKinds[doubt]}`)}
        </span>
      ))}
    </p>
  );
}

const legend: readonly CellLook[] = [
  "paid",
  "employees",
  "national3",
  "exempt",
  "partial",
  "student",
  "deferred",
  "unpaid",
  "gap",
];

function Legend() {
  const words = useWords();
  const { kinds, schemes } = words.premiums;
  const texts: Readonly<Record<string, string>> = {
    paid: `${schemes.national1} ${kinds.paid}`,
    employees: schemes.employees,
    national3: schemes.national3,
    exempt: kinds.exemptFull,
    partial: `${kinds.exemptThreeQuarters} – ${kinds.exemptQuarter}`,
    student: kinds.student,
    deferred: kinds.deferred,
    unpaid: kinds.unpaid,
    gap: words.premiums.gap,
  };
  return (
    <ul className="legend">
      {legend.map((look) => (
        <li key={look}>
          <span className="swatch" data-look={look} aria-hidden="true">
            {glyphs[look]}
          </span>
          {texts[look]}
        </li>
      ))}
    </ul>
  );
}

function Findings({ ledger }: { readonly ledger: Ledger }) {
  const words = useWords();
  const { gaps, overlaps, doubtful } = ledger.statement;
  return (
    <dl className="findings">
      <div>
        <dt>{words.premiums.gaps}</dt>
        <dd>
          {gaps.length === 0 ? words.none : gaps.map((gap) => <RangeText key={gap.from} range={gap} />)}
        </dd>
      </div>
      <div>
        <dt>{words.premiums.overlap}</dt>
        <dd>
          {overlaps.length === 0 ? words.none : overlaps.map(({ month }) => <span key={month}>{month}</span>)}
        </dd>
      </div>
      <div>
        <dt>{words.premiums.doubts}</dt>
        <dd>
          {doubtful.length === 0
            ? words.none
            : doubtful.map(({ month, scheme, doubts }) => (
                <span key={`${month} ${scheme}`}>
                  {month} {doubts.map((doubt) => words.premiums.doubtKinds[doubt]).join(", ")}
                </span>
              ))}
        </dd>
      </div>
    </dl>
  );
}

function RangeText({ range: { from, to } }: { readonly range: MonthRange }) {
  return <span>{from === to ? from : `${from} – ${to}`}</span>;
}
