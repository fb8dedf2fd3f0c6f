import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Client } from "aedes";
import type { Caller } from "../../src/call/caller.ts";
import type { Peer, ResolveClient } from "../../src/call/client-address.ts";
import type { Connection, Connections } from "../../src/call/connection.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import { Load } from "../../src/call/load.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Log } from "../../src/lib/log.ts";
import { orAfter } from "../../src/lib/or-after.ts";
import { admit, type CheckOrigin } from "./admit.ts";
import { type Connect, findViolation } from "./check-connect.ts";
import { type Broker, createBroker, type Published } from "./load-aedes.ts";
import { MqttClient } from "./mqtt-client.ts";
import type { MqttConfig } from "./mqtt-config.ts";
import { MqttConnection } from "./mqtt-connection.ts";
import { openPort, type Port } from "./open-port.ts";
import { PacketGate } from "./packet-gate.ts";
import { Requests } from "./requests.ts";
import { Sessions } from "./sessions.ts";
import { mayListen, mayPublish } from "./topic-rules.ts";
import { type Qos, Topics } from "./topics.ts";
import { createWebSocketEntry } from "./websocket-entry.ts";

/** CONNACK: unacceptable protocol version [MQTT-3.1.2-2]. */
const UNKNOWN_VERSION = Buffer.from([0x20, 0x02, 0x00, 0x01]);

/** How long a stop waits for sockets to close. */
const CLOSE_MS = 1000;

export interface MqttProtocolOptions {
	readonly execute: Execute;
	readonly config: MqttConfig;
	/** Each client is in it from CONNECT on, until the delay after its end. */
	readonly connections: Connections;
	readonly resolveClient: ResolveClient;
	/** Who holds the token, which ties the connection to it. Rejects as a request with it would. */
	readonly authenticate: (
		token: string,
		connection: Connection,
	) => Caller | Promise<Caller>;
	/** Rejects clients that come from a page that may not. */
	readonly assertOrigin: CheckOrigin;
	readonly ids: Ids;
	readonly clock: Clock;
	readonly log: Log;
}

export interface MqttProtocol {
	/** Port 0: any free one. Rejects with node's own error. */
	listen(where: {
		readonly host: string;
		readonly port: number;
	}): Promise<{ host: string; port: number }>;
	/** Whether the upgrade asks for MQTT over WebSocket. */
	accepts(request: IncomingMessage): boolean;
	/** For the `upgrade` event of a node:http server. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Refuses what is new, answers what is in flight, then closes each connection. Resolves when all are gone. */
	close(): Promise<void>;
}

