/** Standing for words about an incident: the order is signed over the very words that were shown, and the keeper compares them. */
import { isRefused } from "../api/ask.ts";
import { saidShape, type Words } from "../api/shapes-incident.ts";
import { useDesk } from "../desk.ts";
import { wordsOrder } from "../door/resolve.ts";
import { type Action, useAction } from "../ui/use-action.ts";
import { type Language, numberText, type Words as Text } from "../words/words.ts";

export type Saying = Action<[incident: string, words: Words]>;

/** @param onSaid whether another actor has to say the same, or two have. */
export function useSaying(onSaid: (outcome: "proposed" | "done") => void): Saying {
  const { ask, orders } = useDesk();
  return useAction(async (incident: string, about: Words) => {
    const path = `/api/incidents/${incident}/resolutions`;
    const answer = await orders.perform(
      () => wordsOrder(incident, about),
      (order) => ask(saidShape, { method: "POST", path, body: { words: about, order } }),
    );
    if (!isRefused(answer)) onSaid(answer.value.outcome);
    return answer;
  });
}

export function wordsText(words: Text, language: Language, about: Words): string {
  if (about.subject === "closing") return words.decisions.closing(about.reason);
  if (about.subject === "proof") return words.decisions.proof(about.person.slice(-6), about.proof);
  if (about.subject === "reissue") {
    return words.decisions.reissue(numberText(language, about.persons), about.block);
  }
  return words.incidents.revision(about.revision);
}
