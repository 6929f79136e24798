/**
 * Connections to the two databases, each in the role of its process.
 *
 * `register` holds sealed facts, tokens and premiums; `keys` holds wrapped data keys. The embedded server is reached by
 * its private socket, a server of one's own by `KURA_DATABASE_URL` (and `KURA_KEYS_DATABASE_URL`, else the same server and
 * the database's name followed by `_keys`). 64-bit integers arrive as `bigint`, dates as `YYYY-MM-DD`.
 * An error of the server becomes a {@link Fault} with its SQLSTATE and without its detail, which could quote a row.
 */
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { Fault } from "@kura/kernel/fault.ts";
import type { BinaryCopy } from "./binary-copy.ts";
import { decodeRows, withLiterals } from "./binary-rows.ts";
import { GatheredReads } from "./gathered-reads.ts";
import type { GatheredRead, KeyedRow } from "./gathered-reads.ts";
import { PipelinedConnection } from "./pipelined-connection.ts";
import { sql } from "./sql.ts";
import type { Query, Value } from "./sql.ts";

export type DatabaseName = "register" | "keys";

/** Roles of processes; `owner` only migrates. What each may do stands in `db/grants.sql`. */
export type Role = "kura_custodian" | "kura_auditor" | "owner";

export type DatabaseTarget =
  | {
      readonly kind: "socket";
      readonly socketDir: string;
      readonly port: number;
      readonly ownerRole: string;
      /** Name of the database of the register, `kura` unless given; that of the keys is this and `_keys`. */
      readonly baseName?: string;
    }
  | { readonly kind: "urls"; readonly register: string; readonly keys: string };

/** What reads, inside a transaction or not. Rows are the caller's to parse, in its `store.ts`. */
export interface Reader {
  /** Every row. */
  list<Row extends object>(query: Query): Promise<Row[]>;
  /** The row, or `undefined`; more than one is a `too-many-rows` fault. */
  find<Row extends object>(query: Query): Promise<Row | undefined>;
  /** Exactly one row, or a fault. */
  get<Row extends object>(query: Query): Promise<Row>;
}

/** What writes: only inside {@link Database.transact}. */
export interface Tx extends Reader {
  /** The number of rows touched. */
  run(query: Query): Promise<number>;
  /** Streams rows into `copy … from stdin (format binary)`. */
  copy(statement: string, rows: BinaryCopy): Promise<void>;
}

