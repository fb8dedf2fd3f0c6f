import assert from "node:assert/strict";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { GatewayError } from "../../src/errors/gateway-error.ts";

/** True for the catalogued error of that id, for `assert.throws` and `assert.rejects`; fails with what it met instead. */
export function isError(
	id: ErrorId,
	props?: readonly unknown[],
): (error: unknown) => true {
	return (error) => {
		if (!(error instanceof GatewayError)) throw error;
		assert.equal(error.id, id, error.message);
		if (props !== undefined) assert.deepEqual(error.props, props);
		return true;
	};
}
