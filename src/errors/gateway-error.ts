import {
	type CatalogueEntry,
	catalogue,
	type ErrorClass,
	type ErrorId,
} from "./catalogue.ts";

/** What a client reads of a failure: the `error` member of a response envelope. */
export interface WireError {
	message: string;
	status: number;
	id?: string;
	code?: number;
	props?: readonly unknown[];
	stack?: string;
	errors?: readonly unknown[];
	count?: number;
}

interface GatewayErrorInit {
	status: number;
	message: string;
	id?: ErrorId;
	code?: number;
	class?: ErrorClass;
	props?: readonly unknown[];
	errors?: readonly unknown[];
	cause?: unknown;
}

/** A failure that a client is told about. Anything else that is thrown is a defect and reads as a bare 500. */
export class GatewayError extends Error {
	readonly status: number;
	readonly id: ErrorId | undefined;
	readonly code: number | undefined;
	readonly class: ErrorClass | undefined;
	readonly props: readonly unknown[] | undefined;
	/** The single failures behind a partial (206) or a multiple (400) error. */
	readonly errors: readonly unknown[] | undefined;

	constructor(init: GatewayErrorInit) {
		super(
			init.message,
			init.cause === undefined ? undefined : { cause: init.cause },
		);
		this.name = init.class ?? "GatewayError";
		this.status = init.status;
		this.id = init.id;
		this.code = init.code;
		this.class = init.class;
		this.props = init.props;
		this.errors = init.errors;
	}

	/** The wire shape; `stack` is added by the one place that writes responses, in development only. */
	toJSON(): WireError {
		return {
			message: this.message,
			status: this.status,
			...(this.id === undefined ? {} : { id: this.id }),
			...(this.code === undefined ? {} : { code: this.code }),
			...(this.props === undefined ? {} : { props: this.props }),
			...(this.errors === undefined
				? {}
				: { errors: this.errors, count: this.errors.length }),
		};
	}
}

type Params<K extends ErrorId> = Parameters<(typeof catalogue)[K]["message"]>;

/**
 * Makes the catalogued error of that id. The parameters are those of its message,
 * and travel to the client as `props`, in the same order.
 */
export function createError<K extends ErrorId>(
	id: K,
	...params: Params<K>
): GatewayError {
	return fromCatalogue(id, params, {});
}

/** As `createError`, keeping what caused it for the log. The client never sees the cause. */
export function createErrorFrom<K extends ErrorId>(
	cause: unknown,
	id: K,
	...params: Params<K>
): GatewayError {
	return fromCatalogue(id, params, { cause });
}

/** A catalogued error (206 or 400) that holds the single failures it stands for. */
export function createMultipleError<K extends ErrorId>(
	errors: readonly unknown[],
	id: K,
	...params: Params<K>
): GatewayError {
	return fromCatalogue(id, params, { errors });
}

/** Kuzzle answers some failures with a status and a message only: no id, no code, no props. */
export function createBareError(status: number, message: string): GatewayError {
	return new GatewayError({ status, message });
}

export function isErrorId<K extends ErrorId>(
	error: unknown,
	id: K,
): error is GatewayError {
	return error instanceof GatewayError && error.id === id;
}

function fromCatalogue(
	id: ErrorId,
	params: readonly unknown[],
	extra: { cause?: unknown; errors?: readonly unknown[] },
): GatewayError {
	const entry: CatalogueEntry = catalogue[id];
	return new GatewayError({
		id,
		code: entry.code,
		status: entry.status,
		class: entry.class,
		message: (entry.message as (...args: readonly unknown[]) => string)(
			...params,
		),
		props: params,
		...extra,
	});
}
