/** Who comes into question, by what stands in clear: dates, months of the ledger, or what a screen found. Nobody is named. */
import { SelectField, TextField } from "../../ui/controls.tsx";
import { useWords } from "../../words/words.ts";

const selections = ["no-premiums", "registered", "all", "screen"] as const;

export interface Selection {
  readonly by: (typeof selections)[number];
  readonly from: string;
  readonly to: string;
  /** The screen's id. */
  readonly screen: string;
}

export const nobodyYet: Selection = { by: "no-premiums", from: "", to: "", screen: "" };

export function SelectPersons({
  selection,
  screens,
  onSelect,
}: {
  readonly selection: Selection;
  /** Those that are at their end, with their reasons. */
  readonly screens: readonly (readonly [id: string, reason: string])[];
  readonly onSelect: (selection: Selection) => void;
}) {
  const words = useWords();
  const offered = selections.filter((one) => one !== "screen" || screens.length > 0);
  const field = (name: "from" | "to") => ({
    type: selection.by === "no-premiums" ? "month" : "date",
    value: selection[name],
    required: true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onSelect({ ...selection, [name]: event.target.value }),
  });
  return (
    <>
      <SelectField
        label={words.worklists.select}
        value={selection.by}
        options={offered.map((one) => [one, words.worklists.selections[one]])}
        onChange={(event) => {
          const by = selections.find((one) => one === event.target.value) ?? "all";
          onSelect({ by, from: "", to: "", screen: screens[0]?.[0] ?? "" });
        }}
      />
      {(selection.by === "no-premiums" || selection.by === "registered") && (
        <div className="field-row">
          <TextField label={words.worklists.from} {...field("from")} />
          <TextField label={words.worklists.to} {...field("to")} />
        </div>
      )}
      {selection.by === "screen" && (
        <SelectField
          label={words.worklists.whichScreen}
          value={selection.screen}
          options={screens}
          onChange={(event) => onSelect({ ...selection, screen: event.target.value })}
        />
      )}
    </>
  );
}

/** As the API's criteria have it (`custodian/src/extracts/criteria.ts`). */
export function criteriaOf({ by, from, to, screen }: Selection): object {
  if (by === "no-premiums") return { noPremiumsIn: { from, to } };
  if (by === "registered") return { registeredFrom: from, registeredTo: to };
  return by === "screen" ? { screen } : { all: true };
}
