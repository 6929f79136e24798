/** A second actor's yes to a screen: they say themselves what is looked for, and the keeper compares the two. */
import { useState } from "react";
import type { Waiting } from "../../api/shapes-office.ts";
import { rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Refusal } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { useWords } from "../../words/words.ts";
import { CriterionFields, nothingSaid, readCriterion } from "./criterion-fields.tsx";
import { purposesServing, useAgreeing } from "./use-screens.ts";

export function AgreeToScreen({
  one,
  onAgreed,
}: {
  readonly one: Waiting & { readonly kind: "screen" };
  readonly onAgreed: () => void;
}) {
  const words = useWords();
  const { me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster").value;
  const [purpose = ""] = roster === undefined ? [] : purposesServing(me, roster, "agree");
  const [said, setSaid] = useState(nothingSaid);
  const agreeing = useAgreeing(purpose, () => {
    setSaid(nothingSaid);
    onAgreed();
  });
  const criterion = readCriterion(said);
  return (
    <details className="quiet-details">
      <summary>{words.screens.agree}</summary>
      <p>{one.reason}</p>
      <p className="hint">{words.screens.agreeHint}</p>
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (criterion !== undefined) agreeing.run(one.id, one.request, criterion);
        }}
      >
        <CriterionFields
          said={said}
          {...(roster !== undefined && { allowed: roster.purposes[one.purpose]?.fields ?? [] })}
          onSay={setSaid}
        />
        <Refusal refused={agreeing.refused} />
        <Button type="submit" look="primary" disabled={agreeing.isRunning || criterion === undefined}>
          {words.screens.agreeNow}
        </Button>
      </form>
    </details>
  );
}
