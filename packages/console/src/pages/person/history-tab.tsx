/** Facts over time: every record as it came, newest first, with what each said. */
import { useLanguage, useWords } from "../../words/words.ts";
import type { Opened } from "./opened.ts";
import { factText } from "./fact-text.ts";

export default function HistoryTab({ opened }: { readonly opened: Opened }) {
  const words = useWords();
  const language = useLanguage();
  const numbered = opened.records.map((facts, i) => ({ no: i + 1, facts }));
  return (
    <section className="card" aria-labelledby="history">
      <h2 id="history">{words.person.tabs.history}</h2>
      <p className="hint">{words.person.historyLead}</p>
      <ol className="timeline">
        {numbered.toReversed().map(({ no, facts }) => (
          <li key={no}>
            <h3>{words.person.recordOf(no)}</h3>
            <dl>
              {facts.map((fact) => (
                <div key={`${fact.field} ${fact.value}`}>
                  <dt>{words.fields[fact.field]}</dt>
                  <dd>
                    {factText(words, language, fact)}
                    {fact.from !== undefined && (
                      <span className="hint"> {words.person.since(fact.from)}</span>
                    )}
                    {fact.to !== undefined && <span className="hint"> {words.person.until(fact.to)}</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
    </section>
  );
}
