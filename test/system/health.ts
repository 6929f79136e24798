/** What a running instance says of itself over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

export async function getHealth(url: string): Promise<Answer> {
  const response = await fetch(`${url}/healthz`);
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

export const well: Answer = {
  status: 200,
  body: { status: "ok", database: "ok", keysDatabase: "ok", keeper: "ok" },
};
