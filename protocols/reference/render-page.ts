import type { ControllerReference } from "../../src/action/reference.ts";
import { type Html, type HtmlValue, html } from "./html.ts";
import { renderAction, toAnchor, withCode } from "./render-action.ts";

/** What every page knows. */
export interface Site {
	readonly controllers: readonly ControllerReference[];
	readonly version: string;
}

export function renderIndex(site: Site): Html {
	return renderPage(site, {
		title: "Actions",
		here: null,
		content: html`
<p>What this server can do, on every protocol. The same as data: <a href="../_openapi">OpenAPI 2.0</a>.</p>
<p class="field filter" hidden>
<label for="filter">Find an action</label>
<input id="filter" type="search" autocomplete="off" spellcheck="false">
</p>
${site.controllers.map(renderContents)}`,
	});
}

export function renderController(
	site: Site,
	controller: ControllerReference,
): Html {
	return renderPage(site, {
		title: controller.name,
		here: controller.name,
		content: html`
<ul class="contents">${controller.actions.map(
			({ action, name }) =>
				html`<li><a href="#${toAnchor(name)}">${action}</a></li>`,
		)}</ul>
<noscript><p>Calls can be tried with JavaScript only.</p></noscript>
<p class="field">
<label for="token">Token for the calls tried here</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-note">
<small id="token-note">A login token or an API key. It is kept in this tab only, until the tab is closed.</small>
</p>
${controller.actions.map(renderAction)}`,
	});
}

export function renderMissing(site: Site): Html {
	return renderPage(site, {
		title: "No such page",
		here: null,
		content: html`<p>There is no such page. The controllers are listed above.</p>`,
	});
}

function renderPage(
	{ controllers, version }: Site,
	page: {
		readonly title: string;
		/** The name of the controller that is shown. */
		readonly here: string | null;
		readonly content: HtmlValue;
	},
): Html {
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} – Portico</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="reference.css">
<script type="module" src="try-call.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="./">Portico</a> <small>${version}</small>
<nav aria-label="Controllers"><ul>${controllers.map(({ name }) =>
		name === page.here
			? html`<li><a href="${name}" aria-current="page">${name}</a></li>`
			: html`<li><a href="${name}">${name}</a></li>`,
	)}</ul></nav>
</header>
<main id="content" tabindex="-1">
<h1>${page.title}</h1>
${page.content}
</main>
</body>
</html>
`;
}

function renderContents({ name, actions }: ControllerReference): Html {
	return html`
<section>
<h2><a href="${name}">${name}</a></h2>
<ul class="summaries">${actions.map(
		(action) =>
			html`<li><a href="${name}#${toAnchor(action.name)}">${action.name}</a> ${withCode(action.summary)}</li>
`,
	)}</ul>
</section>`;
}
