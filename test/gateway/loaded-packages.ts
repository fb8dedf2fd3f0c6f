// Run by a test as a process of its own: prints which packages are loaded once a gateway serves, and once its reference was
// asked for. Takes the data folder.
import { createRequire } from "node:module";
import { createConfig, createGateway } from "../../src/index.ts";

const [, , dataFolder = ""] = process.argv;
const config = createConfig({ server: { port: 0, dataFolder } });
const gateway = createGateway({ config });
const { host, port } = await gateway.start();

await call("/_now");
const atStart = loaded();
await call("/_docs/");
console.log(JSON.stringify([atStart, loaded()]));
await gateway.close();

async function call(path: string): Promise<void> {
	const answer = await fetch(`http://${host}:${port}${path}`);
	await answer.text();
}

/** Of those packages that are CommonJS, which these are. */
function loaded(): string[] {
	const files = Object.keys(createRequire(import.meta.url).cache).join("\n");
	return [
		"@elastic/elasticsearch",
		"express",
		"ini",
		"ioredis",
		"jsonwebtoken",
		"prom-client",
		"ws",
	].filter((name) => files.includes(`node_modules/${name}/`));
}
