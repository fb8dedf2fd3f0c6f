import { createErrorFrom, GatewayError } from "../errors/gateway-error.ts";

/** SQLite's result codes (sqlite.org/rescode.html): the low byte is the kind, the rest its variety. */
const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;

/**
 * What a disk that takes no writes is to a client; undefined for any other failure. SQLite has undone the whole transaction then. A failed
 * sync is none of these: what was committed may yet be found by the next start.
 */
export function toDiskError(error: unknown): GatewayError | undefined {
	const code = (error as { errcode?: unknown } | null)?.errcode;
	if (typeof code !== "number") return undefined;
	switch (code & 0xff) {
		case SQLITE_FULL:
			return createErrorFrom(error, "portico.storage.full");
		case SQLITE_READONLY:
			return createErrorFrom(error, "portico.storage.read_only");
		default:
			return undefined;
	}
}

const DISK_ERRORS: readonly (string | undefined)[] = [
	"portico.storage.full",
	"portico.storage.read_only",
];

export function isDiskError(error: unknown): error is GatewayError {
	return error instanceof GatewayError && DISK_ERRORS.includes(error.id);
}
