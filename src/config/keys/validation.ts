import type { JsonObject } from "../../lib/json.ts";
import { record } from "../key.ts";

export const validation = record<JsonObject>({
	default: {},
	doc: "Specifications that a new database begins with: `{<index>: {<collection>: {strict, fields}}}`. Later ones are written by `collection:updateSpecifications`.",
});
