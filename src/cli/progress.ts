/** How far a long command is. */
export interface Progress {
	/** Whatever changed; the rest stays as it was. */
	update(state: Partial<ProgressState>): void;
	/** The next part of the work, from nothing on. */
	begin(title: string, total?: number): void;
	/** Takes the bar away, or nothing. May be called again. */
	end(): void;
}

export interface ProgressState {
	readonly documents: number;
	/** Of the file, as it is on the disk. */
	readonly bytes: number;
}

interface ProgressOptions {
	readonly stream: NodeJS.WriteStream;
	readonly quiet: boolean;
}

/** On a terminal a bar is drawn again and again; elsewhere a line is enough now and then. */
const REDRAW_MS = 100;
const LINE_MS = 5_000;
const BAR_WIDTH = 24;

export function createProgress({ stream, quiet }: ProgressOptions): Progress {
	const isTerminal = stream.isTTY === true;
	let title = "";
	let total: number | undefined;
	let state: ProgressState = { documents: 0, bytes: 0 };
	let startedAt = performance.now();
	const show = () => {
		const seconds = (performance.now() - startedAt) / 1000;
		const text = renderProgress({ title, total, ...state, seconds });
		stream.write(isTerminal ? `\r\x1b[2K${text}` : `${text}\n`);
	};
	// A bar keeps no process alive.
	const timer = quiet
		? undefined
		: setInterval(show, isTerminal ? REDRAW_MS : LINE_MS).unref();
	return {
		update(changed) {
			state = { ...state, ...changed };
		},
		begin(next, count) {
			title = next;
			total = count;
			state = { documents: 0, bytes: 0 };
			startedAt = performance.now();
		},
		end() {
			clearInterval(timer);
			if (isTerminal && !quiet) stream.write("\r\x1b[2K");
		},
	};
}

export function renderProgress(
	progress: ProgressState & {
		readonly title: string;
		readonly total: number | undefined;
		readonly seconds: number;
	},
): string {
	const { title, total, documents, bytes, seconds } = progress;
	const rate = Math.round(documents / Math.max(seconds, 0.001));
	const parts = [
		title,
		...(total === undefined || total === 0 ? [] : [bar(documents / total)]),
		total === undefined
			? `${count(documents)} documents`
			: `${count(documents)} of ${count(total)} documents`,
		`${count(rate)}/s`,
		...(bytes === 0 ? [] : [size(bytes)]),
	];
	return parts.join("  ");
}

function bar(share: number): string {
	const full = Math.round(Math.min(share, 1) * BAR_WIDTH);
	return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}] ${Math.floor(Math.min(share, 1) * 100)} %`;
}

/** With commas: 1,000,000. */
export function count(value: number): string {
	return value.toLocaleString("en-US");
}

/** 1 document, 2 documents. */
export function several(value: number, noun: string): string {
	return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function size(bytes: number): string {
	const units = ["bytes", "kB", "MB", "GB", "TB"];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