/** A pool of connections to one database. */
export interface Database extends Reader {
  /** Rows by key, of these keys and perhaps of others'; shares one statement with who asks at the same time. */
  gather<Row extends KeyedRow>(
    read: GatheredRead,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Row[]>>;
  /** Every row, each field as the bytes of its column's binary form: for many bytes at once (`binary-rows.ts`). */
  listBytes(query: Query): Promise<Uint8Array[][]>;
  /**
   * Runs `work` in one transaction: `repeatable read`, so that a batch sees one state of the register.
   *
   * @throws what `work` throws, after the rollback.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while no other process holds `lock` on this database; `undefined` when one does.
   * The server lets go of it by itself when the process dies.
   */
  withLock<T>(lock: bigint, work: () => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

/** The two databases of one process. */
export interface Databases {
  readonly register: Database;
  readonly keys: Database;
}

/** @throws {Fault} `bad-database-url` when an URL is not one of PostgreSQL. */
export function targetOfUrls(registerUrl: string, keysUrl: string | undefined): DatabaseTarget {
  const register = parseUrl(registerUrl);
  const keys = keysUrl === undefined ? new URL(register) : parseUrl(keysUrl);
  if (keysUrl === undefined) keys.pathname = `${register.pathname}_keys`;
  return { kind: "urls", register: register.href, keys: keys.href };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    // The text may hold a password and is not repeated.
    throw new Fault("bad-database-url", "not a PostgreSQL URL with a database: postgres://user@host/name");
  }
  return url;
}

/** A pool of at most `max` connections; nothing connects before it is used. */
export function connect(
  target: DatabaseTarget,
  database: DatabaseName,
  role: Role,
  max: number = 4,
): Database {
  const config = { ...place(target, database, role), types, ...timeouts };
  const options = `${config.options ?? ""} ${plannedOnce}`;
  return new PooledDatabase(new pg.Pool({ ...config, max }), new PipelinedConnection({ ...config, options }));
}

/** Gathered reads are few statements by an index, whatever their keys: planning each anew would cost more than running it. */
const plannedOnce = "-c plan_cache_mode=force_generic_plan";

/** Both pools of one role. */
export function connectBoth(target: DatabaseTarget, role: Role, max?: number): Databases {
  return { register: connect(target, "register", role, max), keys: connect(target, "keys", role, max) };
}

export async function closeBoth(databases: Databases): Promise<void> {
  await Promise.all([databases.register.close(), databases.keys.close()]);
}

/** Name of a database on the embedded server. */
export function databaseName(
  target: DatabaseTarget & { readonly kind: "socket" },
  database: DatabaseName,
): string {
  const { baseName = "kura" } = target;
  return database === "register" ? baseName : `${baseName}_keys`;
}

/** The embedded server's maintenance database, where databases are created. */
export function connectMaintenance(target: DatabaseTarget & { readonly kind: "socket" }): Database {
  const { socketDir: host, port, ownerRole: user } = target;
  return new PooledDatabase(
    new pg.Pool({ host, port, user, database: "postgres", max: 1, types, ...timeouts }),
  );
}

const timeouts = { connectionTimeoutMillis: 30_000, idleTimeoutMillis: 0 } as const;

function place(target: DatabaseTarget, database: DatabaseName, role: Role): pg.PoolConfig {
  const shared = { application_name: `kura ${role}` };
  if (target.kind === "urls") {
    // On a server of one's own the URL's user is a member of the roles and takes on the process's for the whole session.
    const options = role === "owner" ? sessionOptions(role) : `-c role=${role} ${sessionOptions(role)}`;
    return { ...shared, connectionString: target[database], options };
  }
  return {
    ...shared,
    host: target.socketDir,
    port: target.port,
    database: databaseName(target, database),
    user: role === "owner" ? target.ownerRole : role,
    options: sessionOptions(role),
  };
}

/**
 * The custodian always looks up few rows among very many, by an index. In a table that an import has filled faster than
 * the server gathered statistics, the planner would read all of it for every batch instead.
 */
function sessionOptions(role: Role): string {
  return role === "kura_custodian" ? "-c TimeZone=UTC -c enable_seqscan=off" : "-c TimeZone=UTC";
}

const int8Oid = 20;
const numericOid = 1700;
const dateOid = 1082;

/** 64-bit integers and sums of them (which PostgreSQL makes `numeric`) as `bigint`, dates as text; the rest as usual. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === int8Oid || oid === numericOid) return BigInt;
    if (oid === dateOid) return String;
    return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
  },
};

class PooledDatabase implements Database {
  readonly #pool: pg.Pool;
  /** Of gathered reads; nothing connects before there is one. */
  readonly #gathering: PipelinedConnection | undefined;
  readonly #gathered: GatheredReads;

  /** @param gathering without it, gathered reads take a connection of the pool each. */
  constructor(pool: pg.Pool, gathering?: PipelinedConnection) {
    this.#pool = pool;
    this.#gathering = gathering;
    const reading = gathering ?? pool;
    this.#gathered = new GatheredReads(async (query) => (await send(reading, query)).rows as KeyedRow[]);
    // A connection lost while idle is replaced at the next use; without a listener it would stop the process.
    pool.on("error", () => undefined);
    // The same for one that is held, for a lock or between two statements: who holds it learns it at the next statement.
    pool.on("connect", (client) => client.on("error", () => undefined));
  }

  async list<Row extends object>(query: Query): Promise<Row[]> {
    return (await send(this.#pool, query)).rows as Row[];
  }

  async listBytes(query: Query): Promise<Uint8Array[][]> {
    const client = await this.#pool.connect().catch((cause: unknown) => {
      throw faultOf(cause);
    });
    try {
      const chunks: Buffer[] = [];
      const rows = client.query(copyTo(`copy (${withLiterals(query)}) to stdout (format binary)`));
      for await (const chunk of rows) chunks.push(chunk as Buffer);
      client.release();
      return decodeRows(Buffer.concat(chunks));
    } catch (cause) {
      client.release(true);
      throw faultOf(cause);
    }
  }

  async gather<Row extends KeyedRow>(
    read: GatheredRead,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Row[]>> {
    return (await this.#gathered.ask(read, keys)) as ReadonlyMap<string, readonly Row[]>;
  }

  async find<Row extends object>(query: Query): Promise<Row | undefined> {
    return atMostOne(await this.list<Row>(query));
  }

  async get<Row extends object>(query: Query): Promise<Row> {
    return exactlyOne(await this.list<Row>(query));
  }

  async transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((cause: unknown) => {
      throw faultOf(cause);
    });
    try {
      await send(client, sql`begin isolation level repeatable read`);
      const result = await work(new ClientTx(client));
      await send(client, sql`commit`);
      client.release();
      return result;
    } catch (thrown) {
      // A connection on which even the rollback fails is thrown away.
      await client.query("rollback").then(
        () => client.release(),
        (cause: unknown) => client.release(cause instanceof Error ? cause : true),
      );
      throw thrown instanceof pg.DatabaseError ? faultOf(thrown) : thrown;
    }
  }

  async withLock<T>(lock: bigint, work: () => Promise<T>): Promise<T | undefined> {
    const client = await this.#pool.connect().catch((cause: unknown) => {
      throw faultOf(cause);
    });
    try {
      const { rows } = await send(client, sql`select pg_try_advisory_lock(${lock}) as locked`);
      if (!(rows[0] as { locked: boolean }).locked) return undefined;
      try {
        return await work();
      } finally {
        // Let go before the caller goes on; where even that fails, the lock ends with the connection.
        await send(client, sql`select pg_advisory_unlock(${lock})`).catch(() => undefined);
      }
    } finally {
      client.release(true);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#gathering?.end()]);
  }
}

class ClientTx implements Tx {
  readonly #client: pg.PoolClient;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async list<Row extends object>(query: Query): Promise<Row[]> {
    return (await send(this.#client, query)).rows as Row[];
  }

  async find<Row extends object>(query: Query): Promise<Row | undefined> {
    return atMostOne(await this.list<Row>(query));
  }

  async get<Row extends object>(query: Query): Promise<Row> {
    return exactlyOne(await this.list<Row>(query));
  }

  async run(query: Query): Promise<number> {
    return (await send(this.#client, query)).rowCount ?? 0;
  }

  async copy(statement: string, rows: BinaryCopy): Promise<void> {
    if (rows.rowCount === 0) return;
    try {
      await rows.send(this.#client.query(copyFrom(statement)));
    } catch (cause) {
      throw faultOf(cause);
    }
  }
}

/** What takes a statement: a pool, a connection of it, or the one of gathered reads. */
interface Queryable {
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
}

async function send(client: Queryable, query: Query): Promise<pg.QueryResult> {
  try {
    const { text, values, name } = query;
    return await client.query({ text, values: values.map(bindable), ...(name !== undefined && { name }) });
  } catch (cause) {
    throw faultOf(cause);
  }
}

/** In the forms that `pg` writes exactly: bytes as a `Buffer`, 64-bit integers as text. */
function bindable(value: Value): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.map(bindable);
  return value;
}

/** The server's own words may quote a row: only its SQLSTATE is kept. */
function faultOf(cause: unknown): unknown {
  if (cause instanceof pg.DatabaseError) {
    return new Fault(
      `sql-${cause.code ?? "unknown"}`,
      `PostgreSQL refused a statement (SQLSTATE ${cause.code})`,
    );
  }
  if (cause instanceof Fault) return cause;
  return new Fault("database-unreachable", "the database did not answer", { cause });
}

function atMostOne<Row>(rows: readonly Row[]): Row | undefined {
  if (rows.length > 1) throw new Fault("too-many-rows", `expected one row at most, found ${rows.length}`);
  return rows[0];
}

function exactlyOne<Row>(rows: readonly Row[]): Row {
  const row = rows[0];
  if (row === undefined || rows.length > 1)
    throw new Fault("not-one-row", `expected one row, found ${rows.length}`);
  return row;
}
