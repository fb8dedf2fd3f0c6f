import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSources, type Source } from "./sources.ts";

/** Who may import whom; docs/adr/0008-who-may-import-whom.md says why. Types count as well. */
interface Rule {
	/** The files that it is about: those that no rule before it is. */
	readonly of: RegExp;
	/** Files that they may import, beside those of their own folder that the same rule is about. */
	readonly may: readonly RegExp[];
	readonly packages?: readonly string[];
}

const LIB = /^src\/lib\//;
const ERRORS = /^src\/errors\//;
/** What a request, its answer, its connection and its caller look like. */
const WIRE =
	/^src\/call\/(envelope|connection|notification|caller|reply|origins|auth-cookie|execute-types)\.ts$/;
const LEAVES = [LIB, ERRORS, WIRE, /^src\/config\//];
const SEARCH = /^src\/search\//;
const STORAGE = /^src\/storage\/storage\.ts$/;
const CACHE = /^src\/cache\/cache\.ts$/;
const BUS = /^src\/bus\/bus\.ts$/;
/** What stands beside a port is for its adapters. */
const BESIDE_STORAGE = /^src\/storage\/[^/]+\.ts$/;
const PORTS = [STORAGE, CACHE, BUS];
const ACTION = /^src\/action\//;
const KONCORDE = /^src\/koncorde\/[^/]+\.ts$/;

const rules: readonly Rule[] = [
	// The composition root, and what is split off it.
	{ of: /^src\/(gateway|main|index)\.ts$/, may: [/./] },
	{ of: /^src\/compose\//, may: [/^src\//, /^protocols\/[^/]+\/[^/]+\.ts$/] },
	{
		of: /^src\/cli\//,
		// A start overlaps the writer thread's with the loading of the gateway. Commands that copy a store need no gateway.
		may: [
			...LEAVES,
			STORAGE,
			/^src\/(config|gateway|compose\/open-store)\.ts$/,
			/^src\/sqlite\/(start-writer-thread|back-up|restore)\.ts$/,
			/^src\/storage\/sqlite\/check-file\.ts$/,
			/^src\/transfer\//,
		],
	},
	// Leaves.
	{ of: LIB, may: [], packages: ["pino", "ms"] },
	{ of: ERRORS, may: [LIB] },
	{ of: WIRE, may: [LIB, ERRORS, WIRE] },
	{
		of: /^src\/config(\.ts$|\/)/,
		may: [...LEAVES, /^src\/config(\.ts$|\/)/],
		packages: ["ini", "strip-json-comments"],
	},
	{ of: SEARCH, may: LEAVES },
	// Ports, the drivers that two adapters share, and adapters.
	{ of: /^src\/(storage|cache|bus)\/[^/]+\.ts$/, may: [...LEAVES, SEARCH] },
	{ of: /^src\/sqlite\//, may: LEAVES, packages: ["@photostructure/sqlite"] },
	{ of: /^src\/redis\//, may: LEAVES, packages: ["ioredis"] },
	{
		of: /^src\/storage\/sqlite\//,
		may: [...LEAVES, SEARCH, BESIDE_STORAGE, /^src\/sqlite\//],
	},
	{
		of: /^src\/storage\/elasticsearch\//,
		may: [...LEAVES, SEARCH, BESIDE_STORAGE],
		packages: ["@elastic/elasticsearch"],
	},
	{
		of: /^src\/cache\/embedded\//,
		may: [...LEAVES, CACHE, /^src\/sqlite\//],
	},
	{
		of: /^src\/cache\/redis\//,
		may: [...LEAVES, CACHE, /^src\/redis\//],
		packages: ["ioredis"],
	},
	{ of: /^src\/bus\/local\//, may: [...LEAVES, BUS] },
	{
		// A node hears itself whatever becomes of Redis: the local bus is a part of this one.
		of: /^src\/bus\/redis\//,
		may: [...LEAVES, BUS, /^src\/bus\/local\/local-bus\.ts$/, /^src\/redis\//],
		packages: ["ioredis"],
	},
	// Filters know documents and nothing else.
	{ of: /^src\/koncorde\//, may: [LIB, ERRORS], packages: ["re2js"] },
	// Services.
	{
		of: /^src\/security\//,
		may: [...LEAVES, SEARCH, ...PORTS, /^src\/scrolls\//],
		packages: ["jsonwebtoken"],
	},
	{
		// What an update will make of a document is checked before it is made.
		of: /^src\/documents\//,
		may: [
			...LEAVES,
			SEARCH,
			...PORTS,
			/^src\/scrolls\//,
			/^src\/storage\/merge-documents\.ts$/,
		],
	},
	{ of: /^src\/scrolls\//, may: [...LEAVES, SEARCH, ...PORTS] },
	{
		// Whole databases, from one store to another. Which collections are the server's own, security knows.
		of: /^src\/transfer\//,
		may: [
			...LEAVES,
			SEARCH,
			STORAGE,
			/^src\/storage\/index-settings\.ts$/,
			/^src\/security\/collections\.ts$/,
		],
	},
	{
		of: /^src\/realtime\//,
		may: [...LEAVES, KONCORDE, ...PORTS, /^src\/documents\//],
	},
	{
		// Specifications are kept beside users and rights, in the private index, and are remembered as those are.
		of: /^src\/validation\//,
		may: [
			...LEAVES,
			SEARCH,
			...PORTS,
			/^src\/(documents|scrolls)\//,
			/^src\/security\/(collections|documents|memory)\.ts$/,
			/^src\/storage\/(merge-documents|names)\.ts$/,
		],
	},
	{
		of: /^src\/metrics\//,
		may: [...LEAVES, STORAGE, /^src\/call\//],
		packages: ["prom-client"],
	},
	// The pipeline and its actions.
	{ of: /^src\/call\//, may: [...LEAVES, ACTION] },
	{ of: ACTION, may: LEAVES },
	{
		of: /^controllers\//,
		may: [
			...LEAVES,
			ACTION,
			SEARCH,
			...PORTS,
			/^src\/(security|documents|validation|realtime|scrolls)\//,
			// Families of actions that two controllers share, such as those of API keys.
			/^controllers\//,
		],
	},
	// Protocols.
	{
		// The action reference is a view of the declarations, mounted behind HTTP.
		of: /^protocols\/reference\//,
		may: [...LEAVES, ACTION, /^protocols\/http\/create-http-protocol\.ts$/],
		packages: ["express"],
	},
	{
		// A stream of events is an answer over HTTP.
		of: /^protocols\/sse\//,
		may: [
			...LEAVES,
			/^src\/call\//,
			/^src\/action\/routes\.ts$/,
			/^protocols\/http\/[^/]+\.ts$/,
		],
	},
	{
		of: /^protocols\/mqtt\//,
		may: [...LEAVES, /^src\/call\//],
		packages: ["aedes", "ws"],
	},
	{
		of: /^protocols\//,
		may: [...LEAVES, /^src\/call\//, /^src\/action\/routes\.ts$/],
		packages: ["ws"],
	},
];

const sources = readSources("src", "controllers", "protocols");

describe("who imports whom", () => {
	it("finds what it looks at", () => {
		assert.ok(sources.length > 200, String(sources.length));
		const gateway = sources.find(({ file }) => file === "src/gateway.ts");
		assert.ok(gateway?.files.includes("src/config.ts"));
		const packages = new Set(sources.flatMap((source) => source.packages));
		for (const name of ["ws", "express", "jsonwebtoken", "ms", "pino"])
			assert.ok(packages.has(name), `nobody is seen to import ${name}`);
	});

	it("is as the rules say", () => {
		assert.deepEqual(sources.flatMap(offences), []);
	});

	it("has no rule without a file", () => {
		const unused = rules.filter(
			({ of }) => !sources.some((source) => ruleOf(source.file)?.of === of),
		);
		assert.deepEqual(
			unused.map(({ of }) => of.source),
			[],
		);
	});

	it("has no circle, types aside", () => {
		assert.deepEqual(findCircle(), null);
	});
});

function ruleOf(file: string): Rule | undefined {
	return rules.find(({ of }) => of.test(file));
}

function offences({ file, files, packages }: Source): string[] {
	const rule = ruleOf(file);
	if (rule === undefined) return [`${file} has no rule`];
	const { may, packages: allowed = [] } = rule;
	return [
		...files.filter(
			(name) => !isNear(file, name) && !may.some((place) => place.test(name)),
		),
		...packages.filter((name) => !allowed.includes(name)),
	].map((name) => `${file} > ${name}`);
}

/** Both are in one folder, or one below the other, and one rule is about both. */
function isNear(file: string, other: string): boolean {
	const [top, second] = file.split("/");
	return (
		other.startsWith(`${top}/${second}/`) && ruleOf(other) === ruleOf(file)
	);
}

/** Files that load each other, the first of them named again at the end. */
function findCircle(): readonly string[] | null {
	const loads = new Map(sources.map((source) => [source.file, source.loads]));
	const done = new Set<string>();
	const visit = (file: string, way: readonly string[]): string[] | null => {
		if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
		if (done.has(file)) return null;
		for (const next of loads.get(file) ?? []) {
			const circle = visit(next, [...way, file]);
			if (circle !== null) return circle;
		}
		done.add(file);
		return null;
	};
	for (const file of loads.keys()) {
		const circle = visit(file, []);
		if (circle !== null) return circle;
	}
	return null;
}
