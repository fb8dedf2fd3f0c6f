import {
	createHash,
	createSecretKey,
	randomBytes,
	randomUUID,
} from "node:crypto";
import type { IncomingMessage } from "node:http";
import jsonwebtoken from "jsonwebtoken";

const key = createSecretKey(randomBytes(512));

export interface KeyRequest {
	readonly description: string;
}

export interface MadeKey {
	readonly id: string;
	/** What is stored. */
	readonly content: Readonly<Record<string, unknown>>;
	/** The whole answer. */
	readonly body: string;
	readonly requestId: string;
}

/** Reads a whole body as JSON. */
export function readJson<T>(
	request: IncomingMessage,
	done: (body: T) => void,
): void {
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.on("end", () =>
		done(JSON.parse(Buffer.concat(chunks).toString("utf8")) as T),
	);
}

/** Signs and hashes a key as the gateway does, with nothing around it. */
export function makeKey(kuid: string, { description }: KeyRequest): MadeKey {
	const id = randomUUID();
	const now = Date.now();
	const jwt = jsonwebtoken.sign(
		{
			_id: kuid,
			jti: id,
			nonce: randomBytes(9).toString("base64url"),
			iat: Math.floor(now / 1000),
		},
		key,
		{ algorithm: "HS256" },
	);
	const token = `kapikey-${jwt}`;
	const digest = createHash("sha256").update(token).digest("hex");
	const content = {
		userId: kuid,
		description,
		expiresAt: -1,
		ttl: -1,
		fingerprint: digest,
		hash: digest,
		_kuzzle_info: {
			author: kuid,
			createdAt: now,
			updatedAt: null,
			updater: null,
		},
	};
	const requestId = randomUUID();
	const body = JSON.stringify({
		status: 200,
		error: null,
		controller: "auth",
		action: "createApiKey",
		requestId,
		volatile: null,
		headers: {},
		result: { _id: id, _source: { ...content, token } },
	});
	return { id, content, body, requestId };
}

/** The headers of an answer: those of the gateway, with this request's own values. */
export function answerHeaders(
	headers: readonly string[],
	{ body, requestId }: MadeKey,
): string[] {
	const list = headers.map((text, at) =>
		headers[at - 1] === "X-Kuzzle-Request-Id" ? requestId : text,
	);
	list.push("Content-Length", String(Buffer.byteLength(body)));
	return list;
}
