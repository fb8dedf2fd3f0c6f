import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * One recorded conversation with a real Kuzzle 2.56.0: what was sent and what came back, as data.
 * `given/` holds copies, unchanged: where we answer otherwise on purpose is said in `differences.ts`.
 */
export interface Recording {
	readonly scenario: string;
	readonly topic: string;
	/** Run in order; state carries over from one to the next. Counted from 1 wherever a person reads it. */
	readonly steps: readonly Step[];
}

export type Step = HttpStep | SocketStep | WaitStep;

interface StepCommon {
	/** Dotted paths, within an answer, of arrays that are compared as sets. */
	readonly unordered?: readonly string[];
	/** Why the reference's answer looks like a defect. */
	readonly suspect?: string;
	readonly note?: string;
}

export interface HttpStep extends StepCommon {
	readonly via: "http";
	readonly request: HttpRequest;
	readonly response: HttpAnswer;
	/** Frames that open connections received meanwhile. */
	readonly frames?: readonly Frame[];
}

export interface HttpRequest {
	readonly method: string;
	readonly path: string;
	/** Names as sent. Host, Content-Length and Connection: close are added where they are not given. */
	readonly headers?: Readonly<Record<string, string>>;
	/** JSON, or bytes in one of the forms of `payload.ts`. */
	readonly body?: unknown;
}

export interface HttpAnswer {
	readonly status?: number;
	/** Lower-case names. Headers that are not listed are not compared. */
	readonly headers?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
	readonly text?: string;
	readonly base64?: string;
	/** 2 where the JSON was indented. */
	readonly indent?: number;
	/** Present when the connection was closed without an answer. */
	readonly failed?: unknown;
}

export interface SocketStep extends StepCommon {
	readonly via: "ws" | "mqtt";
	/** Connections have names, and are opened at their first use. */
	readonly conn: string;
	readonly op?: "open" | "close" | "burst" | "subscribe" | "publish";
	/** Of a `subscribe` or `publish`. */
	readonly topic?: string;
	/** Upgrade headers of an `open`. */
	readonly headers?: Readonly<Record<string, string>>;
	/** The frame; of a burst, the list of frames sent at once. */
	readonly request?: unknown;
	readonly binary?: boolean;
	/** What arrived during the step, on any connection. */
	readonly response: readonly Frame[];
}

export interface WaitStep extends StepCommon {
	readonly via: "wait";
	readonly ms?: number;
	readonly until?: "second-start";
	readonly response: readonly Frame[];
}

/** `{conn, data}` for JSON, `{conn, text}` for anything else, `{conn, closed: code}` at the end of a connection. */
export interface Frame {
	readonly conn: string;
	readonly topic?: string;
	readonly data?: unknown;
	readonly text?: string;
	/** MQTT has no codes. */
	readonly closed?: number | true;
}

/** Every recording below a folder, ordered by path. */
export function loadRecordings(folder: string): Recording[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".json"))
		.sort()
		.map(
			(name) =>
				JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Recording,
		);
}
