import { Answer } from "../../src/action/answer.ts";
import { integer, lang, optionalString } from "../../src/action/args.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { text } from "../../src/action/json-schema.ts";
import type { ExportFormat } from "../../src/documents/exports.ts";
import { readSearch } from "../../src/documents/read-search.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { malformed } from "../../src/search/query-errors.ts";
import type { Target } from "../../src/storage/storage.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import {
	type ExportMembers,
	exportBody,
	exportMembersInQuery,
	membersOf,
} from "./export-members.ts";

export const exportDocuments = ({ exports, limits }: DataContext) =>
	defineAction({
		name: "document:export",
		summary:
			"Writes out the documents of a collection as a download: JSON lines, or CSV with its values as they are. HTTP only.",
		http: [
			"POST /:index/:collection/_export",
			"GET /:index/:collection/_export",
		],
		args: {
			...place,
			format: optionalString(
				"`jsonl` or `csv`. What is neither counts as `jsonl`.",
			),
			separator: optionalString(
				"What stands between two fields of a CSV: `,`.",
			),
			scroll: optionalString("Not needed: an export does not expire."),
			size: integer("Documents that are read at once. All are exported.", 500),
			lang: lang(),
			...exportMembersInQuery,
		},
		body: exportBody,
		result: text("The documents, a line each, after a head; no envelope."),
		async handler({ args, body, connection, envelope, signal }) {
			// What was begun must be read to its end: who cannot carry it must not begin it.
			if (connection.protocol !== "http") {
				throw createError(
					"api.assert.unsupported_protocol",
					connection.protocol,
					"document:export",
				);
			}
			const members = membersOf(envelope, { args, body });
			const format = readFormat(args, members);
			const target = toTarget(args);
			const selection = readSelection(
				args,
				members,
				limits.documentsFetchCount,
			);
			const content = await exports.open(
				{ target, format, ...selection },
				{ signal: signal() },
			);
			return new Answer(null, {
				headers: {
					"content-disposition": toDisposition(target, args.format),
				},
				raw: { contentType: CONTENT_TYPES[format.kind], content },
			});
		},
	});

/** The first is Kuzzle's (recorded). */
const CONTENT_TYPES = { jsonl: "html/text", csv: "text/csv" } as const;

function readFormat(
	{
		format,
		separator = ",",
	}: {
		readonly format: string | undefined;
		readonly separator: string | undefined;
	},
	{ fields, fieldsName }: ExportMembers,
): ExportFormat {
	if (format !== "csv") return { kind: "jsonl" };
	const paths = fields.filter((path) => typeof path === "string");
	return { kind: "csv", separator, fields: paths, titles: fieldsName };
}

function readSelection(
	{
		size,
		lang,
	}: {
		readonly size: number;
		readonly lang: "elasticsearch" | "koncorde";
	},
	{ query, sort, collapse }: ExportMembers,
	fetchMax: number,
) {
	if (Object.keys(collapse).length > 0) {
		throw malformed("an export takes no [collapse]: search instead");
	}
	if (size === 0) {
		throw createError(
			"api.assert.invalid_argument",
			"size",
			"a number above zero",
		);
	}
	const body = { query, ...(sort === undefined ? {} : { sort }) };
	const search = readSearch({ body, from: 0, size, lang }, fetchMax);
	return { query: search.query, sort: search.sort, pageSize: search.size };
}

/** The format is named as it was asked for, as in Kuzzle (recorded). */
function toDisposition(
	{ index, collection }: Target,
	format = "jsonl",
): string {
	const extension = /^\w{1,20}$/.test(format) ? format : "jsonl";
	const name = `${index}-${collection}.${extension}`;
	if (/^[\x20-\x7e]*$/.test(name)) return `attachment; filename="${name}"`;
	// RFC 8187 §3.2.
	const encoded = encodeURIComponent(name).replace(
		/['()]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `attachment; filename*=UTF-8''${encoded}`;
}