/** MQTT 3.1.1 (and 3.1): requests are published to a topic, answers come on another. Facts of the wire: docs/mqtt.md. */
export function createMqttProtocol(options: MqttProtocolOptions): MqttProtocol {
	const { config, connections, clock, log, ids } = options;
	const clients = new Map<Client, MqttClient>();
	const packets = new WeakMap<Client, Connect>();
	/** Also of clients that are gone: what they published before they went may come after them. */
	const members = new WeakMap<Client, MqttClient>();
	const sessions = new Sessions({
		config,
		log,
		isGranted: (client, topic) =>
			clients.get(client as Client)?.isGranted(topic) ?? false,
	});
	const topics = new Topics(sessions);
	const load = new Load();
	const leaving = new Map<Connection, () => void>();
	const entry = createWebSocketEntry(config.packetBytesMax, handle);
	let broker: Broker | undefined;
	let port: Port | undefined;
	let closing = false;
	let onClientEnd = () => {};
	let closed: Promise<void> | undefined;

	return {
		async listen(where) {
			broker = await openBroker();
			port = await openPort(where, options, (socket) =>
				handle(socket, socket, {}),
			);
			return { host: port.host, port: port.port };
		},
		accepts: entry.accepts,
		upgrade: entry.upgrade,
		close() {
			closed ??= closeAll();
			return closed;
		},
	};

	async function openBroker(): Promise<Broker> {
		const made = await createBroker(
			{
				persistence: sessions,
				connectTimeout: config.connectTimeoutMs,
				preConnect(client, packet, done) {
					packets.set(client, packet as Connect);
					const violation = findViolation(packet as Connect);
					done(violation === null ? null : new Error(violation), true);
				},
				authenticate(client, _username, password, done) {
					authenticate(client, password).then(
						(error) => done(error, error === null),
						(error) => done(error, false),
					);
				},
				authorizePublish(_client, packet, done) {
					done(publishError(packet));
				},
				authorizeSubscribe(client, subscription, done) {
					const { topic } = subscription;
					if (!mayListen(topic, config)) {
						done(new Error(`Nobody may subscribe to ${topic}`));
					} else {
						const isGranted = clients.get(client)?.grant(topic) ?? false;
						done(null, isGranted ? subscription : null);
					}
				},
			},
			publish,
		);
		made.on("connackSent", ({ returnCode }, client) => {
			if (returnCode === 0) clients.get(client)?.open();
		});
		made.on("subscribe", (subscriptions, client) => {
			for (const { topic, qos } of subscriptions) {
				// 128: refused.
				if (qos <= 2) clients.get(client)?.subscribe(topic, qos as Qos);
			}
		});
		made.on("unsubscribe", (names, client) => {
			for (const topic of names) clients.get(client)?.unsubscribe(topic);
		});
		for (const event of ["clientError", "connectionError"] as const) {
			made.on(event, (_client, error) =>
				log.debug({ err: error }, "An MQTT connection failed"),
			);
		}
		return made;
	}

	/** A connection, by whatever way it came. */
	function handle(
		source: Duplex,
		peer: Peer,
		headers: Connection["headers"],
	): void {
		if (closing || broker === undefined) {
			source.destroy();
			return;
		}
		const gate = new PacketGate(source, config.packetBytesMax);
		const connection = new MqttConnection({
			id: ids.uuid(),
			gate,
			headers,
			client: options.resolveClient(peer, headers),
			config,
			topics,
			log,
		});
		const requests = new Requests({
			connection,
			execute: options.execute,
			ids,
			log,
			inFlightBytesMax: config.outgoingBytesMax,
			isClosing: () => closing,
			load,
		});
		const client = broker.handle(gate);
		client.prependListener("error", (error: Error) => {
			if (error.message === "Invalid protocol version") {
				gate.write(UNKNOWN_VERSION);
			}
		});
		const member = new MqttClient({
			client,
			gate,
			connection,
			requests,
			topics,
			sessions,
			subscriptionsMax: config.subscriptionsMax,
		});
		clients.set(client, member);
		members.set(client, member);
		gate.once("close", () => end(client, member));
	}

	async function authenticate(
		client: Client,
		password: Buffer | undefined,
	): Promise<ReturnType<typeof refusal> | null> {
		const member = clients.get(client);
		const packet = packets.get(client);
		if (member === undefined || packet === undefined) return refusal(3);
		connections.add(member.connection);
		const outcome = await admit(packet, password, member.connection, {
			...options,
			isClosing: () => closing,
		});
		if (outcome.code !== 0) return refusal(outcome.code);
		// A session belongs to the user who began it: nobody else can take it over by its name.
		client.id = `${outcome.kuid}/${client.id}`;
		return null;
	}

	function publishError(packet: {
		readonly topic: string;
		readonly qos: number;
		readonly dup?: boolean;
		readonly messageId?: number;
	}): Error | null {
		if (packet.qos === 0 && packet.dup === true) {
			return new Error("A duplicate of QoS 0 [MQTT-3.3.1-2]");
		}
		if (packet.qos > 0 && packet.messageId === 0) {
			return new Error("A packet without an identifier [MQTT-2.3.1-1]");
		}
		return mayPublish(packet.topic, config)
			? null
			: new Error(`Nobody may publish to ${packet.topic}`);
	}

	function publish(
		client: Client | null,
		packet: Published,
		next: () => void,
	): void {
		const payload = Buffer.from(packet.payload);
		if (packet.topic === config.requestTopic) {
			const member = client === null ? undefined : members.get(client);
			if (member === undefined || isWill(client, payload)) next();
			else member.requests.receive(payload, next);
			return;
		}
		if (packet.retain) sessions.retain(packet.topic, payload, packet.qos);
		topics.publish(packet.topic, payload, packet.qos);
		next();
	}

	/** The will of a client that is gone is no request: nobody would get its answer. What it published itself is one. */
	function isWill(client: Client | null, payload: Buffer): boolean {
		if (client === null || !client.closed) return false;
		const will = packets.get(client)?.will;
		return (
			will?.topic === config.requestTopic &&
			payload.equals(Buffer.from(will.payload as Uint8Array))
		);
	}

	function end(client: Client, member: MqttClient): void {
		clients.delete(client);
		member.end();
		const { connection } = member;
		const forget = () => {
			leaving.delete(connection);
			connections.remove(connection);
		};
		if (closing) forget();
		else {
			const cancel = clock.schedule(config.disconnectDelayMs, forget);
			leaving.set(connection, () => {
				cancel();
				forget();
			});
		}
		onClientEnd();
	}

	async function closeAll(): Promise<void> {
		closing = true;
		port?.close();
		if (load.inFlight > 0) {
			await orAfter(clock, config.shutdownTimeoutMs, (resolve) => {
				load.onDrained = resolve;
			});
		}
		for (const forget of [...leaving.values()]) forget();
		await new Promise<void>((resolve) => {
			if (broker === undefined) resolve();
			else broker.close(resolve);
		});
		for (const { gate } of clients.values()) gate.destroy();
		if (clients.size === 0) return;
		await orAfter(clock, CLOSE_MS, (resolve) => {
			onClientEnd = () => {
				if (clients.size === 0) resolve();
			};
		});
	}
}

/** What the broker makes a CONNACK of. */
function refusal(returnCode: number) {
	return Object.assign(new Error("The client was refused"), { returnCode });
}
