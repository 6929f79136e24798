/** Before anything is shown: for what, and which fields. The least is the default. */
import { useState } from "react";
import type { Field } from "@kura/custodian/register/field.ts";
import type { Roster } from "../../api/shapes.ts";
import { Button, SelectField } from "../../ui/controls.tsx";
import { useWords, wordOf } from "../../words/words.ts";
import { FieldChecks } from "./field-checks.tsx";
import type { LookWishes } from "./look-wishes.ts";
import { fieldsOf, identifying } from "./purposes.ts";

export function OpenForm({
  roster,
  purposes,
  isBusy,
  onOpen,
}: {
  readonly roster: Roster;
  readonly purposes: readonly string[];
  readonly isBusy: boolean;
  readonly onOpen: (wishes: LookWishes) => void;
}) {
  const words = useWords();
  const [purpose, setPurpose] = useState(purposes[0] ?? "");
  const allowed = fieldsOf(roster, purpose);
  const [chosen, setChosen] = useState<readonly Field[]>(allowed.filter((one) => identifying.includes(one)));
  const choosePurpose = (next: string): void => {
    setPurpose(next);
    setChosen(fieldsOf(roster, next).filter((one) => identifying.includes(one)));
  };
  return (
    <form
      className="card sealed-card"
      onSubmit={(event) => {
        event.preventDefault();
        onOpen({ purpose, fields: chosen });
      }}
    >
      <h2>
        <span className="seal" aria-hidden="true" /> {words.person.sealed}
      </h2>
      <p className="hint">{words.person.sealedHint}</p>
      <SelectField
        label={words.person.purpose}
        value={purpose}
        options={purposes.map((one) => [one, wordOf(words.purposes, one)])}
        onChange={(event) => choosePurpose(event.target.value)}
      />
      <FieldChecks legend={words.person.fields} allowed={allowed} chosen={chosen} onChoose={setChosen}>
        <Button look="quiet" onClick={() => setChosen(allowed)}>
          {words.person.all}
        </Button>
      </FieldChecks>
      <Button type="submit" look="primary" disabled={isBusy || chosen.length === 0}>
        {isBusy ? words.person.looking : words.person.look}
      </Button>
    </form>
  );
}
