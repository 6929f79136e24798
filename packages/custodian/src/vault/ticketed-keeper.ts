/**
 * The keeper, for one piece of work that somebody's signed order allows: so many terms blinded, so many records sealed.
 *
 * The order is the actor's own, signed in a browser; what is done beyond its ticket is refused by the keeper.
 */
import { Fault } from "@kura/kernel/fault.ts";
import type { SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { decodeTicket, encodeSignedOrder } from "@kura/keeper/protocol/orders.ts";
import * as protocol from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "./keeper-client.ts";
import { decodeTokens, type Tokens } from "./terms.ts";

/** Leave for the work, or why there is none. */
export async function askTicket(
  keeper: KeeperClient,
  order: SignedOrder,
): Promise<protocol.Answer<TicketedKeeper>> {
  const answer = await keeper.ask("ticket", encodeSignedOrder(order), decodeTicket);
  if (answer.outcome !== "ok") return answer;
  const { ticket, eventNumber } = answer.value;
  return { outcome: "ok", value: new TicketedKeeper(keeper, ticket.slice(), eventNumber) };
}

export class TicketedKeeper {
  /** Of the journal, where the ticket stands. */
  readonly eventNumber: bigint;
  readonly #keeper: KeeperClient;
  readonly #ticket: Uint8Array;

  constructor(keeper: KeeperClient, ticket: Uint8Array, eventNumber: bigint) {
    this.#keeper = keeper;
    this.#ticket = ticket;
    this.eventNumber = eventNumber;
  }

  /** @throws {Fault} `keeper-refused` */
  async indexWritten(count: number, terms: Uint8Array): Promise<Tokens> {
    const payload = [protocol.encodeTermsHead(count, this.#ticket), terms];
    return valueOf(await this.#keeper.ask("index", payload, decodeTokens));
  }

  /** The event is durable in the journal when this returns. @throws {Fault} `keeper-refused` */
  async seal(request: protocol.SealRequest): Promise<protocol.SealAnswer> {
    const payload = protocol.encodeSealRequest(request, this.#ticket);
    return valueOf(await this.#keeper.ask("seal", payload, protocol.decodeSealAnswer));
  }
}

function valueOf<T>(answer: protocol.Answer<T>): T {
  if (answer.outcome === "ok") return answer.value;
  throw new Fault("keeper-refused", `the keeper refused under a ticket: ${answer.outcome}`);
}
