import assert from "node:assert/strict";
import { it } from "node:test";
import { createPinoLog } from "../../src/lib/pino-log.ts";
import { askOnce, PROTOCOLS } from "../support/callers.ts";
import { startGateway } from "../support/gateway.ts";

interface Case {
	readonly name: string;
	readonly trustedProxies: readonly string[];
	readonly forwardedFor: string;
	/** Whom the access log names. */
	readonly address: string;
}

const CASES: readonly Case[] = [
	{
		name: "nobody is trusted to say who the client is, unless the operator says so",
		trustedProxies: [],
		forwardedFor: "203.0.113.7",
		address: "127.0.0.1",
	},
	{
		name: "a peer that is no trusted proxy is not believed",
		trustedProxies: ["10.0.0.0/8"],
		forwardedFor: "203.0.113.7",
		address: "127.0.0.1",
	},
	{
		name: "a trusted proxy is believed",
		trustedProxies: ["127.0.0.0/8"],
		forwardedFor: "203.0.113.7",
		address: "203.0.113.7",
	},
	{
		name: "what a client wrote to the left of its proxy's word counts for nothing",
		trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
		forwardedFor: "192.0.2.1, 127.0.0.1, 203.0.113.7, 10.1.2.3",
		address: "203.0.113.7",
	},
	{
		name: "what is no address is not taken for one",
		trustedProxies: ["127.0.0.1"],
		forwardedFor: "203.0.113.7, <script>",
		address: "127.0.0.1",
	},
];

for (const { name, trustedProxies, forwardedFor, address } of CASES)
	it(name, async () => {
		const lines: string[] = [];
		const log = createPinoLog({
			level: "info",
			write: (line) => lines.push(line),
		});
		const config = { server: { trustedProxies, accessLog: true } };
		const gateway = await startGateway({ log, config });
		try {
			for (const protocol of PROTOCOLS) {
				const headers = { "x-forwarded-for": forwardedFor };
				const now = { controller: "server", action: "now", headers };
				await askOnce(protocol, gateway.url, now);
			}
		} finally {
			await gateway.stop();
		}
		const logged = lines
			.map((line) => JSON.parse(line) as Record<string, unknown>)
			.filter(({ msg }) => msg === "Request")
			.map((entry) => [entry.protocol, entry.address]);
		assert.deepEqual(
			logged,
			PROTOCOLS.map((protocol) => [protocol, address]),
		);
	});
