/** Each class of failure, as Kuzzle names it, and the status that it answers. */
const STATUS = {
	PartialError: 206,
	BadRequestError: 400,
	MultipleErrorsError: 400,
	UnauthorizedError: 401,
	ForbiddenError: 403,
	NotFoundError: 404,
	PreconditionError: 412,
	SizeLimitError: 413,
	TooManyRequestsError: 429,
	InternalError: 500,
	ExternalServiceError: 500,
	PluginImplementationError: 500,
	ServiceUnavailableError: 503,
	GatewayTimeoutError: 504,
} as const;

export type ErrorClass = keyof typeof STATUS;

export interface CatalogueEntry {
	/** `domain << 24 | subdomain << 16 | error`. Never reused for another failure. */
	readonly code: number;
	readonly status: number;
	readonly class: ErrorClass;
	/** Writes the message. Its parameters are the `props` that clients read, in this order. */
	readonly message: (...params: never[]) => string;
}

/** One row of the catalogue; the status follows the class. */
export function define<Message extends (...params: never[]) => string>(
	code: number,
	errorClass: ErrorClass,
	message: Message,
): CatalogueEntry & { readonly message: Message } {
	return { code, status: STATUS[errorClass], class: errorClass, message };
}

export type Text = string | number;

/** Writes what a client sent, of whatever type, into a message: never more than its own text or the names in it. */
export function show(value: unknown): string {
	if (typeof value === "string") return value;
	if (Array.isArray(value))
		return value.every((item) => typeof item === "string")
			? value.join(", ")
			: "[array]";
	return typeof value === "object" && value !== null
		? "[object]"
		: String(value);
}

/** A hint such as "Did you mean …?" set apart from the sentence before it; nothing when there is none. */
export function spaced(hint: string): string {
	return hint === "" ? "" : ` ${hint.trim()}`;
}

/** A detail that is not always known, to be put before the full stop. */
export function suffix(detail: unknown): string {
	return detail === undefined ? "" : `: ${show(detail)}`;
}
