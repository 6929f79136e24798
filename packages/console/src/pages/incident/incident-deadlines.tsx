/** What the law asks after an incident, and how long there is for it: the clocks go on while the screen is shown. */
import type { Room } from "../../api/shapes.ts";
import { Badge, Empty } from "../../ui/controls.tsx";
import { useTick } from "../../ui/use-tick.ts";
import { type Language, numberText, timeText, useLanguage, useWords, type Words } from "../../words/words.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

export function Deadlines({ deadlines }: { readonly deadlines: Room["deadlines"] }) {
  const words = useWords();
  const language = useLanguage();
  const nowMs = useTick(minuteMs);
  return (
    <section className="card" aria-labelledby="deadlines">
      <h2 id="deadlines">{words.incidents.deadlines}</h2>
      {deadlines.length === 0 && <Empty title={words.incidents.noDeadlines} />}
      <ul className="deadlines">
        {deadlines.map(({ duty, title, dueAt, source }) => {
          const leftMs = Date.parse(dueAt) - nowMs;
          const hours = Math.floor(leftMs / hourMs);
          const isLate = leftMs < 0;
          const text = durationText(words, language, Math.abs(leftMs));
          return (
            <li key={duty}>
              <strong>{words.incidents.duties[duty] ?? title}</strong>
              <span>
                {words.incidents.due(timeText(language, dueAt))}{" "}
                <Badge tone={isLate ? "bad" : hours < 48 ? "warning" : "calm"}>
                  {isLate ? words.incidents.overdue(text) : words.incidents.left(text)}
                </Badge>
              </span>
              <span className="hint">{source}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Days and hours; within a day, hours and minutes. */
function durationText(words: Words, language: Language, ms: number): string {
  const [hours, minutes] = [Math.floor(ms / hourMs), Math.floor((ms % hourMs) / minuteMs)];
  const figure = (value: number): string => numberText(language, value);
  if (hours < 24) return words.incidents.hoursMinutes(figure(hours), figure(minutes));
  return words.incidents.daysHours(figure(Math.floor(hours / 24)), figure(hours % 24));
}
