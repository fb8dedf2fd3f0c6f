import type { Logger } from "pino";
import { formatLogLine } from "./format-log-line.ts";
import type { Log } from "./log.ts";
import { maskSecrets, maskValue } from "./mask-secrets.ts";
import { requirePackage } from "./require-package.ts";

const { pino } = requirePackage("pino") as typeof import("pino");

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

interface PinoLogOptions {
	level: LogLevel;
	/** Where lines go, each with its line end. */
	write(line: string): void;
	/** One readable line per entry, for a terminal, instead of JSON. */
	readable?: boolean;
}

/**
 * The structured log: one JSON object per line (level as a word, time as ISO 8601, msg, fields), or a readable line.
 * Secrets are taken out twice: by name in the fields, by shape in the finished line.
 */
export function createPinoLog(options: PinoLogOptions): Log {
	const { level, readable = false } = options;
	const write = (line: string) => {
		const masked = maskSecrets(line);
		options.write(readable ? formatLogLine(masked) : masked);
	};
	return wrap(
		pino(
			{
				level,
				base: null,
				timestamp: pino.stdTimeFunctions.isoTime,
				formatters: { level: (label) => ({ level: label }) },
				serializers: {},
			},
			{ write },
		),
	);
}

function wrap(logger: Logger): Log {
	return {
		debug: (fields, message) => {
			// Masking costs more than the call: not for lines that nobody will see.
			if (logger.isLevelEnabled("debug")) logger.debug(fit(fields), message);
		},
		info: (fields, message) => {
			if (logger.isLevelEnabled("info")) logger.info(fit(fields), message);
		},
		warn: (fields, message) => logger.warn(fit(fields), message),
		error: (fields, message) => logger.error(fit(fields), message),
		child: (fields) => wrap(logger.child(fit(fields))),
	};
}

/** An error given bare stands under `err`. */
function fit(fields: object): object {
	return maskValue(
		fields instanceof Error ? { err: fields } : fields,
	) as object;
}
