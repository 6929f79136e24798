/** Which fields: those that the purpose may show, to be ticked. Chosen ones keep the order of the register. */
import type { ReactNode } from "react";
import { type Field, fields as allFields } from "@kura/custodian/register/field.ts";
import { useWords } from "../../words/words.ts";

export function FieldChecks({
  legend,
  allowed,
  chosen,
  onChoose,
  children,
}: {
  readonly legend: string;
  readonly allowed: readonly Field[];
  readonly chosen: readonly Field[];
  readonly onChoose: (chosen: readonly Field[]) => void;
  /** Below the fields. */
  readonly children?: ReactNode;
}) {
  const words = useWords();
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div className="checks">
        {allowed.map((field) => (
          <label key={field}>
            <input
              type="checkbox"
              checked={chosen.includes(field)}
              onChange={() => onChoose(allFields.filter((one) => chosen.includes(one) !== (one === field)))}
            />
            {words.fields[field]}
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  );
}
