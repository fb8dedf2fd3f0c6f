import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { it, type TestContext } from "node:test";

/**
 * Whether this machine has Debian's `chromium`. Without one a skipped test says so, and with CI=true a failing one: call this once in a
 * test file.
 */
export function hasChromium(): boolean {
	if (spawnSync("chromium", ["--version"]).status === 0) return true;
	const reason = "chromium is not installed: the browser is left out";
	if (process.env.CI === "true") {
		it("has a browser to test with", () => {
			throw new Error(reason);
		});
	} else {
		it("runs in a browser", { skip: reason }, () => {});
	}
	return false;
}

/** Opens a page in a browser that nobody sees, with a profile of its own. Both end with the test. */
export async function openPage(test: TestContext, url: string): Promise<void> {
	const profile = await mkdtemp(path.join(tmpdir(), "portico-chromium-"));
	const browser = spawn(
		"chromium",
		[
			"--headless",
			// It refuses to run as root otherwise. The one page that it opens is the test's.
			"--no-sandbox",
			"--disable-gpu",
			"--disable-dev-shm-usage",
			"--no-first-run",
			"--no-proxy-server",
			"--disable-background-networking",
			"--disable-component-update",
			"--remote-debugging-port=0",
			`--user-data-dir=${profile}`,
			url,
		],
		{ stdio: "ignore", detached: true },
	);
	test.after(async () => {
		const { pid } = browser;
		if (pid === undefined) return;
		const exited = once(browser, "exit");
		// A browser is a group of processes.
		process.kill(-pid, "SIGKILL");
		if (browser.exitCode === null && browser.signalCode === null) await exited;
		await rm(profile, { recursive: true, force: true, maxRetries: 10 });
	});
}
