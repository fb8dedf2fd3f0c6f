/** What the load process is asked to do, and what it answers. Both travel between processes as JSON. */

export interface HttpPlan {
	readonly kind: "http";
	readonly port: number;
	/** Each keeps one request in flight. */
	readonly connections: number;
	/** The whole request as it goes over the wire. */
	readonly request: string;
}

export interface WebSocketPlan {
	readonly kind: "websocket";
	readonly port: number;
	readonly connections: number;
	/** Requests that each connection keeps in flight. */
	readonly inFlight: number;
	/** The text of each message. */
	readonly message: string;
}

export type Plan = HttpPlan | WebSocketPlan;

export interface Run {
	readonly plan: Plan;
	readonly seconds: number;
	readonly serverPid: number;
}

export interface Sample {
	readonly answers: number;
	readonly seconds: number;
	/** Answers a second. */
	readonly rate: number;
	/** The load process's share of one core. */
	readonly loadBusy: number;
	/** The server's, with all its threads; null where the machine does not tell. */
	readonly serverBusy: number | null;
	/** Microseconds of the server's processor time for one answer. */
	readonly serverMicroseconds: number | null;
}

export type LoadAnswer =
	| { readonly sample: Sample }
	| { readonly error: string };
