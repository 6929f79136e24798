/**
 * Whether a request was made by Kura's own pages. The cookie alone must not be enough: any page a member of staff opens
 * could make their browser send it.
 *
 * The host must be one of ours (a name that was bound to our address is not). What changes something must say where it
 * comes from, by `Origin` or by `Sec-Fetch-Site` (Fetch Metadata), and that must be us; a reading request may say nothing,
 * as programs do, but not that it comes from elsewhere.
 */
export function isOwnRequest(request: Request, origins: readonly string[]): boolean {
  const hosts = origins.map((origin) => new URL(origin).host);
  if (!hosts.includes(request.headers.get("Host") ?? new URL(request.url).host)) return false;
  const origin = request.headers.get("Origin");
  const site = request.headers.get("Sec-Fetch-Site");
  if (origin !== null && !origins.includes(origin)) return false;
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (site !== null && site !== "same-origin" && !(isReading && site === "none")) return false;
  return isReading || origin !== null || site === "same-origin";
}
