import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import {
	createHttpProtocol,
	type HttpProtocol,
	type HttpProtocolOptions,
} from "../../protocols/http/create-http-protocol.ts";
import type { HttpConfig } from "../../protocols/http/http-config.ts";
import {
	createListener,
	type Listener,
	type ListenerConfig,
} from "../../protocols/http/listener.ts";
import { createWebSocketProtocol } from "../../protocols/websocket/create-websocket-protocol.ts";
import type { WebSocketConfig } from "../../protocols/websocket/websocket-config.ts";
import {
	createClientResolver,
	type ResolveClient,
} from "../../src/call/client-address.ts";
import { type Connection, Connections } from "../../src/call/connection.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import type { Reply } from "../../src/call/reply.ts";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import { type Ids, randomIds } from "../../src/lib/ids.ts";
import { silentLog } from "../../src/lib/log.ts";

export const httpConfig: HttpConfig = {
	requestBytesMax: 1024 * 1024,
	formFileBytesMax: 1024 * 1024,
	encodingLayersMax: 3,
	allowCompression: true,
	additionalContentTypes: [],
	allowedOrigins: ["*"],
	allowedOriginsAreRegExps: false,
	allowedMethods: "GET,POST,PUT,PATCH,DELETE,OPTIONS,HEAD",
	allowedHeaders:
		"Content-Type, Access-Control-Allow-Headers, Authorization, X-Requested-With, Content-Encoding, Content-Length, X-Kuzzle-Volatile",
	cookieAuthentication: true,
	tokenInUrl: true,
};

export const listenerConfig: ListenerConfig = {
	headerBytesMax: 16_384,
	connectionsMax: 1000,
	receiveTimeoutMs: 30_000,
	idleTimeoutMs: 60_000,
	shutdownTimeoutMs: 30_000,
};

export const webSocketConfig: WebSocketConfig = {
	messageBytesMax: 1024 * 1024,
	idleTimeoutMs: 60_000,
	rateLimit: 0,
	compression: false,
	sendPingsAutomatically: false,
	resetIdleTimeoutOnSend: false,
	outgoingBytesMax: 16 * 1024 * 1024,
	shutdownTimeoutMs: 30_000,
};

export interface Call {
	readonly envelope: Envelope;
	readonly connection: Connection;
	readonly aborted: (() => AbortSignal) | undefined;
}

export interface StartOptions {
	test?: Pick<TestContext, "after">;
	execute?: Execute;
	routes?: HttpProtocolOptions["routes"];
	http?: Partial<HttpConfig>;
	listener?: Partial<ListenerConfig>;
	webSocket?: Partial<WebSocketConfig>;
	extra?: Partial<HttpProtocolOptions>;
	acceptUpgrade?: Parameters<
		typeof createWebSocketProtocol
	>[0]["acceptUpgrade"];
	trustedProxies?: readonly string[];
	clock?: Clock;
	ids?: Ids;
}

export interface Protocols {
	readonly port: number;
	readonly url: string;
	readonly http: HttpProtocol;
	readonly listener: Listener;
	readonly connections: Connections;
	/** Every call that reached `execute`, in order. */
	readonly calls: Call[];
	close(): Promise<void>;
}

const ROUTES: HttpProtocolOptions["routes"] = [
	{ verb: "GET", path: "/_now", controller: "server", action: "now" },
	{ verb: "POST", path: "/_now", controller: "server", action: "post" },
	{
		verb: "GET",
		path: "/:index/:collection/:_id",
		controller: "document",
		action: "get",
	},
	{
		verb: "POST",
		path: "/:index/:collection/_create",
		controller: "document",
		action: "create",
	},
];

/** The answer of an action that says what it was asked. */
export function echo(envelope: Envelope): Reply {
	const { controller, action, body, args, jwt, notation } = envelope;
	return succeed(envelope, { controller, action, body, args, jwt, notation });
}

export function succeed(
	envelope: Envelope,
	result: unknown,
	more: Partial<Reply> = {},
): Reply {
	return {
		response: {
			status: 200,
			error: null,
			controller: envelope.controller,
			action: envelope.action,
			requestId: envelope.requestId,
			volatile: envelope.volatile,
			headers: {},
			result,
		},
		cookies: [],
		...more,
	};
}

/**
 * Both protocols on one free port of this machine, with a pipeline that the test gives; it echoes by default. Closed at the
 * end of `test`, also of one that failed; without it, by who started them.
 */
export async function startProtocols(
	options: StartOptions = {},
): Promise<Protocols> {
	const calls: Call[] = [];
	const run =
		options.execute ?? ((envelope) => Promise.resolve(echo(envelope)));
	const execute: Execute = (envelope, connection, aborted) => {
		calls.push({ envelope, connection, aborted });
		return run(envelope, connection, aborted);
	};
	const resolveClient: ResolveClient = createClientResolver(
		options.trustedProxies ?? [],
	);
	const clock = options.clock ?? systemClock;
	const common = { execute, resolveClient, clock, log: silentLog };
	const ids = options.ids ?? randomIds;
	const connections = new Connections();
	const http = createHttpProtocol({
		...common,
		ids,
		routes: options.routes ?? ROUTES,
		config: { ...httpConfig, ...options.http },
		nodeId: "node-under-test",
		...options.extra,
	});
	const webSocket = createWebSocketProtocol({
		...common,
		ids,
		connections,
		config: { ...webSocketConfig, ...options.webSocket },
		...(options.acceptUpgrade === undefined
			? {}
			: { acceptUpgrade: options.acceptUpgrade }),
	});
	const listener = createListener({
		http,
		webSocket,
		config: { ...listenerConfig, ...options.listener },
		clock,
		log: silentLog,
	});
	const { port } = await listener.listen({ host: "127.0.0.1", port: 0 });
	options.test?.after(async () => {
		for (const client of rawClients) client.socket.destroy();
		await listener.close();
	});
	return {
		port,
		url: `http://127.0.0.1:${port}`,
		http,
		listener,
		connections,
		calls,
		close: () => listener.close(),
	};
}

const rawClients = new Set<RawClient>();

/** A TCP connection whose received text can be waited for. */
export class RawClient {
	readonly socket: Socket;
	received = "";
	/** True once the other side is gone, by FIN or by reset. */
	isClosed = false;
	#look: () => void = () => {};

	constructor(port: number) {
		this.socket = connect(port, "127.0.0.1");
		rawClients.add(this);
		this.socket.on("data", (chunk: Buffer) => {
			this.received += chunk.toString("latin1");
			this.#look();
		});
		this.socket.on("error", () => {});
		this.socket.on("close", () => {
			this.isClosed = true;
			rawClients.delete(this);
			this.#look();
		});
	}

	write(text: string | Uint8Array): void {
		this.socket.write(text);
	}

	/** Waits for as long as it takes: the test runner's own limit ends what never comes. */
	until(test: (client: RawClient) => boolean): Promise<void> {
		return new Promise((resolve) => {
			this.#look = () => {
				if (test(this)) resolve();
			};
			this.#look();
		});
	}

	async closed(): Promise<string> {
		await this.until((client) => client.isClosed);
		return this.received;
	}
}

/** A promise and the function that resolves it. */
export function createGate<T = void>(): {
	readonly opened: Promise<T>;
	open(value: T): void;
} {
	let open: (value: T) => void = () => {};
	const opened = new Promise<T>((resolve) => {
		open = resolve;
	});
	return { opened, open };
}
