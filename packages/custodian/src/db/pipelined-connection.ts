/**
 * The connection that gathered reads share: a statement goes out behind the one before it without waiting for its rows.
 *
 * For short reads that change nothing. Two statements asked for at once cost the server one waking and this process no
 * turn of a pool; one that is slow holds up the next. A connection that is lost fails who waits, and the next query makes
 * another.
 */
import pg from "pg";

export class PipelinedConnection {
  readonly #config: pg.ClientConfig;
  #client: Promise<pg.Client> | undefined;

  /** Nothing connects before the first query. */
  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    this.#client ??= this.#connect();
    return (await this.#client).query(query);
  }

  async end(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #connect(): Promise<pg.Client> {
    // Newer than the types of `pg`.
    const config: pg.ClientConfig & { readonly pipeline: true } = { ...this.#config, pipeline: true };
    const client = new pg.Client(config);
    const forget = (): void => {
      this.#client = undefined;
    };
    // Whoever waits is told by their own query; a connection lost while nobody does is made anew.
    client.on("error", forget).on("end", forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return client;
  }
}
