/** Alarms, for officers: sessions that were stopped and orders that were refused. */
import { type Alarm, alarmsShape } from "../../api/shapes.ts";
import { Badge, Empty, PageHead, Refusal, Table } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import {
  type Language,
  numberText,
  problemText,
  timeText,
  useLanguage,
  useWords,
  type Words,
  wordOf,
} from "../../words/words.ts";
import { StartIncidentLink } from "../incident/start-incident.tsx";

export default function AlarmsPage() {
  const words = useWords();
  const language = useLanguage();
  const { value, refused, isLoading } = useAnswer(alarmsShape, "/api/alarms", 10_000);
  const { at, what, actor, office, purpose, event, act } = words.alarms.columns;
  return (
    <>
      <PageHead title={words.alarms.heading} lead={words.alarms.lead} />
      <Refusal refused={refused} />
      {isLoading && <p className="hint">{words.loading}</p>}
      {value?.alarms.length === 0 && <Empty title={words.alarms.empty}>{words.alarms.emptyHint}</Empty>}
      {value !== undefined && value.alarms.length > 0 && (
        <Table
          caption={words.alarms.heading}
          columns={[at, what, actor, office, purpose, { figure: event }, act]}
        >
          {value.alarms.map((alarm) => (
            <tr
              key={alarm.eventNumber ?? `${alarm.at} ${alarm.actor}`}
              className={alarm.kind === "alarm" ? "row-alarm" : ""}
            >
              <td className="cell-time">{timeText(language, alarm.at)}</td>
              <td className="cell-main">
                <Badge tone={alarm.kind === "alarm" ? "bad" : "warning"}>
                  {wordOf(words.alarms.kinds, alarm.kind)}
                </Badge>{" "}
                {outcomeText(words, alarm)}
              </td>
              <td>{alarm.actor}</td>
              <td>{alarm.office}</td>
              <td>{wordOf(words.purposes, alarm.purpose)}</td>
              <td className="cell-figure">{eventText(language, alarm)}</td>
              <td>
                <StartIncidentLink
                  of={{ kind: "account", name: alarm.actor, source: sourceText(words, language, alarm) }}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** A custodian's own refusal stands in no event of the journal. */
function eventText(language: Language, { eventNumber }: Alarm): string {
  return eventNumber === undefined ? "–" : numberText(language, BigInt(eventNumber));
}

function sourceText(words: Words, language: Language, alarm: Alarm): string {
  const { heading } = words.alarms;
  if (alarm.eventNumber === undefined) return `${heading} ${timeText(language, alarm.at)}`;
  return `${heading} ${words.person.event(eventText(language, alarm))}`;
}

function outcomeText(words: Words, { outcome }: Alarm): string {
  const known: Readonly<Record<string, string>> = words.alarms.outcomes;
  return known[outcome] ?? problemText(words, { problem: outcome });
}
