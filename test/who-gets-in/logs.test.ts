import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { it } from "node:test";
import { createKey, must, PASSWORD, whoIs } from "../support/people.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";

const TIMEOUT_MS = 120_000;
const CONFIGURED_SECRET =
	"configured-secret-W4x-long-enough-to-sign-with-0123456789";
/** As long as no part of a secret this long stands in the logs, nobody can use them. */
const FRAGMENT_LENGTH = 12;

it(
	"no password, token, cookie, key or secret that was used stands in any output, at level debug and with the access log on",
	{
		timeout: TIMEOUT_MS,
	},
	() =>
		withFolder(async (dataFolder) => {
			const server = await startServer({
				dataFolder,
				flags: [
					...["--log-level", "debug", "--set", "server.accessLog=true"],
					...["--set", `security.authToken.secret=${CONFIGURED_SECRET}`],
					...["--set", "limits.loginsPerSecond=1000"],
				],
			});
			const secrets = new Secrets();
			try {
				secrets.add(PASSWORD, CONFIGURED_SECRET);
				await useEverySecret(server, secrets);
				await misplaceEverySecret(server, secrets);
				await server.end("SIGTERM");
			} finally {
				await server.end("SIGKILL");
			}
			const output = server.output();
			// The run did leave traces of its requests, so there was something to look into.
			assert.ok(output.split('"msg":"Request"').length > 50);
			assert.deepEqual(secrets.foundIn(output), []);
		}),
);

/** All that must not be told. */
class Secrets {
	readonly #texts = new Set<string>();

	add(...texts: readonly string[]): void {
		for (const text of texts) this.#texts.add(text);
	}

	[Symbol.iterator](): IterableIterator<string> {
		return this.#texts.values();
	}

	/** The signature is what makes a token good; the rest of it names a user and a time. */
	foundIn(output: string): string[] {
		return [...this.#texts].filter((text) => {
			const tail = text.split(".").at(-1) ?? text;
			for (let at = 0; at + FRAGMENT_LENGTH <= tail.length; at++)
				if (output.includes(tail.slice(at, at + FRAGMENT_LENGTH))) return true;
			return false;
		});
	}
}

/** What people do on a good day, and with each secret once too often. */
async function useEverySecret(
	server: ServerProcess,
	secrets: Secrets,
): Promise<void> {
	const credentials = { local: { username: "admin", password: PASSWORD } };
	await must(server, {
		controller: "security",
		action: "createFirstAdmin",
		_id: "admin",
		reset: true,
		body: { content: {}, credentials },
	});
	const login = await must(server, toLogin("admin", PASSWORD));
	const key = await createKey(server, login.jwt, { _id: "a-key" });
	const made = await must(
		server,
		{
			controller: "auth",
			action: "createToken",
			singleUse: true,
			expiresIn: "1h",
		},
		login.jwt,
	);
	const renewed = await must(
		server,
		{ controller: "auth", action: "refreshToken" },
		login.jwt,
	);
	secrets.add(login.jwt, key, made.token, renewed.jwt);
	secrets.add(await useCookie(server));
	const wrong = "wrong-passw0rd-Yy8";
	secrets.add(wrong);
	await server.query(toLogin("admin", wrong));
	await server.query(toLogin(wrong, wrong));
	for (const token of [key, made.token, made.token]) await whoIs(server, token);
	await must(
		server,
		{ controller: "auth", action: "deleteApiKey", _id: "a-key" },
		renewed.jwt,
	);
	assert.equal(await whoIs(server, key), null);
	const socket = await server.connect();
	await socket.request({
		controller: "auth",
		action: "getCurrentUser",
		jwt: renewed.jwt,
	});
	await socket.request(toLogin("admin", wrong));
	await socket.close();
	await server.call("GET", `/_login/local?username=admin&password=${PASSWORD}`);
	await server.call("GET", `/_me?jwt=${renewed.jwt}`);
	await server.call("POST", "/_checkToken", { body: { token: renewed.jwt } });
}

/** Answers the token of the cookie. */
async function useCookie(server: ServerProcess): Promise<string> {
	const login = await server.call("POST", "/_login/local?cookieAuth", {
		body: { username: "admin", password: PASSWORD },
	});
	const cookie = String(login.headers["set-cookie"]).split(";")[0] ?? "";
	assert.match(cookie, /^authToken=kauth-/);
	const me = await server.call("GET", "/_me", { headers: { cookie } });
	assert.equal(me.body.result._id, "admin");
	await server.call("GET", "/_me", {
		headers: { cookie, origin: "http://evil.example" },
	});
	return cookie.slice("authToken=".length);
}

/** Secrets in every place that takes text, where errors and the log may repeat them. */
async function misplaceEverySecret(
	server: ServerProcess,
	secrets: Secrets,
): Promise<void> {
	const socket = await server.connect();
	for (const secret of secrets) {
		const text = encodeURIComponent(secret);
		await server.call("GET", `/${text}`);
		await server.call("GET", `/users/${text}?jwt=${text}&authToken=${text}`);
		await server.call("GET", `/_login/${text}?password=${text}`);
		await server.call("POST", "/_query", { body: `{"password": "${secret}"` });
		await server.call("POST", "/_query", { body: secret });
		await server.call("POST", "/_query", {
			headers: { "content-type": secret },
			body: "{}",
		});
		await server.call("GET", "/_me", {
			headers: { "x-kuzzle-volatile": secret },
		});
		await server.call("GET", "/_me", {
			headers: { "x-kuzzle-request-id": `password=${secret}` },
		});
		for (const scheme of ["Bearer", "Basic", ""])
			await server.call("GET", "/_me", {
				headers: { authorization: `${scheme} ${secret}` },
			});
		await server.call("GET", "/_me", {
			headers: { cookie: `authToken=${secret}%` },
		});
		await rubbish(
			server,
			`GET /?jwt=${secret} HTTP/9.9\r\nAuthorization: Bearer ${secret}\r\n\r\n`,
		);
		await socket.request({
			controller: "auth",
			action: "login",
			jwt: { password: secret },
		});
		await socket.request({
			controller: "auth",
			action: "login",
			body: { password: { secret } },
		});
		await socket.request({
			controller: "security",
			action: "createUser",
			body: {
				content: { profileIds: [] },
				credentials: { local: { password: secret } },
			},
		});
		await socket.request({
			controller: "x",
			action: "y",
			volatile: { password: secret, sdkName: `js@${secret}` },
		});
		socket.send(`{"jwt":"${secret}"`);
		socket.send(Buffer.from(`\u0000${secret}`));
	}
	await socket.close();
}

async function rubbish(server: ServerProcess, text: string): Promise<void> {
	const { hostname, port } = new URL(server.url);
	const socket = connect(Number(port), hostname);
	socket.on("error", () => {});
	socket.resume();
	socket.end(text);
	await once(socket, "close");
}

function toLogin(username: string, password: string) {
	const body = { username, password };
	return { controller: "auth", action: "login", strategy: "local", body };
}
