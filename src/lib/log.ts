/** The structured log, injected. Never give it a token, a password, or an object that may hold one. */
export interface Log {
	debug(fields: object, message: string): void;
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
	/** The same log with fields that each line bears. */
	child(fields: object): Log;
}

export const silentLog: Log = {
	debug() {},
	info() {},
	warn() {},
	error() {},
	child: () => silentLog,
};
