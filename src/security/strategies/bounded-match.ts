import vm from "node:vm";
import { isObject } from "../../lib/json.ts";

/**
 * Long enough for any sensible expression on a loaded machine; an expression that backtracks without end would take for ever. Password
 * rules need look-aheads, which no linear-time engine has, so that time is what is limited.
 */
const MATCH_MS_MAX = 100;

const context = vm.createContext(Object.create(null), {
	codeGeneration: { strings: false, wasm: false },
});
const script = new vm.Script("new RegExp(source).test(text)");

/** Whether the text matches. Null when that could not be told in time: the engine is interrupted, and the event loop goes on. */
export function matchesInTime(source: string, text: string): boolean | null {
	Object.assign(context, { source, text });
	try {
		return script.runInContext(context, { timeout: MATCH_MS_MAX }) === true;
	} catch (error) {
		if (isTimeout(error)) return null;
		throw error;
	} finally {
		Object.assign(context, { source: "", text: "" });
	}
}

/** The error is one of the other context, so no instance of this one's `Error`. */
function isTimeout(error: unknown): boolean {
	return isObject(error) && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
