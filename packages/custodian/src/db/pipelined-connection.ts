/**
 * The connection that gathered reads share: a statement goes out behind the one before it without waiting for its rows.
 *
 * For short reads that change nothing. Two statements asked for at once cost the server one waking and this process no
 * turn of a pool; one that is slow holds up the next. A connection that is lost fails who waits, and the next query makes
 * another.
 */
import { Socket } from "node:net";
import pg from "pg";

export class PipelinedConnection {
  readonly #config: pg.ClientConfig;
  #client: Promise<pg.Client> | undefined;
  #socket: Socket | undefined;

  /** Nothing connects before the first query. */
  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    this.#client ??= this.#connect();
    const client = await this.#client;
    this.#gatherWrites();
    return client.query(query);
  }

  /** Statements of one turn of the loop leave together: one call of the system, and one waking of the server. */
  #gatherWrites(): void {
    const socket = this.#socket;
    if (socket === undefined || socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  async end(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #connect(): Promise<pg.Client> {
    const socket = new Socket();
    this.#socket = socket;
    // Newer than the types of `pg`.
    const config: pg.ClientConfig & { readonly pipeline: true } = {
      ...this.#config,
      pipeline: true,
      stream: () => socket,
    };
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
