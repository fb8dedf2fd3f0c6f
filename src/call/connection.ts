import type { Notification } from "./notification.ts";

/**
 * A client's connection, whatever the protocol: a WebSocket, an MQTT session, or one HTTP request.
 * Nothing else in the gateway knows a socket. Protocols make one per client and register it.
 */
export interface Connection {
	/** A UUID. */
	readonly id: string;
	readonly protocol: "http" | "websocket" | "mqtt";
	/** The client's address: the socket's, or what a trusted proxy said (see `clientAddress`). Nothing else reads an address. */
	readonly address: string;
	/** Of the HTTP request or of the WebSocket upgrade; lower-case names. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** True where TLS, or a trusted proxy, says so: cookies are then marked Secure. */
	readonly secure: boolean;
	/** Writes one text frame. Never throws: a connection that is gone, or too slow to go on, is closed instead. */
	send(frame: string): void;
	/** Writes a notification in the protocol's own form; as `send`, it never throws. Nothing happens where the protocol has none (HTTP). */
	notify(notification: Notification): void;
	/** Bytes written and not yet taken by the network. */
	bufferedBytes(): number;
	/** Protocols with their own codes take the code (RFC 6455 §7.4); others just close. */
	close(code: number, reason: string): void;
}

/** The token or key that a connection's requests were last made with. */
export interface ConnectionIdentity {
	readonly kuid: string;
	readonly token: string;
	/** Milliseconds since the epoch; -1 never. */
	readonly expiresAt: number;
}

/**
 * Every connection that outlives a request, indexed by id, by kuid and by token.
 * Revocation, expiry, notifications and shutdown go through it.
 */
export class Connections {
	#byId = new Map<string, Connection>();
	#identities = new Map<string, ConnectionIdentity>();
	#byToken = new Map<string, Set<string>>();
	#byKuid = new Map<string, Set<string>>();
	#closeListeners = new Set<(connection: Connection) => void>();
	#revokedListeners = new Set<(connection: Connection) => void>();
	#tieListeners = new Set<
		(connection: Connection, identity: ConnectionIdentity | null) => void
	>();

	get size(): number {
		return this.#byId.size;
	}

	/** How many tokens connections are tied to now, for metrics and tests. */
	get tiedTokens(): number {
		return this.#byToken.size;
	}

	add(connection: Connection): void {
		this.#byId.set(connection.id, connection);
	}

	/** Protocols call it once, when the connection is gone. Unties it and tells the listeners. */
	remove(connection: Connection): void {
		if (!this.#byId.delete(connection.id)) return;
		this.untie(connection);
		for (const listener of this.#closeListeners) listener(connection);
	}

	get(id: string): Connection | undefined {
		return this.#byId.get(id);
	}

	has(connection: Connection): boolean {
		return this.#byId.has(connection.id);
	}

	all(): IterableIterator<Connection> {
		return this.#byId.values();
	}

	/** Ties a registered connection to a token, in place of the one before. Connections that are not registered (HTTP) are never tied. */
	tie(connection: Connection, identity: ConnectionIdentity): void {
		if (!this.#byId.has(connection.id)) return;
		if (this.#identities.get(connection.id)?.token === identity.token) return;
		this.untie(connection);
		this.#identities.set(connection.id, identity);
		addTo(this.#byToken, identity.token, connection.id);
		addTo(this.#byKuid, identity.kuid, connection.id);
		for (const listener of this.#tieListeners) listener(connection, identity);
	}

	untie(connection: Connection): void {
		const identity = this.#identities.get(connection.id);
		if (identity === undefined) return;
		this.#identities.delete(connection.id);
		removeFrom(this.#byToken, identity.token, connection.id);
		removeFrom(this.#byKuid, identity.kuid, connection.id);
		for (const listener of this.#tieListeners) listener(connection, null);
	}

	/** Unties a connection whose token is good no more: what it held by that token, it loses. */
	revoke(connection: Connection): void {
		if (!this.#identities.has(connection.id)) return;
		this.untie(connection);
		for (const listener of this.#revokedListeners) listener(connection);
	}

	identity(connection: Connection): ConnectionIdentity | undefined {
		return this.#identities.get(connection.id);
	}

	ofToken(token: string): Connection[] {
		return this.#resolve(this.#byToken.get(token));
	}

	ofKuid(kuid: string): Connection[] {
		return this.#resolve(this.#byKuid.get(kuid));
	}

	/** The answer stops it. */
	onClose(listener: (connection: Connection) => void): () => void {
		this.#closeListeners.add(listener);
		return () => this.#closeListeners.delete(listener);
	}

	/** Told of the connections whose token ended by itself or was revoked, and not of those that only took another. The answer stops it. */
	onRevoked(listener: (connection: Connection) => void): () => void {
		this.#revokedListeners.add(listener);
		return () => this.#revokedListeners.delete(listener);
	}

	/** Told of each new tie, and with null of each end of one. The answer stops it. */
	onTie(
		listener: (
			connection: Connection,
			identity: ConnectionIdentity | null,
		) => void,
	): () => void {
		this.#tieListeners.add(listener);
		return () => this.#tieListeners.delete(listener);
	}

	#resolve(ids: Set<string> | undefined): Connection[] {
		if (ids === undefined) return [];
		return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
	}
}

function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
	const ids = index.get(key);
	if (ids === undefined) index.set(key, new Set([id]));
	else ids.add(id);
}

function removeFrom(
	index: Map<string, Set<string>>,
	key: string,
	id: string,
): void {
	const ids = index.get(key);
	if (ids === undefined) return;
	ids.delete(id);
	if (ids.size === 0) index.delete(key);
}
