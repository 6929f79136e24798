/** Times as a `datetime-local` input has them: this machine's zone, minutes. The API is told an instant. */

export function localOf(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function isoOfLocal(local: string): string {
  return new Date(local).toISOString();
}
