import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import { WebSocket } from "ws";
import type { ConfigOverrides } from "../../../src/config.ts";
import { startGateway } from "../../support/gateway.ts";
import { openMqtt } from "../../support/mqtt-client.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const NOW = { controller: "server", action: "now" };

async function start(
	t: TestContext,
	server: NonNullable<ConfigOverrides["server"]>,
) {
	const gateway = await startGateway({ config: { server } });
	t.after(() => gateway.stop());
	return gateway;
}

describe("ways into MQTT", () => {
	it("over WebSocket keep to the rules of origins", async (t) => {
		const gateway = await start(t, { protocols: { mqtt: { enabled: true } } });
		const url = `ws://127.0.0.1:${gateway.port}`;
		const from = (origin: string) =>
			openMqtt(url, { wsOptions: { headers: { origin } } });
		// Nobody has an account yet, and the gateway listens on this machine only.
		await assert.rejects(from("http://elsewhere.example"), { code: 5 });
		const client = await from("http://localhost");
		assert.equal((await client.request(NOW)).status, 200);
		await client.close();
	});

	it("over WebSocket take binary frames only [MQTT-6.0.0-1]", async (t) => {
		const gateway = await start(t, { protocols: { mqtt: { enabled: true } } });
		const url = `ws://127.0.0.1:${gateway.port}`;
		const socket = new WebSocket(url, "mqtt");
		const code = await new Promise((resolve) => {
			socket.on("open", () => socket.send("text"));
			socket.on("error", () => {});
			socket.on("close", resolve);
		});
		assert.notEqual(code, 1000);
		assert.equal(socket.protocol, "mqtt");
	});

	it("are closed unless they are enabled", async (t) => {
		const gateway = await start(t, {});
		assert.equal(gateway.mqttPort, 0);
		// Without MQTT the subprotocol is not spoken, and a client that asks for it ends the connection.
		await assert.rejects(openMqtt(`ws://127.0.0.1:${gateway.port}`));
	});

	it("over TLS need the certificate to be trusted", async (t) => {
		const folder = await tempFolder("mqtt");
		const [cert, key] = ["cert.pem", "key.pem"].map((name) =>
			path.join(folder, name),
		) as [string, string];
		await promisify(execFile)("openssl", [
			...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
			...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
			...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
			...["-keyout", key, "-out", cert],
		]);
		const gateway = await start(t, {
			protocols: { mqtt: { enabled: true, server: { port: 0, cert, key } } },
		});
		const url = `mqtts://127.0.0.1:${gateway.mqttPort}`;
		await assert.rejects(openMqtt(url));
		const client = await openMqtt(url, { ca: await readFile(cert) });
		assert.equal((await client.request(NOW)).status, 200);
		await client.close();
	});
});
