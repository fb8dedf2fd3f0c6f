/** Text that is HTML already. Only `html` makes it, so that nothing gets into a page unescaped. */
export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/** A template whose values are escaped, for text as for quoted attributes. Lists are joined; null is nothing. */
export function html(
	strings: TemplateStringsArray,
	...values: readonly HtmlValue[]
): Html {
	return new Html(
		strings
			.map((text, at) => (at === 0 ? text : toText(values[at - 1]) + text))
			.join(""),
	);
}

const ESCAPES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

function toText(value: HtmlValue | undefined): string {
	if (value === null || value === undefined) return "";
	if (value instanceof Html) return value.text;
	if (typeof value === "object") return value.map(toText).join("");
	return String(value).replace(/[&<>"']/g, (character) => {
		return ESCAPES[character] ?? character;
	});
}
