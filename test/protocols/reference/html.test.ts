import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { html } from "../../../protocols/reference/html.ts";

describe("html", () => {
	it("escapes what is put in, in text and in attributes", () => {
		const evil = `"><script>alert('&')</script>`;
		assert.equal(
			html`<a title="${evil}">${evil}</a>`.text,
			`<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>`,
		);
	});

	it("takes HTML, lists and numbers, and nothing for null", () => {
		const items = ["<", "b"].map((item) => html`<li>${item}</li>`);
		assert.equal(
			html`<ul>${items}</ul>${null}${0}`.text,
			"<ul><li>&lt;</li><li>b</li></ul>0",
		);
	});
});
