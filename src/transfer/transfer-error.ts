/** What a person can do something about: a damaged file, a conflict, a store that is not what was expected. Its message says what. */
export class TransferError extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "TransferError";
	}
}
