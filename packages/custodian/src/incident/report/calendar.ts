/** Deadlines as iCalendar (RFC 5545): one event each, with an alarm when four fifths of the time have passed. */
import type { IncidentRow } from "../store.ts";
import type { Deadline } from "./duties.ts";

export function renderCalendar(incident: IncidentRow, deadlines: readonly Deadline[], now: Date): string {
  const events = deadlines.flatMap(({ duty, dueAt }) => [
    "BEGIN:VEVENT",
    `UID:${incident.incidentId}-${duty.id}@kura`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(dueAt)}`,
    ...fold(`SUMMARY:${escapeText(`${duty.title} (${duty.regime})`)}`),
    ...fold(`DESCRIPTION:${escapeText([...duty.steps, duty.source].join("\n"))}`),
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    ...fold(`DESCRIPTION:${escapeText(duty.title)}`),
    `TRIGGER:-PT${Math.round((duty.limitHours(incident) * 60) / 5)}M`,
    "END:VALARM",
    "END:VEVENT",
  ]);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//kura//incident deadlines//EN",
    ...events,
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function stamp(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d{3}/gu, "");
}

/** RFC 5545 section 3.3.11. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/gu, (mark) => `\\${mark}`).replaceAll("\n", "\\n");
}

/** Lines of 75 octets at most (section 3.1), never cut inside of a character. */
function fold(line: string): string[] {
  const lines: string[] = [];
  let part = "";
  for (const character of line) {
    if (Buffer.byteLength(part + character) > 74) {
      lines.push(part);
      part = " ";
    }
    part += character;
  }
  return [...lines, part];
}
