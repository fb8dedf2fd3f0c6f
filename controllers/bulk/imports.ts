import { refresh } from "../../src/action/args.ts";
import { fields, listField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject } from "../../src/action/json-schema.ts";
import { parseBulkLines } from "../../src/documents/bulk-lines.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "../document/context.ts";
import { toListAnswer } from "../document/list-answer.ts";
import { listShape } from "../document/shapes.ts";
import { strict } from "../document/write-args.ts";

export const importBulk = ({ imports }: DataContext) =>
	defineAction({
		name: "bulk:import",
		summary:
			"Creates, replaces, updates and deletes documents by the lines of Elasticsearch's bulk API.",
		http: ["POST /:index/:collection/_bulk"],
		args: { ...place, refresh: refresh(false), strict },
		body: fields({
			bulkData: listField(
				"An action, then, but for deletions, what it writes; and so on.",
				anyObject("A line.", { index: {} }),
			),
		}),
		result: listShape(
			anyObject("{<action>: {_id, status}}."),
			anyObject("{<action>: {_id, status, _source, error: {type, reason}}}."),
		),
		async handler({ args, body, caller, signal }) {
			const items = parseBulkLines(body.bulkData);
			const answer = await imports.run(toTarget(args), items, {
				kuid: caller.kuid,
				refresh: args.refresh,
				signal: signal(),
			});
			return toListAnswer(answer, args.strict, "import");
		},
	});
