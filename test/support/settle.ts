import { setImmediate as nextTurn } from "node:timers/promises";

/** Lets everything run that waits for nothing from outside. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 3; turn++) await nextTurn();
}

/** A promise that somebody else settles. */
export function later<T = void>(): {
	promise: Promise<T>;
	resolve: (value: T) => void;
	reject: (error: unknown) => void;
} {
	let resolve: (value: T) => void = () => {};
	let reject: (error: unknown) => void = () => {};
	const promise = new Promise<T>((onResolve, onReject) => {
		resolve = onResolve;
		reject = onReject;
	});
	return { promise, resolve, reject };
}
