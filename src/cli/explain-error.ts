import { ConfigError } from "../config.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";

/** What a person reads of a failure: what went wrong and what to do, in one line where that is enough. */
export function explainError(
	error: unknown,
	{ debug }: { debug: boolean },
): string {
	const advice = explain(error);
	if (!debug || !(error instanceof Error)) return maskSecrets(advice);
	const stack = stackOf(error);
	return maskSecrets(stack.includes(advice) ? stack : `${advice}\n${stack}`);
}

function explain(error: unknown): string {
	if (!(error instanceof Error))
		return `Something was thrown that is not an error: ${String(error)}`;
	if (error instanceof ConfigError) return error.message;
	return explainListen(error) ?? explainFile(error) ?? error.message;
}

type SystemError = Error & {
	code?: unknown;
	syscall?: unknown;
	path?: unknown;
	address?: unknown;
	hostname?: unknown;
	port?: unknown;
};

function explainListen(error: SystemError): string | null {
	const { code, syscall, port } = error;
	if (syscall === "getaddrinfo")
		return `${String(error.hostname)} is not the name of an address (${String(code)}). Set server.host: portico start --host 127.0.0.1`;
	if (syscall !== "listen") return null;
	const place = `${String(error.address)} port ${String(port)}`;
	if (code === "EADDRINUSE")
		return `${place} is in use. Stop what listens there, or choose another port: portico start --port ${nextPort(port)}`;
	if (code === "EACCES")
		return `${place} may not be used by this account. Choose a port above 1023: portico start --port 7512`;
	return `${place} is not an address of this machine (${String(code)}). Set server.host: portico start --host 127.0.0.1`;
}

function nextPort(port: unknown): number {
	return Number(port) < 65_535 ? Number(port) + 1 : 7512;
}

function explainFile({ code, path, message }: SystemError): string | null {
	if (typeof path !== "string") return null;
	if (code === "EACCES" || code === "EPERM")
		return `This account may not use ${path}. Change its owner, or choose another folder: --data FOLDER`;
	if (code === "EROFS")
		return `${path} is on a read-only disk. Choose another folder: --data FOLDER`;
	if (code === "ENOSPC") return `The disk of ${path} is full.`;
	if (code === "ENOTDIR" || code === "EEXIST")
		return `${path} is in the way: a folder is wanted there. Choose another: --data FOLDER`;
	return message;
}

function stackOf(error: Error): string {
	const cause =
		error.cause instanceof Error ? `\nCaused by: ${stackOf(error.cause)}` : "";
	return `${error.stack ?? error.message}${cause}`;
}
