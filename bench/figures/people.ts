import { askResult } from "../lib/exchange.ts";

/** Flags of a gateway on which people log in as often as they like, and mistype as often. */
export const UNLIMITED_LOGINS: readonly string[] = [
	"loginsPerSecond",
	"loginFailuresPerAccount",
	"loginFailuresPerAddress",
].flatMap((limit) => ["--set", `limits.${limit}=1000000`]);

export const CREDENTIALS = {
	username: "bench",
	password: "a password of a bench",
};
const KUID = "bench-user";

/** A user with a login token and an API key, on a server that is still open to everybody. */
export interface Person {
	readonly kuid: string;
	readonly loginToken: string;
	readonly apiKey: string;
}

export async function createPerson(port: number): Promise<Person> {
	await askResult(
		{
			method: "POST",
			path: `/users/${KUID}/_create`,
			headers: {},
			body: {
				content: { profileIds: ["default"] },
				credentials: { local: CREDENTIALS },
			},
		},
		port,
	);
	const { jwt } = await askResult<{ jwt: string }>(
		{ method: "POST", path: "/_login/local", headers: {}, body: CREDENTIALS },
		port,
	);
	const { _source } = await askResult<{ _source: { token: string } }>(
		{
			method: "POST",
			path: "/api-keys/_create",
			headers: bearer(jwt),
			body: { description: "bench" },
		},
		port,
	);
	return { kuid: KUID, loginToken: jwt, apiKey: _source.token };
}

export function bearer(token: string): { Authorization: string } {
	return { Authorization: `Bearer ${token}` };
}
