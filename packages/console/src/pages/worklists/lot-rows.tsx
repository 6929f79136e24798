/** The rows of a lot: what is sealed, what was opened, and the word at the end. One row is current; keys act on it. */
import { useEffect, useRef } from "react";
import type { Field } from "@kura/custodian/register/field.ts";
import type { Lot } from "../../api/shapes-worklists.ts";
import { Button } from "../../ui/controls.tsx";
import { Segments } from "../../ui/segments.tsx";
import { useLanguage, useWords, wordOf } from "../../words/words.ts";
import { type Opened, valuesOf } from "../person/opened.ts";
import { factText } from "../person/fact-text.ts";

interface LotRowsProps {
  readonly lot: Lot;
  readonly columns: readonly Field[];
  readonly opened: ReadonlyMap<string, Opened>;
  readonly results: readonly string[];
  readonly isMine: boolean;
  readonly isBusy: boolean;
  /** The row that keys act on, from 0. */
  readonly current: number;
  readonly onCurrent: (row: number) => void;
  readonly onReveal: (person: string) => void;
  readonly onResult: (person: string, result: string) => void;
}

export function LotRows(props: LotRowsProps) {
  const words = useWords();
  const { lot, columns, results, isMine, current, onCurrent, onReveal, onResult } = props;
  const last = lot.persons.length - 1;
  const give = (at: number, result: string): void => {
    const person = lot.persons[at]?.person;
    if (person === undefined) return;
    onResult(person, result);
    onCurrent(Math.min(at + 1, last));
  };
  useRowKeys(isMine, {
    move: (step) => onCurrent(Math.max(0, Math.min(current + step, last))),
    open: () => {
      const person = lot.persons[current]?.person;
      if (person !== undefined && !props.opened.has(person)) onReveal(person);
    },
    result: (n) => {
      const result = results[n];
      if (result !== undefined) give(current, result);
    },
  });
  return (
    <>
      <div className="table-scroll" role="region" aria-label={words.worklists.lots} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.worklists.person}</th>
              {columns.map((field) => (
                <th key={field} scope="col">
                  {words.fields[field]}
                </th>
              ))}
              <th scope="col">{words.worklists.result}</th>
            </tr>
          </thead>
          <tbody>
            {lot.persons.map((_, at) => (
              <LotRow
                key={lot.persons[at]?.person}
                {...props}
                at={at}
                isCurrent={isMine && at === current}
                onHere={() => onCurrent(at)}
                onGive={(result) => give(at, result)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {isMine && <p className="hint">{words.worklists.keys}</p>}
    </>
  );
}

function LotRow({
  lot,
  columns,
  opened,
  results,
  isMine,
  isBusy,
  onReveal,
  at,
  isCurrent,
  onHere,
  onGive,
}: LotRowsProps & {
  readonly at: number;
  readonly isCurrent: boolean;
  readonly onHere: () => void;
  readonly onGive: (result: string) => void;
}) {
  const words = useWords();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  const one = lot.persons[at];
  if (one === undefined) return null;
  const shown = opened.get(one.person);
  return (
    <tr ref={row} aria-current={isCurrent ? "true" : undefined} onFocus={onHere}>
      <th scope="row" className="lot-person">
        <span className={shown === undefined ? "seal" : "seal seal-open"} aria-hidden="true" /> {at + 1}
      </th>
      {columns.map((field, n) => (
        <td key={field}>
          {shown !== undefined && <Value opened={shown} field={field} />}
          {shown === undefined && (n > 0 || !isMine) && <span className="masked">••••</span>}
          {shown === undefined && n === 0 && isMine && (
            <Button look="quiet" disabled={isBusy} onClick={() => onReveal(one.person)}>
              {words.worklists.reveal}
            </Button>
          )}
        </td>
      ))}
      <td>
        {!isMine && (one.result === undefined ? words.none : wordOf(words.worklists.results, one.result))}
        {isMine && (
          <Segments
            label={`${words.worklists.result} ${at + 1}`}
            options={results.map((result, n) => [
              result,
              <>
                {isCurrent && <kbd aria-hidden="true">{n + 1}</kbd>} {wordOf(words.worklists.results, result)}
              </>,
            ])}
            chosen={one.result}
            onChoose={onGive}
          />
        )}
      </td>
    </tr>
  );
}

function Value({ opened, field }: { readonly opened: Opened; readonly field: Field }) {
  const words = useWords();
  const language = useLanguage();
  const [now] = valuesOf(opened, field);
  return now === undefined ? (
    <span className="hint">{words.person.nothing}</span>
  ) : (
    factText(words, language, now)
  );
}

interface RowKeys {
  readonly move: (step: 1 | -1) => void;
  readonly open: () => void;
  readonly result: (n: number) => void;
}

function useRowKeys(isOn: boolean, keys: RowKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const { target, key } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof HTMLElement && target.matches("input, select, textarea")) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (step === 1 || step === -1) {
        event.preventDefault();
        latest.current.move(step);
      }
      // A button under the finger does what the button says.
      if (key === "Enter" && !(target instanceof HTMLElement && target.matches("button, a, summary"))) {
        latest.current.open();
      }
      if (key === "p" && document.querySelector("[data-printed]") !== null) print();
      if (/^[1-9]$/u.test(key)) latest.current.result(Number(key) - 1);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOn]);
}
