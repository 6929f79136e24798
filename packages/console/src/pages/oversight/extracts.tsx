/** Sealed extracts: whose, how many rows, until when, how often opened; and one click that stops every further opening. */
import { extractsShape } from "../../api/shapes.ts";
import { Empty, Notice, PageHead, Refusal } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { useWords } from "../../words/words.ts";
import { ExtractTable, isOpen, useRevoking } from "./extract-table.tsx";

export default function ExtractsPage() {
  const words = useWords();
  const extracts = useAnswer(extractsShape, "/api/extracts", 5_000);
  const revoking = useRevoking(extracts.refresh);
  const all = extracts.value?.extracts ?? [];
  const [open, closed] = [all.filter(isOpen), all.filter((one) => !isOpen(one))];
  return (
    <>
      <PageHead title={words.extracts.heading} lead={words.extracts.lead} />
      <Refusal refused={extracts.refused ?? revoking.refused} />
      {revoking.isDone && <Notice tone="good">{words.extracts.revoked}</Notice>}
      {extracts.value !== undefined && all.length === 0 && (
        <Empty title={words.extracts.empty}>{words.extracts.emptyHint}</Empty>
      )}
      {open.length > 0 && (
        <ExtractTable
          title={words.extracts.open}
          extracts={open}
          {...(revoking.isAllowed && { onRevoke: revoking.run })}
        />
      )}
      {closed.length > 0 && <ExtractTable title={words.extracts.closed} extracts={closed} />}
    </>
  );
}
