import { ANONYMOUS_KUID, type Caller } from "../../src/call/caller.ts";
import type { Connection } from "../../src/call/connection.ts";
import { GatewayError } from "../../src/errors/gateway-error.ts";
import {
	type Connect,
	isGoodClientId,
	RETURN_CODE,
	type ReturnCode,
} from "./check-connect.ts";
import type { MqttConnection } from "./mqtt-connection.ts";

export type CheckOrigin = (connection: Connection) => void;

export interface Admission {
	readonly assertOrigin: CheckOrigin;
	readonly authenticate: (
		token: string,
		connection: Connection,
	) => Caller | Promise<Caller>;
	isClosing(): boolean;
}

/**
 * Whether a client may connect, and as whom. Without a password anybody may, and is asked for a token with each request, as in Kuzzle; a password is a
 * login token or an API key, and must be a good one.
 */
export async function admit(
	packet: Connect,
	password: Buffer | undefined,
	connection: MqttConnection,
	{ assertOrigin, authenticate, isClosing }: Admission,
): Promise<{ code: 0; kuid: string } | { code: ReturnCode }> {
	if (isClosing()) return { code: RETURN_CODE.serverUnavailable };
	if (!isGoodClientId(packet)) return { code: RETURN_CODE.identifierRejected };
	try {
		assertOrigin(connection);
	} catch {
		return { code: RETURN_CODE.notAuthorized };
	}
	const token = password?.toString() ?? "";
	if (token === "") return { code: 0, kuid: ANONYMOUS_KUID };
	try {
		const { kuid } = await authenticate(token, connection);
		connection.token = token;
		return { code: 0, kuid };
	} catch (error) {
		return { code: toReturnCode(error) };
	}
}

function toReturnCode(error: unknown): ReturnCode {
	const status = error instanceof GatewayError ? error.status : 500;
	if (status >= 500) return RETURN_CODE.serverUnavailable;
	return status === 401
		? RETURN_CODE.badCredentials
		: RETURN_CODE.notAuthorized;
}
