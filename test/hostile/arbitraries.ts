import fc from "fast-check";

/** Texts that some program, somewhere, has stumbled over. */
export const TEXTS: readonly string[] = [
	"",
	" ",
	"\0",
	"a\0b",
	"\ud800",
	"a\udfffb",
	"\ufffe\uffff",
	// One character to people, two texts to programs.
	"caf\u00e9",
	"cafe\u0301",
	"\u0130I\u0131i",
	"\u202etxt.exe",
	"\u{1f4a9}".repeat(200),
	".",
	"..",
	"../../etc/passwd",
	"%2e%2e%2f",
	"a/b?c#d",
	"_all",
	"_search",
	"_kuzzle_keep",
	"*",
	"a,b",
	"-a,+b",
	"-1",
	"anonymous",
	"default",
	"null",
	"undefined",
	"NaN",
	"true",
	"[]",
	"{}",
	"1e400",
	"9007199254740993",
	"0x10",
	"1 year",
	"-1d",
	"__proto__",
	"constructor",
	"prototype",
	"toString",
	"hasOwnProperty",
	"'; DROP TABLE documents; --",
	'" OR ""="',
	"$" + "{7*7}",
	"a\r\nX-Evil: 1",
	"<script>alert(1)</script>",
	"a".repeat(513),
	"\u00e9".repeat(257),
	"x".repeat(20_000),
];

const KEYS: readonly string[] = [
	"__proto__",
	"constructor",
	"prototype",
	"toString",
	"toJSON",
	"then",
	"length",
	"",
	".",
	"a.b",
	"a..b",
	"$ne",
	"_id",
	"_source",
	"_kuzzle_info",
	"query",
	"bool",
	"profileIds",
];

export const text: fc.Arbitrary<string> = fc.oneof(
	fc.constantFrom(...TEXTS),
	fc.string({ unit: "binary", maxLength: 40 }),
);

const scalar: fc.Arbitrary<unknown> = fc.oneof(
	text,
	fc.constantFrom(
		null,
		true,
		false,
		0,
		-0,
		-1,
		1,
		0.1,
		1e308,
		-1e308,
		2 ** 53,
		-(2 ** 63),
		1e-320,
	),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.integer(),
);

/** Any JSON, with names that mean something to the language among its members. */
export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(
	(tie) => ({
		value: fc.oneof(
			{ maxDepth: 4, withCrossShrink: true },
			scalar,
			fc.array(tie("value"), { maxLength: 4 }),
			fc
				.array(
					fc.tuple(fc.oneof(fc.constantFrom(...KEYS), text), tie("value")),
					{ maxLength: 4 },
				)
				.map(toObject),
			fc.tuple(fc.integer({ min: 1, max: 200 }), scalar).map(nest),
		),
	}),
).value;

/** Names that many actions need, so that a request gets as far as its other parts. */
const names: fc.Arbitrary<Record<string, unknown>> = fc.record(
	Object.fromEntries(
		["_id", "userId", "index", "collection", "strategy"].map((name) => [
			name,
			fc.oneof(
				{
					weight: 4,
					arbitrary: fc.constantFrom("default", "local", "things", "kuzzle"),
				},
				{ weight: 4, arbitrary: text },
				{ weight: 1, arbitrary: value },
			),
		]),
	),
	{ requiredKeys: [] },
);

const OTHER_ARGS = [
	...["targets", "refresh", "expiresIn", "from", "size", "lang", "kuid"],
	...["reset", "cookieAuth", "singleUse", "global", "timestamp", "strict"],
	...["headers", "__proto__", "constructor", "pretty", "scroll", "ids"],
];

/** Arguments that actions read, with values that they do not expect, or do. */
export const args: fc.Arbitrary<Record<string, unknown>> = fc
	.tuple(
		names,
		fc
			.array(fc.tuple(fc.oneof(fc.constantFrom(...OTHER_ARGS), text), value), {
				maxLength: 3,
			})
			.map(toObject),
	)
	.map(([known, others]) =>
		toObject([...Object.entries(known), ...Object.entries(others)]),
	);

/** Bodies that come close to what actions want, and any others. */
export const body: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 2, arbitrary: value },
	...[
		shape("description"),
		shape("username", "password"),
		shape("token"),
		shape("controller", "action", "index", "collection"),
		shape("controllers", "tags"),
		shape("query", "sort", "from", "size", "aggregations"),
		shape("policies", "rateLimit", "tags"),
		shape("content", "credentials"),
		value.map((controllers) => ({
			controllers: { auth: { actions: controllers } },
		})),
		value.map((restrictedTo) => ({
			policies: [{ roleId: "default", restrictedTo }],
		})),
		fc.tuple(value, value).map(([content, username]) => ({
			content: { profileIds: ["default"], content },
			credentials: { local: { username, password: "a-long-password" } },
		})),
		value.map((term) => ({ query: { term } })),
		value.map((range) => ({ bool: { must: [{ range }], should: range } })),
		value.map((terms) => ({ terms })),
	].map((arbitrary) => ({ weight: 1, arbitrary })),
);

function shape(...names: readonly string[]): fc.Arbitrary<unknown> {
	return fc.record(Object.fromEntries(names.map((name) => [name, value])), {
		requiredKeys: [],
	});
}

/** Members in the order given; of two of one name the last counts. `__proto__` is a name like any other. */
function toObject(
	members: readonly (readonly [string, unknown])[],
): Record<string, unknown> {
	const object: Record<string, unknown> = {};
	for (const [name, member] of members)
		Object.defineProperty(object, name, {
			value: member,
			configurable: true,
			enumerable: true,
			writable: true,
		});
	return object;
}

function nest([depth, leaf]: readonly [number, unknown]): unknown {
	let value = leaf;
	for (let level = 0; level < depth; level++)
		value = level % 2 === 0 ? { a: value } : [value];
	return value;
}
