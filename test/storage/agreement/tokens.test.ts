import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { tokens } from "../../../src/storage/sqlite/tokens.ts";
import { backends } from "../../support/backends.ts";
import {
	type ElasticsearchServer,
	startElasticsearch,
} from "../../support/elasticsearch.ts";

const TEXTS: readonly string[] = [
	"The QUICK brown-fox, jumped! Isn't it? don't don’t rock'n'roll 'quoted' O'Neil's",
	"3.14 1,000 1;2 1:2 a.b a,b a:b 9. v1.2.3 1e5 192.168.0.1 50% $9.99 #tag @name",
	"wi_fi _a a_ __ _1_ snake_case_name kebab-case a__b",
	"http://example.com/a/b?c=d&e=f#g mail@example.co.uk C:\\folder\\file.txt",
	"日本語 ひらがな カタカナ ｶﾀｶﾅ コーヒー 한국어 조선말 中文字 ㍿ 々 〆",
	"ภาษาไทย ພາສາລາວ ភាសាខ្មែរ မြန်မာစာ สวัสดีครับ",
	'עברית צה"ל ג\'ירפה א"ב"ג שלום, عربي العَرَبِيَّة فارسی ۱۲۳ ١٬٢٣٤',
	"हिन्दी বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ქართული Հայերեն ελληνικά ΣΊΣΥΦΟΣ",
	"été e\u0301te\u0301 Über naïve İstanbul ıI Straße ǅ ﬁ Å K ſ x\u0308y",
	"😀 👨‍👩‍👧 🏽 👍🏽 🇩🇪 🇩🇪🇫🇷 🇩 ❤️ ☺ ℹ️ #️⃣ *⃣ 1️⃣ ©® 🅰️b 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
	`${"x".repeat(254)}.yz ${"x".repeat(255)}yz ${"é".repeat(600)} ${"x".repeat(254)}😀`,
	"a\u200db a\u00adb a\u200bb a\u2060b a\ufeffb a\u00a0b a\u202fb\r\n\tc",
	"\u{10400}\u{10401} 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠀀𠮷 ①② Ⅷ ½ x² µm ™ № ℃",
];

/** Where the rules meet: letters of each kind, what may stand between them, marks, and emoji. */
const SEAMS = [
	..."aB1_.,:;'’\"·- @#*",
	..."\u200d\ufe0f\u20e3\u0301\u0e01\u0e31กขアイあ日한אב״İΣſ",
	...["😀", "👨", "👧", "🏽", "🇩", "🇪", "❤", "©", "ℹ", "🅰"],
];

describe("words of texts", {
	skip: !backends().includes("elasticsearch"),
}, () => {
	let server: ElasticsearchServer;
	before(async () => {
		server = await startElasticsearch();
	});
	after(() => server?.stop());

	it("are those of the standard analyser, in many languages", async () => {
		for (const text of TEXTS)
			assert.deepEqual(tokens(text), await analyse(server.url, [text]), text);
	});

	it("are those of the standard analyser where its rules meet", async () => {
		const text = fc
			.array(fc.constantFrom(...SEAMS), { minLength: 1, maxLength: 12 })
			.map((parts) => parts.join(""));
		await agree(server.url, text);
	});

	it("are those of the standard analyser in any text", async () => {
		// Characters that are not assigned mean nothing to either; those assigned lately nothing to Elasticsearch.
		const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
		await agree(server.url, text);
	});
});

/** Many texts in one request, as many values of a field. */
async function agree(url: string, text: fc.Arbitrary<string>): Promise<void> {
	await fc.assert(
		fc.asyncProperty(
			fc.array(text, { minLength: 1, maxLength: 40 }),
			async (texts) => {
				assert.deepEqual(texts.flatMap(tokens), await analyse(url, texts));
			},
		),
		{ numRuns: 40 },
	);
}

async function analyse(
	url: string,
	text: readonly string[],
): Promise<string[]> {
	const response = await fetch(new URL("/_analyze", url), {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ analyzer: "standard", text }),
	});
	const body = (await response.json()) as {
		readonly tokens: readonly { readonly token: string }[];
	};
	return body.tokens.map(({ token }) => token);
}
