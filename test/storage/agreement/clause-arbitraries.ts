import fc from "fast-check";

/** Documents and queries that are likely to meet: few words, few places, small numbers. */

export const GENERATED_PROPERTIES = {
	number: { type: "integer" },
	name: { type: "keyword" },
	title: { type: "text" },
	at: { type: "date" },
	place: { type: "geo_point" },
	items: {
		type: "nested",
		properties: {
			name: { type: "keyword" },
			size: { type: "integer" },
			text: { type: "text" },
			parts: {
				type: "nested",
				properties: { name: { type: "keyword" }, size: { type: "integer" } },
			},
		},
	},
} as const;

const word = fc.string({
	unit: fc.constantFrom(..."aabbcAB1é.*"),
	minLength: 1,
	maxLength: 5,
});
const plainWord = fc.string({
	unit: fc.constantFrom(..."aabbc"),
	minLength: 1,
	maxLength: 4,
});
const size = fc.integer({ min: -3, max: 6 });
const several = <T>(one: fc.Arbitrary<T>) =>
	fc.oneof(one, fc.array(one, { maxLength: 3 }));
const some = { requiredKeys: [], noNullPrototype: true };

const latitude = fc.oneof(
	fc.integer({ min: -9, max: 9 }).map((ten) => ten * 10),
	fc.double({ min: -90, max: 90, noNaN: true }),
);
const longitude = fc.oneof(
	fc.integer({ min: -18, max: 18 }).map((ten) => ten * 10),
	fc.double({ min: -180, max: 180, noNaN: true }),
);
const point = fc.oneof(
	fc.record({ lat: latitude, lon: longitude }, { noNullPrototype: true }),
	fc.tuple(longitude, latitude).map((pair) => [...pair]),
	fc.tuple(latitude, longitude).map(([lat, lon]) => `${lat},${lon}`),
	fc.string({
		unit: fc.constantFrom(..."0123456789bcdefghjkmnpqrstuvwxyz"),
		minLength: 1,
		maxLength: 8,
	}),
);

const day = fc
	.integer({ min: 1, max: 28 })
	.map((n) => String(n).padStart(2, "0"));
const hour = fc
	.integer({ min: 0, max: 23 })
	.map((n) => String(n).padStart(2, "0"));
const month = fc.constantFrom("02", "03", "10", "11");
const date = fc.oneof(
	fc.tuple(month, day).map(([m, d]) => `2024-${m}-${d}`),
	fc.tuple(month, day, hour).map(([m, d, h]) => `2024-${m}-${d}T${h}:30:00`),
	fc
		.tuple(month, day, hour)
		.map(([m, d, h]) => `2024-${m}-${d}T${h}:00:00.000Z`),
	fc.tuple(month, day, hour).map(([m, d, h]) => `2024-${m}-${d}T${h}:15+02:00`),
);

const part = fc.record({ name: several(plainWord), size: several(size) }, some);
const item = fc.record(
	{
		name: several(plainWord),
		size: several(size),
		text: fc.array(plainWord, { maxLength: 3 }).map((words) => words.join(" ")),
		parts: several(part),
	},
	some,
);

export const generatedDocument = fc.record(
	{
		number: size,
		name: several(word),
		title: fc
			.array(plainWord, { maxLength: 4 })
			.map((words) => words.join(" ")),
		at: several(date),
		place: several(point),
		items: several(item),
	},
	some,
);

const wildcard = fc.string({
	unit: fc.constantFrom(..."aabbcA1é.*?*?\\"),
	maxLength: 6,
});

const { pattern: regexp } = fc.letrec<{ pattern: string; piece: string }>(
	(tie) => ({
		piece: fc.oneof(
			{ depthSize: "small", maxDepth: 4 },
			fc.constantFrom(..."aabbcAB1é."),
			fc.constantFrom(
				"[ab]",
				"[^a]",
				"[a-c]",
				"\\w",
				"\\d",
				"\\.",
				"\\*",
				'"ab"',
			),
			fc.constantFrom("[A-Z]", "()", "@", "#", "[^\\w]", "|", "*", "\\W"),
			tie("pattern").map((pattern) => `(${pattern})`),
		),
		pattern: fc
			.array(
				fc.tuple(
					tie("piece"),
					fc.constantFrom("", "", "", "*", "+", "?", "{1,2}", "{2}", "{0,}"),
				),
				{ maxLength: 4 },
			)
			.map((parts) => parts.map((pair) => pair.join("")).join("")),
	}),
);

const distance = fc
	.tuple(
		fc.integer({ min: 1, max: 9000 }),
		fc.constantFrom("km", "mi", "nmi", "00m"),
	)
	.map((pair) => pair.join(""));

