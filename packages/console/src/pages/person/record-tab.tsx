/** What was opened, field by field; what is still sealed, and what this purpose never shows. More needs a reason. */
import { useState } from "react";
import { type Field, fields } from "@kura/custodian/register/field.ts";
import type { Roster } from "../../api/shapes.ts";
import { Button, Notice, TextField } from "../../ui/controls.tsx";
import { useLanguage, useWords } from "../../words/words.ts";
import { type Opened, valuesOf } from "./opened.ts";
import { factText } from "./fact-text.ts";
import type { LookWishes } from "./look-wishes.ts";
import { fieldsOf } from "./purposes.ts";

export function RecordTab({
  roster,
  opened,
  purposes,
  isBusy,
  onOpen,
}: {
  readonly roster: Roster;
  readonly opened: Opened;
  readonly purposes: readonly string[];
  readonly isBusy: boolean;
  readonly onOpen: (wishes: LookWishes) => void;
}) {
  const words = useWords();
  const purpose = purposes.includes(opened.purpose) ? opened.purpose : (purposes[0] ?? "");
  const allowed = fieldsOf(roster, purpose);
  const sealed = allowed.filter((field) => !opened.fields.includes(field));
  const never = fields.filter((field) => !allowed.includes(field) && !opened.fields.includes(field));
  return (
    <>
      {opened.isNearBudget && <Notice tone="warning">{words.budget.near}</Notice>}
      <section className="card" aria-labelledby="facts">
        <h2 id="facts">{words.person.facts}</h2>
        <dl className="facts">
          {opened.fields.map((field) => (
            <div key={field}>
              <dt>{words.fields[field]}</dt>
              <FactValues opened={opened} field={field} />
            </div>
          ))}
          {sealed.map((field) => (
            <div key={field} className="fact-sealed">
              <dt>{words.fields[field]}</dt>
              <dd>
                <span className="seal" aria-hidden="true" /> {words.person.stillSealed}
              </dd>
            </div>
          ))}
          {never.map((field) => (
            <div key={field} className="fact-never">
              <dt>{words.fields[field]}</dt>
              <dd>{words.person.notAllowed}</dd>
            </div>
          ))}
        </dl>
      </section>
      {sealed.length > 0 && <MoreForm sealed={sealed} purpose={purpose} isBusy={isBusy} onOpen={onOpen} />}
    </>
  );
}

function FactValues({ opened, field }: { readonly opened: Opened; readonly field: Field }) {
  const words = useWords();
  const language = useLanguage();
  const [now, ...before] = valuesOf(opened, field);
  if (now === undefined) return <dd className="fact-none">{words.person.nothing}</dd>;
  return (
    <dd lang={isJapanese(field) ? "ja" : undefined}>
      <span className="fact-value">{factText(words, language, now)}</span>
      {before.length > 0 && (
        <ul className="fact-before" aria-label={words.person.former}>
          {before.map((fact) => (
            <li key={fact.value}>{factText(words, language, fact)}</li>
          ))}
        </ul>
      )}
    </dd>
  );
}

function isJapanese(field: Field): boolean {
  return ["name", "kana", "formerName", "formerKana", "address"].includes(field);
}

function MoreForm({
  sealed,
  purpose,
  isBusy,
  onOpen,
}: {
  readonly sealed: readonly Field[];
  readonly purpose: string;
  readonly isBusy: boolean;
  readonly onOpen: (wishes: LookWishes) => void;
}) {
  const words = useWords();
  const [chosen, setChosen] = useState<readonly Field[]>([]);
  const [reason, setReason] = useState("");
  const wanted = chosen.filter((field) => sealed.includes(field));
  return (
    <section className="card quiet-card" aria-labelledby="more">
      <h2 id="more">{words.person.more}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onOpen({ purpose, fields: wanted, reason });
          setChosen([]);
          setReason("");
        }}
      >
        <div className="checks">
          {sealed.map((field) => (
            <label key={field}>
              <input
                type="checkbox"
                checked={chosen.includes(field)}
                onChange={() =>
                  setChosen(
                    chosen.includes(field) ? chosen.filter((one) => one !== field) : [...chosen, field],
                  )
                }
              />
              {words.fields[field]}
            </label>
          ))}
        </div>
        <TextField
          label={words.person.moreReason}
          hint={words.person.moreReasonHint}
          value={reason}
          required
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="submit" disabled={isBusy || wanted.length === 0}>
          {isBusy ? words.person.looking : words.person.openMore}
        </Button>
      </form>
    </section>
  );
}
