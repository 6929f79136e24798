/**
 * Screens: who of some persons meets a criterion that only the keeper can compare. Asked here, agreed to by a second actor under
 * what awaits one, worked off, and opened as a worklist. Counts alone; neither criterion nor persons are shown.
 */
import { Link } from "@tanstack/react-router";
import { type Roster, rosterShape } from "../../api/shapes.ts";
import { type Screen, screensShape } from "../../api/shapes-screens.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, PageHead, Refusal, Table, type Tone } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { AskScreen } from "./screen-ask.tsx";
import { purposesServing, type ScreenState, stateOf, useRunning } from "./use-screens.ts";

export const screensPath = "/api/screens";
const tones: Readonly<Record<ScreenState, Tone>> = {
  waits: "warning",
  ready: "calm",
  running: "calm",
  done: "good",
};

export default function ScreensPage() {
  const words = useWords();
  const { me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster").value;
  const { value, refused, refresh } = useAnswer(screensShape, screensPath, 5_000);
  const purposes = roster === undefined ? [] : purposesServing(me, roster, "screen");
  return (
    <>
      <PageHead title={words.screens.heading} lead={words.screens.lead} />
      <Refusal refused={refused} />
      {value !== undefined && roster !== undefined && (
        <div className={purposes.length > 0 ? "columns" : ""}>
          <section aria-labelledby="asked">
            <h2 id="asked">{words.screens.asked}</h2>
            {value.screens.length === 0 && (
              <Empty title={words.screens.empty}>{words.screens.emptyHint}</Empty>
            )}
            {value.screens.length > 0 && (
              <ScreenTable screens={value.screens} roster={roster} onRun={refresh} />
            )}
          </section>
          {purposes.length > 0 && (
            <AskScreen roster={roster} purposes={purposes} screens={value.screens} onAsked={refresh} />
          )}
        </div>
      )}
    </>
  );
}

function ScreenTable({
  screens,
  roster,
  onRun,
}: {
  readonly screens: readonly Screen[];
  readonly roster: Roster;
  readonly onRun: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const running = useRunning(onRun);
  const { at, reason, candidates, found, state } = words.screens.columns;
  return (
    <>
      <Refusal refused={running.refused} />
      <Table
        caption={words.screens.asked}
        columns={[at, reason, { figure: candidates }, { figure: found }, state]}
      >
        {screens.map((one) => {
          const now = stateOf(one, roster);
          return (
            <tr key={one.screen}>
              <td className="cell-time">
                {timeText(language, one.madeAt)} <span className="hint">{one.askedBy}</span>
              </td>
              <td className="cell-main">
                {one.reason} <span className="hint">{wordOf(words.purposes, one.purpose)}</span>
              </td>
              <td className="cell-figure">{numberText(language, one.candidates)}</td>
              <td className="cell-figure">
                {now === "waits" || now === "ready" ? "" : numberText(language, one.found)}
              </td>
              <td>
                <Badge tone={tones[now]}>{words.screens.states[now]}</Badge>{" "}
                {(now === "ready" || now === "running") && (
                  <Button look="quiet" disabled={running.isRunning} onClick={() => running.run(one.screen)}>
                    {words.screens.run}
                  </Button>
                )}
                {now === "done" && one.found > 0 && (
                  <Link to="/worklists" state={{ screen: one.screen }} className="nowrap">
                    {words.screens.toWorklist}
                  </Link>
                )}
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Whose persons a new worklist is to have. */
    screen?: string;
  }
}
