import type {
	ActionReference,
	ContentReference,
	MemberReference,
	RouteReference,
} from "../../src/action/reference.ts";
import { type Html, html } from "./html.ts";

/** One action: what it is, how it is called, and a form that calls it. */
export function renderAction(action: ActionReference): Html {
	const { name, summary, routes, args, body, result, examples } = action;
	const anchor = toAnchor(name);
	return html`
<section id="${anchor}" aria-labelledby="${anchor}-title">
<h2 id="${anchor}-title"><a href="#${anchor}">${name}</a></h2>
<p>${withCode(summary)}</p>
${routes.length === 0 ? html`<p>No HTTP route of its own.</p>` : html`<ul class="routes">${routes.map(renderRoute)}</ul>`}
${args.length === 0 ? null : html`<h3>Arguments</h3>${renderMembers(args)}`}
${renderContent("Body", body)}
${renderContent("Result", result)}
<details><summary>Examples</summary>
<h3>curl</h3>${renderCode(examples.curl, `${name} with curl`)}
<h3>WebSocket</h3>${renderCode(examples.webSocket, `${name} over WebSocket`)}
<h3>kuzzle-sdk</h3>${renderCode(examples.sdk, `${name} with the SDK`)}
</details>
${renderForm(action)}
</section>`;
}

export function toAnchor(name: string): string {
	return name.replaceAll(":", "-");
}

function renderRoute({ verb, path, deprecated }: RouteReference): Html {
	return html`<li><code><b>${verb}</b> ${path}</code>${
		deprecated === null ? null : html` <small>deprecated ${deprecated}</small>`
	}</li>`;
}

function renderContent(title: string, content: ContentReference | null): Html {
	if (content === null) return html`<h3>${title}</h3><p>None.</p>`;
	const { type, description, required, members } = content;
	return html`
<h3>${title} <small>${type}${required ? "" : ", may be left out"}</small></h3>
${description === "" ? null : html`<p>${withCode(description)}</p>`}
${members.length === 0 ? null : renderMembers(members)}`;
}

function renderMembers(members: readonly MemberReference[]): Html {
	return html`<dl>${members.map(
		(member) => html`
<dt><code>${member.name}</code> <small>${describeType(member)}</small></dt>
<dd>${withCode(member.description)}</dd>`,
	)}</dl>`;
}

function describeType({
	type,
	required,
	fallback,
	choices,
}: MemberReference): string {
	return [
		choices.length === 0 ? type : choices.join(" or "),
		...(required ? ["required"] : []),
		...(fallback === null ? [] : [`default ${fallback}`]),
	].join(", ");
}

/** Descriptions mark names with backticks, as Markdown does. */
export function withCode(text: string): Html {
	return html`${text
		.split("`")
		.map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

/** Long lines scroll, which a keyboard can only do in what has the focus. */
function renderCode(text: string, label: string): Html {
	return html`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`;
}

function renderForm(action: ActionReference): Html {
	const { name, args, body, examples } = action;
	const id = (field: string) => `${toAnchor(name)}-${field}`;
	return html`
<details class="try"><summary>Try it</summary>
<form data-controller="${action.controller}" data-action="${action.action}" novalidate>
${args.map((arg) => renderInput(arg, id(`arg-${arg.name}`)))}
${
	body === null
		? null
		: html`<p class="field">
<label for="${id("body")}">body <small>JSON${body.required ? ", required" : ""}</small></label>
<textarea id="${id("body")}" data-body rows="6" spellcheck="false">${examples.body}</textarea>
</p>`
}
<p><button type="submit">Send</button></p>
<p class="status" role="status"></p>
<pre class="answer" tabindex="0" role="region" aria-label="Answer of ${name}" hidden></pre>
</form>
</details>`;
}

function renderInput(arg: MemberReference, id: string): Html {
	const choices = arg.type === "boolean" ? ["true", "false"] : arg.choices;
	const label = html`<label for="${id}">${arg.name} <small>${describeType(arg)}</small></label>`;
	if (choices.length > 0) {
		return html`<p class="field">${label}
<select id="${id}" data-name="${arg.name}" data-type="json"><option value=""></option>${choices.map(
			(choice) => html`<option>${choice}</option>`,
		)}</select></p>`;
	}
	const isList = arg.type.startsWith("array");
	return html`<p class="field">${label}
<input id="${id}" data-name="${arg.name}" data-type="${isList ? "list" : arg.type}" type="text" autocomplete="off" spellcheck="false"${
		isList ? html` placeholder="separated by commas"` : null
	}></p>`;
}
