// `npm run bench [-- figure…]`: how fast, as ratios to what the same work costs without the gateway. docs/benchmarks.md tells how to read it.
import { parseArgs } from "node:util";
import { createKeyElasticsearch } from "./figures/create-key-elasticsearch.ts";
import { createKeySqlite } from "./figures/create-key-sqlite.ts";
import { currentUser } from "./figures/current-user.ts";
import { documentsSqlite } from "./figures/documents-sqlite.ts";
import { enumeration } from "./figures/enumeration.ts";
import { filters } from "./figures/filters.ts";
import { httpNow } from "./figures/http-now.ts";
import { keyOfMany } from "./figures/key-of-many.ts";
import { login } from "./figures/login.ts";
import { rights } from "./figures/rights.ts";
import { scale } from "./figures/scale.ts";
import { start } from "./figures/start.ts";
import { websocketNow } from "./figures/websocket-now.ts";
import { type Figure, measure } from "./lib/bench.ts";
import { chooseCores } from "./lib/cores.ts";
import { machineFacts } from "./lib/machine.ts";
import { renderTable } from "./lib/render-table.ts";
import { type Row, verdict } from "./lib/row.ts";

const FIGURES: readonly Figure[] = [
	websocketNow,
	httpNow,
	currentUser,
	createKeySqlite,
	createKeyElasticsearch,
	documentsSqlite,
	filters,
	scale,
	rights,
	keyOfMany,
	login,
	enumeration,
	start,
];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		json: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
		rounds: { type: "string", default: "7" },
		seconds: { type: "string", default: "2" },
	},
});

const chosen = FIGURES.filter(({ name, isLong }) =>
	positionals.length === 0 ? isLong !== true : positionals.includes(name),
);
if (values.help || chosen.length === 0) {
	console.log(renderHelp());
	process.exitCode = values.help ? 0 : 2;
} else {
	await run(chosen);
}

async function run(figures: readonly Figure[]): Promise<void> {
	const cores = chooseCores();
	const facts = machineFacts(cores);
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const rows: Row[] = [];
	for (const figure of figures) {
		say(`${figure.name}: ${figure.summary}`);
		rows.push(
			...(await measure(figure, {
				cores,
				rounds: Math.max(5, Number(values.rounds)),
				seconds: Number(values.seconds),
				warmUpSeconds: 2 * Number(values.seconds),
				say,
			})),
		);
	}
	if (values.json) {
		const judged = rows.map((row) => ({ ...row, verdict: verdict(row) }));
		console.log(JSON.stringify({ facts, rows: judged }, undefined, "\t"));
	} else {
		console.log(`\n${facts.join("\n")}\n\n${renderTable(rows)}`);
	}
}

function renderHelp(): string {
	const names = FIGURES.map(
		({ name, summary }) => `  ${name.padEnd(20)}${summary}`,
	);
	return [
		"npm run bench [-- figure… --rounds 7 --seconds 2 --json]",
		"",
		...names,
		"",
		"A missed target is said in the table; the exit status is 0 all the same, since a busy machine misses too.",
	].join("\n");
}
