import { isObject } from "../../src/lib/json.ts";
import { ABSENT, compare, type Mismatch } from "./compare.ts";
import { pairUp } from "./pair-up.ts";
import type { Bindings } from "./placeholders.ts";
import type { Frame } from "./recording.ts";

/** The envelope's members that are not compared: the reference should send `node` and does not; deprecations are for developers. */
export const EXTRA_ROOT_KEYS = ["node", "deprecations"] as const;

/**
 * Compares the frames of a step. Which connection got a frame matters, and the order of one connection's notifications;
 * the order between connections, of the answers of a burst, and between answers and notifications does not.
 */
export function compareFrames(
	expected: readonly Frame[],
	actual: readonly Frame[],
	bindings: Bindings,
	unordered: readonly string[] = [],
): Mismatch | null {
	const groups = [true, false].map((wanted) => ({
		expected: expected.filter((frame) => isNotification(frame) === wanted),
		actual: actual.filter((frame) => isNotification(frame) === wanted),
		ordered: wanted,
	}));
	const fork = bindings.fork();
	for (const group of groups) {
		const mismatch = group.ordered
			? compareNotifications(group.expected, group.actual, fork)
			: compareAnswers(group.expected, group.actual, fork, unordered);
		if (mismatch !== null) return mismatch;
	}
	bindings.adopt(fork);
	return null;
}

function compareAnswers(
	expected: readonly Frame[],
	actual: readonly Frame[],
	bindings: Bindings,
	unordered: readonly string[],
): Mismatch | null {
	if (expected.length !== actual.length)
		return { path: "frames", expected, actual };
	const [only] = expected;
	if (expected.length === 1 && only !== undefined)
		return compareFrame(only, actual[0], bindings, unordered);
	const unmatched = pairUp(
		expected,
		actual,
		bindings,
		(frame, other, known) =>
			compareFrame(frame, other, known, unordered) === null,
	);
	return unmatched === null
		? null
		: { path: "frames.*", expected: expected[unmatched], actual };
}

function compareNotifications(
	expected: readonly Frame[],
	actual: readonly Frame[],
	bindings: Bindings,
): Mismatch | null {
	const connections = new Set([...expected, ...actual].map(({ conn }) => conn));
	for (const conn of connections) {
		const mismatch = compareInOrder(
			expected.filter((frame) => frame.conn === conn),
			actual.filter((frame) => frame.conn === conn),
			bindings,
		);
		if (mismatch !== null) return mismatch;
	}
	return null;
}

function compareInOrder(
	expected: readonly Frame[],
	actual: readonly Frame[],
	bindings: Bindings,
): Mismatch | null {
	for (const [i, frame] of expected.entries()) {
		const mismatch = compareFrame(frame, actual[i], bindings, []);
		if (mismatch !== null) return mismatch;
	}
	return expected.length === actual.length
		? null
		: { path: "notifications", expected, actual };
}

function compareFrame(
	expected: Frame,
	actual: Frame | undefined,
	bindings: Bindings,
	unordered: readonly string[],
): Mismatch | null {
	if (actual === undefined) return { path: "frame", expected, actual: ABSENT };
	const { data, ...rest } = expected;
	const { data: actualData, ...actualRest } = actual;
	return (
		compare(rest, actualRest, bindings) ??
		compare(data, actualData, bindings, {
			unordered,
			extraRootKeys: EXTRA_ROOT_KEYS,
		})
	);
}

/** Only notifications say their type. */
function isNotification(frame: Frame): boolean {
	return isObject(frame.data) && "type" in frame.data;
}
