import type { Envelope } from "../../src/call/envelope.ts";

/** A request `controller:action` with these parts. */
export function testEnvelope(
	name: string,
	parts: Partial<Envelope> = {},
): Envelope {
	const [controller = null, action = null] = name.split(":");
	return {
		controller,
		action,
		body: null,
		jwt: null,
		volatile: null,
		requestId: "r-1",
		notation: "json",
		...parts,
		args: Object.assign(Object.create(null), parts.args),
	};
}
