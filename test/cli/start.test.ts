import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runPortico, spawnPortico } from "./run-portico.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "portico-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function untilReady(
	child: ReturnType<typeof spawnPortico>,
): Promise<string[]> {
	const lines: string[] = [];
	let stderr = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	for await (const line of createInterface({ input: child.stdout })) {
		lines.push(line);
		if (!line.includes('"msg":"Ready"')) continue;
		child.stdout.resume();
		return lines;
	}
	throw new Error(`It ended before it was ready: ${stderr}`);
}

describe("portico start", () => {
	for (const signal of ["SIGINT", "SIGTERM"] as const)
		it(`serves until ${signal}, then ends with status 0`, async () => {
			const child = spawnPortico(["start", "--port", "0", "--data", "data"], {
				folder,
			});
			try {
				const lines = await untilReady(child);
				assert.match(lines.join("\n"), /_createFirstAdmin\/admin\?reset=true/);
				const ready = JSON.parse(lines.at(-1) ?? "") as Record<string, unknown>;
				assert.equal(ready.store, "sqlite");
				assert.equal(ready.dataFolder, path.join(realpathSync(folder), "data"));
				assert.equal(ready.rightsRestricted, false);
				assert.equal(
					(await fetch(`${String(ready.address)}/_healthcheck`)).status,
					200,
				);
				child.kill(signal);
				assert.deepEqual(await once(child, "exit"), [0, null]);
			} finally {
				child.kill("SIGKILL");
			}
		});

	it("prints JSON only in production", async () => {
		const env = { NODE_ENV: "production" };
		const child = spawnPortico(["start", "--port", "0", "--data", "data"], {
			folder,
			env,
		});
		try {
			for (const line of await untilReady(child)) JSON.parse(line);
			child.kill("SIGINT");
			await once(child, "exit");
		} finally {
			child.kill("SIGKILL");
		}
	});

	it("says in one line that the port is taken, and lets go of the data folder", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as AddressInfo;
		try {
			const args = [
				"start",
				"--port",
				String(port),
				"--data",
				"data",
				"--log-level",
				"silent",
			];
			const { status, stderr } = await runPortico(args, { folder });
			assert.equal(status, 1);
			assert.match(
				stderr,
				new RegExp(`^127\\.0\\.0\\.1 port ${port} is in use\\..*\n$`),
			);
		} finally {
			other.close();
		}
	});
});
