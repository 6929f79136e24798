/**
 * What a screen asks for. Personal data: typed here, sealed to the keeper in this tab, and nowhere else. A second actor types it
 * again, so that two have said the same.
 */
import { encodeCriterion, type Criterion, fieldsOfCriterion } from "@kura/keeper/protocol/screens.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { readBirthDate } from "../../door/terms.ts";
import { SelectField, TextField } from "../../ui/controls.tsx";
import { dateText, useLanguage, useWords } from "../../words/words.ts";

const names = ["bornFrom", "bornTo", "postalPrefix", "addressPrefix", "kanaPrefix", "sex"] as const;
const sexes = ["female", "male"] as const;

/** As it was typed. */
export type CriterionSaid = Readonly<Record<(typeof names)[number], string>>;

export const nothingSaid: CriterionSaid = {
  bornFrom: "",
  bornTo: "",
  postalPrefix: "",
  addressPrefix: "",
  kanaPrefix: "",
  sex: "",
};

/** `undefined` for what is no criterion: a date that is none, a sex alone. */
export function readCriterion(said: CriterionSaid): Criterion | undefined {
  const given = names.flatMap((name): [string, string | undefined][] => {
    if (said[name].trim() === "") return [];
    return [[name, name.startsWith("born") ? readBirthDate(said[name]) : said[name].trim()]];
  });
  if (given.some(([, value]) => value === undefined)) return undefined;
  const criterion: Criterion = Object.fromEntries(given);
  try {
    encodeCriterion(criterion);
    return criterion;
  } catch (fault) {
    if (codeOf(fault) === "bad-criterion") return undefined;
    throw fault;
  }
}

export function CriterionFields({
  said,
  allowed,
  onSay,
}: {
  readonly said: CriterionSaid;
  /** Numbers of the fields that the purpose may compare; all where it is not given. */
  readonly allowed?: readonly number[];
  readonly onSay: (said: CriterionSaid) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const mayAsk = (name: (typeof names)[number]): boolean =>
    allowed === undefined || fieldsOfCriterion({ [name]: "x" }).every((field) => allowed.includes(field));
  return (
    <fieldset>
      <legend>{words.screens.criterion}</legend>
      <div className="field-row">
        {names.map((name) => {
          if (!mayAsk(name)) return null;
          const date = name.startsWith("born") ? readBirthDate(said[name]) : undefined;
          const hint = date === undefined ? words.screens.hints[name] : dateText(language, date);
          const onChange = (event: { readonly target: { readonly value: string } }): void =>
            onSay({ ...said, [name]: event.target.value });
          const shared = { label: words.screens.names[name], hint, value: said[name], onChange };
          if (name !== "sex") return <TextField key={name} maxLength={100} lang="ja" {...shared} />;
          const options = [["", words.screens.any], ...sexes.map((one) => [one, words.sexes[one]])];
          return (
            <SelectField
              key={name}
              {...shared}
              options={options.map(([value = "", text = ""]) => [value, text])}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
