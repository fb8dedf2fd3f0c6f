// Makes `verdicts.json.gz`: generated filters and documents with what the library `koncorde` says of them. It has native parts, so it is no dependency: install it in
// a folder of its own where a compiler is, then `node test/koncorde/make-verdicts.mjs <that folder>`. The same seed makes the same file.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const SEED = 20_261_123;
const FILTERS = 10_000;
const DOCUMENTS = 5;
const folder = process.argv[2];
if (folder === undefined)
	throw new Error("Say in which folder koncorde is installed.");
const { Koncorde } = createRequire(path.resolve(folder, "x.js"))("koncorde");

/** Mulberry32. */
let state = SEED;
const random = () => {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (p) => random() < p;
const some = (min, max, make) =>
	Array.from({ length: min + below(max - min + 1) }, make);

const names = ["a", "b", "c", "n.x", "n.y", "n.d.z", "list", "place", "_id"];
const words = [
	"x",
	"y",
	"foo",
	"Bar",
	"item-12",
	"item-123",
	"été",
	"",
	"a.b",
	"10",
	"日本",
	"x\ny",
];
const numbers = [0, 1, 2, -1, 1.5, 10, 100, 1e9, -0.5];
const scalar = () =>
	pick([
		() => pick(words),
		() => pick(numbers),
		() => chance(0.5),
		() => null,
	])();
const round = (n, digits) => Number(n.toFixed(digits));
const place = () => ({
	lat: round(random() * 40 - 20, 3),
	lon: round(random() * 40 - 20, 3),
});
const hashes = ["s000", "ezs42", "7zzzzz", "kpbpb", "ebpbp", "s00twy"];
const written = ({ lat, lon }) =>
	pick([
		() => ({ lat, lon }),
		() => [lat, lon],
		() => `${lat},${lon}`,
		() => `${lat}, ${lon}`,
		() => ({ latLon: [lat, lon] }),
		() => ({ lat_lon: { lat, lon } }),
		() => ({ lat: String(lat), lon: String(lon) }),
		() => pick(hashes),
	])();
const value = (depth = 0) =>
	pick([
		scalar,
		scalar,
		scalar,
		() => (depth > 2 ? scalar() : some(0, 3, () => value(depth + 1))),
		() =>
			depth > 2
				? scalar()
				: Object.fromEntries(
						some(0, 3, () => [pick(["x", "y", "d", "z"]), value(depth + 1)]),
					),
	])();
const distance = (km) =>
	pick([
		`${km} km`,
		`${km * 1000}m`,
		`${String(km).replace(".", ",")}km`,
		`${round(km / 1.60934, 3)} miles`,
		`${km} kilometers`,
		`${round((km * 1000) / 0.3048, 2)} ft`,
	]);
const expressions = [
	"^x",
	"x$",
	"^item-1",
	"item-\\d+$",
	"o{2}",
	"^(foo|Bar)$",
	"[a-z]+",
	"^.$",
	"\\bfoo\\b",
	"é",
	"(?i)BAR",
	"^$",
	"a\\.b",
	"^item-12(3)?$",
	"[^a-z]",
	"x\\ny",
	"日.",
	"\\p{Han}",
	"\\w+-\\d",
	"foo|bar",
	"^f.*o$",
	"(",
	"(?=x)",
	"a++",
	"[[:alpha:]]{3}",
	"\\d{2,}",
];
// Not "g": the library goes on from where the last search ended.
const flags = ["i", "s", "m", ""];
const range = () => {
	const bounds = {};
	if (chance(0.7)) bounds[pick(["gt", "gte"])] = pick(numbers);
	if (chance(0.7)) bounds[pick(["lt", "lte"])] = pick(numbers);
	if (chance(0.02)) bounds.zz = 1;
	return bounds;
};
const literal = () => JSON.stringify(scalar());
const leaves = {
	equals: () => ({ [pick(names)]: scalar() }),
	in: () => ({ [pick(names)]: some(0, 4, () => pick(words)) }),
	exists: () =>
		chance(0.3)
			? `list[${literal()}]`
			: chance(0.2)
				? { field: pick(names) }
				: pick(names),
	missing: () => (chance(0.3) ? `list[${literal()}]` : pick(names)),
	ids: () => ({ values: some(0, 4, () => pick(words)) }),
	range: () => ({ [pick(names)]: range() }),
	regexp: () => ({
		[pick(names)]: chance(0.3)
			? { value: pick(expressions), flags: pick(flags) }
			: pick(expressions),
	}),
	match: () =>
		Object.fromEntries(
			some(0, 2, () => [pick(["a", "b", "n", "list", "n.x"]), value()]),
		),
	nothing: () => chance(0.5),
	geoBoundingBox: () => {
		const [one, other] = [place(), place()];
		const box = {
			top: Math.max(one.lat, other.lat),
			bottom: Math.min(one.lat, other.lat),
			left: Math.min(one.lon, other.lon),
			right: Math.max(one.lon, other.lon),
		};
		return {
			place: chance(0.5)
				? box
				: {
						[pick(["topLeft", "top_left"])]: [box.top, box.left],
						[pick(["bottomRight", "bottom_right"])]: {
							lat: box.bottom,
							lon: box.right,
						},
					},
		};
	},
	geoDistance: () => ({
		place: written(place()),
		distance: distance(round(random() * 3000, 1)),
	}),
	geoDistanceRange: () => {
		const from = round(random() * 1500, 1);
		return {
			place: written(place()),
			from: distance(from),
			to: distance(round(from + 10 + random() * 2000, 1)),
		};
	},
	geoPolygon: () => ({
		place: {
			points: some(3, 6, () => (chance(0.8) ? place() : written(place()))),
		},
	}),
};
const kinds = Object.keys(leaves);
const filter = (depth, mayNegate = true) => {
	if (depth > 0 && chance(0.45))
		return pick([
			() => ({ and: some(1, 3, () => filter(depth - 1, mayNegate)) }),
			() => ({ or: some(1, 3, () => filter(depth - 1, mayNegate)) }),
			// The library fails on a negated "select".
			() =>
				mayNegate
					? { not: filter(depth - 1, true) }
					: { and: [filter(depth - 1, false)] },
			() => ({
				bool: Object.fromEntries(
					some(1, 3, () => [
						pick(
							mayNegate
								? ["must", "must_not", "should", "should_not"]
								: ["must", "should"],
						),
						some(1, 2, () => filter(depth - 1, mayNegate)),
					]),
				),
			}),
		])();
	if (!mayNegate && chance(0.15)) {
		const inner = pick(["equals", "exists", "range", "regexp"]);
		const argument = {
			equals: () => ({ value: scalar() }),
			exists: () => "value",
			range: () => ({ value: range() }),
			regexp: () => ({ value: pick(expressions) }),
		}[inner]();
		return {
			select: {
				field: "list",
				index: below(5) - 2,
				query: { [inner]: argument },
			},
		};
	}
	const kind = pick(kinds);
	return { [kind]: leaves[kind]() };
};
const document = () => {
	const made = {};
	for (const name of ["a", "b", "c"])
		if (chance(0.7)) made[name] = chance(0.8) ? scalar() : value();
	if (chance(0.6))
		made.n = {
			x: scalar(),
			...(chance(0.5) ? { y: scalar() } : {}),
			...(chance(0.4) ? { d: { z: scalar() } } : {}),
		};
	else if (chance(0.2)) made["n.x"] = scalar();
	if (chance(0.7))
		made.list = some(0, 4, () => (chance(0.8) ? scalar() : value()));
	if (chance(0.8)) made.place = chance(0.9) ? written(place()) : value();
	if (chance(0.7)) made._id = pick(words.filter(Boolean));
	return made;
};

const cases = [];
while (cases.length < FILTERS) {
	const made = chance(0.01) ? {} : filter(3, chance(0.6));
	const engine = new Koncorde({ maxConditions: 1000 });
	let isAccepted = true;
	try {
		engine.register(made, "c");
	} catch (error) {
		// Errors that are not about the filter are the library's own, and so is one about a keyword that it makes itself.
		const isOwn =
			error.keyword === undefined
				? !/distance|lat|lon/.test(error.message)
				: /geospatial/.test(error.message);
		if (isOwn) continue;
		isAccepted = false;
	}
	const documents = Array.from({ length: DOCUMENTS }, document);
	cases.push([
		made,
		documents,
		isAccepted
			? documents
					.map((d) => (engine.test(structuredClone(d), "c").length > 0 ? 1 : 0))
					.join("")
			: null,
	]);
}
const file = path.join(
	path.dirname(fileURLToPath(import.meta.url)),
	"verdicts.json.gz",
);
writeFileSync(
	file,
	gzipSync(JSON.stringify({ library: "koncorde 4.7.0", seed: SEED, cases }), {
		level: 9,
	}),
);
const pairs = cases.flatMap(([, , verdicts]) =>
	verdicts === null ? ["refused"] : [...verdicts],
);
const count = (kind) => pairs.filter((pair) => pair === kind).length;
process.stdout.write(
	`${cases.length * DOCUMENTS} pairs: ${count("1")} match, ${count("0")} do not, ${count("refused")} filters are refused\n`,
);
