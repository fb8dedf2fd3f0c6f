import type { Action } from "./define-action.ts";
import {
	type ActionReference,
	type ContentReference,
	type ControllerReference,
	type MemberReference,
	type RouteReference,
	toReference,
} from "./reference.ts";

/** The page `docs/actions.md`: every action, in Markdown. */
export function renderReference(actions: readonly Action[]): string {
	const controllers = toReference(actions);
	return [
		INTRODUCTION,
		...controllers.map(renderContents),
		"",
		...controllers.flatMap(renderController),
	].join("\n");
}

const INTRODUCTION = `# Actions

Every action of Portico, on every protocol. A running gateway serves the same at \`/_docs\`, where calls can be tried, and as OpenAPI 2.0
at \`/_openapi\`. This page is written by \`npm run docs\` from the declarations in \`controllers/\`; edit it there.

Over HTTP an action has routes of its own; what is not in the path goes into the query string. Every action can also be called by
\`POST /_query\` with the frame that WebSocket takes: \`{"controller": "…", "action": "…", …arguments, "body": {…}}\`. Answers come in an envelope:
\`{"status": 200, "error": null, "result": …, "requestId": "…", …}\`. A token goes into the header \`Authorization: Bearer …\`, or into the
frame's member \`jwt\`. Errors: see [errors.md](errors.md).
`;

function renderContents({ name, actions }: ControllerReference): string {
	const links = actions.map(
		(action) => `[${action.action}](#${toAnchor(action.name)})`,
	);
	return `- **${name}**: ${links.join(", ")}`;
}

/** As Markdown viewers make it of a heading. */
function toAnchor(name: string): string {
	return name.toLowerCase().replaceAll(/[:/]/g, "");
}

function renderController({ name, actions }: ControllerReference): string[] {
	return [`## ${name}`, "", ...actions.flatMap(renderAction)];
}

function renderAction(action: ActionReference): string[] {
	return [
		`### ${action.name}`,
		"",
		escapeTags(action.summary),
		"",
		...renderRoutes(action.routes),
		...renderArguments(action.args),
		...renderContent("Body", action.body),
		...renderContent("Result", action.result),
		...renderCode("sh", action.examples.curl),
		...renderCode("js", action.examples.sdk),
	];
}

function renderRoutes(routes: readonly RouteReference[]): string[] {
	if (routes.length === 0) return ["No HTTP route of its own.", ""];
	return [
		...routes.map(
			({ verb, path, deprecated }) =>
				`- \`${verb} ${path}\`${deprecated === null ? "" : ` (deprecated ${deprecated})`}`,
		),
		"",
	];
}

function renderArguments(args: readonly MemberReference[]): string[] {
	return args.length === 0
		? []
		: [
				"| argument | type | | |",
				"|---|---|---|---|",
				...args.map((arg) =>
					renderRow([
						`\`${arg.name}\``,
						arg.choices.length === 0
							? arg.type
							: arg.choices.map((choice) => `\`${choice}\``).join(" or "),
						renderNeed(arg),
						arg.description,
					]),
				),
				"",
			];
}

function renderNeed({ required, fallback }: MemberReference): string {
	if (required) return "required";
	return fallback === null ? "" : `default \`${fallback}\``;
}

function renderContent(
	title: string,
	content: ContentReference | null,
): string[] {
	if (content === null) return [`${title}: none.`, ""];
	const { type, description, required, members } = content;
	const head = [
		`${title}: ${type}${required ? "" : ", may be left out"}.`,
		escapeTags(description),
	];
	return [
		head.join(" ").trimEnd(),
		"",
		...(members.length === 0 ? [] : renderMembers(members)),
	];
}

function renderMembers(members: readonly MemberReference[]): string[] {
	return [
		"| member | type | |",
		"|---|---|---|",
		...members.map(({ name, type, required, description }) =>
			renderRow([
				`\`${name}\``,
				required ? `${type}, required` : type,
				description,
			]),
		),
		"",
	];
}

function renderRow(cells: readonly string[]): string {
	return `| ${cells.map(escapeCell).join(" | ")} |`;
}

function escapeCell(text: string): string {
	return escapeTags(text).replaceAll("|", "\\|");
}

/** What looks like a tag is left alone inside code, where it is shown as it stands. */
function escapeTags(text: string): string {
	return text
		.split("`")
		.map((part, at) => (at % 2 === 0 ? part.replaceAll("<", "&lt;") : part))
		.join("`");
}

function renderCode(language: string, text: string): string[] {
	return [`\`\`\`${language}`, text, "```", ""];
}
