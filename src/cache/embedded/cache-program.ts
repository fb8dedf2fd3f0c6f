import { createError } from "../../errors/gateway-error.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { WriteProgram } from "../../sqlite/program.ts";
import type { CacheRequest } from "./messages.ts";

type Request<Kind extends CacheRequest["kind"]> = Extract<
	CacheRequest,
	{ kind: Kind }
>;

/** The cache adapter's part of the writer thread: whatever must be atomic is one request here. */
export function createProgram(connection: Connection): WriteProgram {
	return { run: (request) => run(connection, request as CacheRequest) };
}

function run(connection: Connection, request: CacheRequest): boolean | number {
	switch (request.kind) {
		case "set":
			return set(connection, request);
		case "increment":
			return increment(connection, request);
		case "delete":
			return remove(connection, request);
		case "clear":
			return connection.run(
				"DELETE FROM cache WHERE namespace = ?",
				request.namespace,
			);
		case "purge":
			return purge(connection, request);
	}
}

/** Keys and values are bytes: SQLite would end a text at a NUL. */
export function toBytes(text: string): Uint8Array {
	return Buffer.from(text);
}

export function fromBytes(bytes: Uint8Array): string {
	return Buffer.from(
		bytes.buffer,
		bytes.byteOffset,
		bytes.byteLength,
	).toString();
}

/** The live value of a key, or undefined. */
export function readValue(
	connection: Connection,
	namespace: string,
	key: string,
	now: number,
): string | undefined {
	const row = connection.get<{ value: Uint8Array }>(
		"SELECT value FROM cache WHERE namespace = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)",
		namespace,
		toBytes(key),
		now,
	);
	return row === undefined ? undefined : fromBytes(row.value);
}

/** True when the value was set. */
function set(connection: Connection, request: Request<"set">): boolean {
	const { namespace, key, value, expiresAt, onlyIf, now } = request;
	if (onlyIf !== null) {
		const isPresent = readValue(connection, namespace, key, now) !== undefined;
		if (isPresent !== (onlyIf === "present")) return false;
	}
	write(connection, namespace, key, value, expiresAt);
	return true;
}

function increment(
	connection: Connection,
	request: Request<"increment">,
): number {
	const { namespace, key, by, expiresAt, now } = request;
	const value = readValue(connection, namespace, key, now);
	const count = toCount(value) + by;
	if (value === undefined)
		write(connection, namespace, key, String(count), expiresAt);
	else
		connection.run(
			"UPDATE cache SET value = ? WHERE namespace = ? AND key = ?",
			toBytes(String(count)),
			namespace,
			toBytes(key),
		);
	return count;
}

/** An absent value counts as 0. Throws `services.cache.write_failed` for one that is no whole number. */
export function toCount(value: string | undefined): number {
	const count = Number(value ?? "0");
	if (value?.trim() === "" || !Number.isSafeInteger(count))
		throw createError(
			"services.cache.write_failed",
			"the value is not a whole number",
		);
	return count;
}

/** True when there was such a live value. */
function remove(
	connection: Connection,
	{ namespace, key, value, now }: Request<"delete">,
): boolean {
	const found = readValue(connection, namespace, key, now);
	if (found === undefined || (value !== undefined && found !== value))
		return false;
	connection.run(
		"DELETE FROM cache WHERE namespace = ? AND key = ?",
		namespace,
		toBytes(key),
	);
	return true;
}

function purge(
	connection: Connection,
	{ now, entriesMax }: Request<"purge">,
): number {
	return connection.run(
		`DELETE FROM cache WHERE (namespace, key) IN (
			SELECT namespace, key FROM cache WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ?)`,
		now,
		entriesMax,
	);
}

function write(
	connection: Connection,
	namespace: string,
	key: string,
	value: string,
	expiresAt: number | null,
): void {
	connection.run(
		"INSERT OR REPLACE INTO cache (namespace, key, value, expires_at) VALUES (?, ?, ?, ?)",
		namespace,
		toBytes(key),
		toBytes(value),
		expiresAt,
	);
}
