import { randomUUID } from "node:crypto";
import { type Caller, createCaller, PROTOCOLS } from "../support/callers.ts";
import type { Answering } from "../support/people.ts";

/** What a caller was told, by whichever protocol. */
export interface Answered {
	readonly kind: Kind;
	/** Of the key that a `create` asked for. */
	readonly id: string;
	readonly status: number;
	readonly errorId: string | undefined;
	/** Of the key that was made. */
	readonly token: string | undefined;
}

export interface Traffic {
	/** Grows while the traffic runs. */
	readonly answers: readonly Answered[];
	/** Ends it, once each caller has its last answer. Rejects when a caller got none. */
	stop(): Promise<void>;
}

type Kind = "create" | "search" | "getUser";
const KINDS: readonly Kind[] = ["create", "search", "getUser"];

/** Callers of both protocols who write and read, one request after the other, for as long as it goes on. */
export function startTraffic(options: {
	readonly url: string;
	readonly token: string;
	readonly callersPerProtocol: number;
}): Traffic {
	const { url, token, callersPerProtocol } = options;
	const answers: Answered[] = [];
	let isOver = false;
	const run = async (caller: Caller) => {
		for (let n = 0; !isOver; n++) {
			const kind = KINDS[n % KINDS.length] ?? "create";
			answers.push(await ask(caller, kind, token));
		}
		caller.close();
	};
	const running = Array.from({ length: callersPerProtocol }, () =>
		PROTOCOLS.map((protocol) => createCaller(protocol, url).then(run)),
	).flat();
	const ended = Promise.all(running);
	// Heard when the traffic is stopped, not as an unhandled one before.
	ended.catch(() => {});
	return {
		answers,
		async stop() {
			isOver = true;
			await ended;
		},
	};
}

export async function ask(
	caller: Answering,
	kind: Kind,
	token: string,
): Promise<Answered> {
	const id = randomUUID();
	const { status, error, result } = await caller.query(
		toRequest(kind, id),
		token,
	);
	const made = kind === "create" ? result?._source.token : undefined;
	return { kind, id, status, errorId: error?.id, token: made };
}

function toRequest(kind: Kind, _id: string): Record<string, unknown> {
	const body = { description: "made in an outage" };
	switch (kind) {
		case "create":
			return {
				controller: "auth",
				action: "createApiKey",
				_id,
				body,
				refresh: false,
			};
		case "search":
			return { controller: "auth", action: "searchApiKeys", size: 1 };
		case "getUser":
			// A user whom nobody knows, so that no memory answers.
			return { controller: "security", action: "getUser", _id };
	}
}