const math = fc.constantFrom(
	...["", "", "", "||/d", "||/M", "||+1d", "||-1M/w", "||+5h/d", "||/y"],
);
const bound = fc.tuple(date, math).map((pair) => pair.join(""));
const zone = fc.constantFrom(
	...["+01:00", "-05:30", "Europe/Paris", "America/New_York", "UTC"],
);

const onField = (field: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
	fc.tuple(field, value).map(([name, given]) => ({ [name]: given }));

const leavesOf = (path: string) => {
	const texts = path === "" ? ["name", "title"] : [`${path}.name`];
	const text = fc.constantFrom(...texts);
	const number = fc.constant(path === "" ? "number" : `${path}.size`);
	return [
		onField(
			text,
			fc.record(
				{ value: wildcard, case_insensitive: fc.boolean() },
				{ requiredKeys: ["value"], noNullPrototype: true },
			),
		).map((wildcard) => ({ wildcard })),
		onField(
			text,
			fc.record(
				{ value: regexp, case_insensitive: fc.boolean() },
				{ requiredKeys: ["value"], noNullPrototype: true },
			),
		).map((regexp) => ({ regexp })),
		onField(
			text,
			fc.record(
				{
					value: fc.oneof(word, plainWord),
					fuzziness: fc.constantFrom(0, 1, 2, "AUTO", "AUTO:2,4"),
					prefix_length: fc.nat(2),
					transpositions: fc.boolean(),
				},
				{ requiredKeys: ["value"], noNullPrototype: true },
			),
		).map((fuzzy) => ({ fuzzy })),
		onField(text, plainWord).map((term) => ({ term })),
		onField(text, plainWord).map((prefix) => ({ prefix })),
		onField(number, fc.record({ gte: size, lt: size }, some)).map((range) => ({
			range,
		})),
		onField(number, fc.array(size)).map((terms) => ({ terms })),
		fc.oneof(text, number).map((field) => ({ exists: { field } })),
	];
};

const rootLeaves = [
	...leavesOf(""),
	fc
		.record({ place: point, distance })
		.map((geo_distance) => ({ geo_distance })),
	fc
		.tuple(latitude, latitude, longitude, longitude)
		.map(([a, b, left, right]) => ({
			geo_bounding_box: {
				place: { top: Math.max(a, b), bottom: Math.min(a, b), left, right },
			},
		})),
	fc
		.array(fc.tuple(longitude, latitude), { minLength: 3, maxLength: 6 })
		.map((points) => ({
			geo_polygon: { place: { points: points.map((pair) => [...pair]) } },
		})),
	fc
		.record(
			{ gte: bound, gt: bound, lt: bound, lte: bound, time_zone: zone },
			some,
		)
		.map((at) => ({ range: { at } })),
];

/** Such leaves, joined in all ways. */
function queriesOf(
	leaves: readonly fc.Arbitrary<object>[],
	inner: readonly fc.Arbitrary<object>[],
): fc.Arbitrary<object> {
	return fc.letrec<{ query: object }>((tie) => ({
		query: fc.oneof(
			{ depthSize: "small", maxDepth: 3 },
			...leaves,
			...inner,
			fc
				.record(
					{
						must: fc.array(tie("query"), { maxLength: 2 }),
						filter: fc.array(tie("query"), { maxLength: 2 }),
						should: fc.array(tie("query"), { maxLength: 3 }),
						must_not: fc.array(tie("query"), { maxLength: 2 }),
					},
					some,
				)
				.map((bool) => ({ bool })),
			tie("query").map((filter) => ({ constant_score: { filter } })),
			fc
				.array(tie("query"), { minLength: 1, maxLength: 3 })
				.map((queries) => ({ dis_max: { queries } })),
			fc.tuple(tie("query"), tie("query")).map(([positive, negative]) => ({
				boosting: { positive, negative, negative_boost: 0.5 },
			})),
		),
	})).query;
}

const nestedIn = (path: string, query: fc.Arbitrary<object>) =>
	fc
		.tuple(query, fc.constantFrom("avg", "sum", "min", "max", "none"))
		.map(([query, score_mode]) => ({ nested: { path, query, score_mode } }));

const partQuery = queriesOf(leavesOf("items.parts"), []);
const itemQuery = queriesOf(leavesOf("items"), [
	nestedIn("items.parts", partQuery),
]);

export const generatedQuery = queriesOf(rootLeaves, [
	nestedIn("items", itemQuery),
	nestedIn("items.parts", partQuery),
]);
