import sdk from "kuzzle-sdk";
import { isObject } from "../../src/lib/json.ts";
import type { HttpReply } from "./http-call.ts";
import { openMqtt } from "./mqtt-client.ts";
import type { Stage } from "./stage.ts";

/** A request before it has taken the shape of a protocol. */
export interface ActionRequest {
	/** `controller:action`. */
	readonly action: string;
	readonly args?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
}

/** An answer, whatever it came by. */
export interface ActionReply {
	readonly status: number;
	readonly error: {
		readonly id?: string;
		readonly message: string;
		readonly props?: readonly unknown[];
	} | null;
	readonly result?: unknown;
	/** HTTP only. */
	readonly http?: HttpReply;
}

/**
 * `http`: the action's own route. `query`: POST /_query. `ws`: WebSocket. `mqtt`: MQTT.
 * `sdk-http`, `sdk-ws`: the stock kuzzle-sdk, over either protocol.
 */
export const TRANSPORTS = [
	"http",
	"query",
	"ws",
	"mqtt",
	"sdk-http",
	"sdk-ws",
] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Sends a request by one way and answers what a client sees. */
export function send(
	transport: Transport,
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	return SENDERS[transport](stage, request, token);
}

type Sender = (
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
) => Promise<ActionReply>;

const SENDERS: Readonly<Record<Transport, Sender>> = {
	http: sendByRoute,
	query: sendByQuery,
	ws: sendByWebSocket,
	mqtt: sendByMqtt,
	"sdk-http": (stage, request, token) =>
		sendBySdk(
			new sdk.Http(stage.gateway.host, sdkOptions(stage)),
			request,
			token,
		),
	"sdk-ws": (stage, request, token) =>
		sendBySdk(
			new sdk.WebSocket(stage.gateway.host, sdkOptions(stage)),
			request,
			token,
		),
};

async function sendByRoute(
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	const { verb, path, rest } = await chooseRoute(stage, request);
	const inQuery = verb === "GET" && isObject(request.body) ? request.body : {};
	const query = toQueryString({ ...inQuery, ...rest });
	const reply = await stage.gateway.call(verb, `${path}${query}`, {
		...(request.body === undefined || verb === "GET"
			? {}
			: { body: request.body }),
		token,
	});
	return fromHttp(reply);
}

async function sendByQuery(
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	const body = toEnvelope(request);
	return fromHttp(await stage.gateway.call("POST", "/_query", { body, token }));
}

async function sendByWebSocket(
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	const client = await stage.gateway.connect();
	try {
		const jwt = token === undefined ? {} : { jwt: token };
		return await client.request({ ...toEnvelope(request), ...jwt });
	} finally {
		await client.close();
	}
}

async function sendByMqtt(
	stage: Stage,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	const client = await openMqtt(`mqtt://127.0.0.1:${stage.gateway.mqttPort}`);
	try {
		const jwt = token === undefined ? {} : { jwt: token };
		return await client.request({ ...toEnvelope(request), ...jwt });
	} finally {
		await client.close();
	}
}

async function sendBySdk(
	protocol: InstanceType<typeof sdk.Http> | InstanceType<typeof sdk.WebSocket>,
	request: ActionRequest,
	token: string | undefined,
): Promise<ActionReply> {
	const kuzzle = new sdk.Kuzzle(protocol);
	try {
		await kuzzle.connect();
		if (token !== undefined) kuzzle.jwt = token;
		const reply = await kuzzle.query(toEnvelope(request));
		return reply as unknown as ActionReply;
	} catch (error) {
		return fromSdkError(error);
	} finally {
		kuzzle.disconnect();
	}
}

function sdkOptions(stage: Stage) {
	return { port: stage.gateway.port, autoReconnect: false };
}

function toEnvelope(request: ActionRequest) {
	const [controller = "", action = ""] = request.action.split(":");
	const body =
		request.body === undefined ? {} : { body: request.body as object };
	return { ...request.args, controller, action, ...body };
}

/** Raw content has no envelope: then the content itself is the result. */
function fromHttp(http: HttpReply): ActionReply {
	const envelope = isObject(http.body) && "requestId" in http.body;
	return envelope
		? { ...(http.body as unknown as ActionReply), http }
		: {
				status: http.status,
				error: null,
				result: http.body ?? http.text,
				http,
			};
}

/** The SDK throws what the server refuses. Anything else that it throws is a failure of the test. */
function fromSdkError(error: unknown): ActionReply {
	const { status, id, message, props } = error as Partial<
		NonNullable<ActionReply["error"]>
	> & { status?: number };
	if (typeof status !== "number" || status === 0) throw error;
	return {
		status,
		error: {
			message: message ?? "",
			...(id ? { id } : {}),
			...(props ? { props } : {}),
		},
		result: null,
	};
}

interface Route {
	readonly verb: string;
	readonly path: string;
}

/** The first route of the action whose path the arguments fill; what they do not fill goes into the query string. */
async function chooseRoute(stage: Stage, { action, args = {} }: ActionRequest) {
	const [controller = "", name = ""] = action.split(":");
	const declaration = (await stage.publicApi())[controller]?.[name];
	const routes = (declaration as { http?: Route[] } | undefined)?.http ?? [];
	for (const { verb, path } of routes) {
		const names = [...path.matchAll(/:([^/]+)/g)].map(
			([, param]) => param ?? "",
		);
		if (!names.every((param) => isSegment(args[param]))) continue;
		const filled = path.replace(/:([^/]+)/g, (_, param: string) =>
			encodeURIComponent(String(args[param])),
		);
		const rest = Object.entries(args).filter(([key]) => !names.includes(key));
		return { verb, path: filled, rest: Object.fromEntries(rest) };
	}
	throw new Error(`No route of ${action} can carry ${JSON.stringify(args)}.`);
}

function isSegment(value: unknown): boolean {
	return (
		(typeof value === "string" && value !== "") || typeof value === "number"
	);
}

/** In a query string a flag is true by being there, and whatever is no text is JSON. */
function toQueryString(args: Readonly<Record<string, unknown>>): string {
	const parts = Object.entries(args).flatMap(([name, value]) => {
		if (value === false || value === undefined) return [];
		if (value === true) return [encodeURIComponent(name)];
		const text = typeof value === "string" ? value : JSON.stringify(value);
		return [`${encodeURIComponent(name)}=${encodeURIComponent(text)}`];
	});
	return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
