/**
 * The date formats of Elasticsearch that a specification may name (docs.kuzzle.io: fields specification, typeOptions.formats).
 * Each is a row of signs: a letter stands for a part of the date, the rest for itself.
 */
export function parseDate(
	text: string,
	format: DateFormat,
): number | undefined {
	const match = format.pattern.exec(text);
	if (match === null) return undefined;
	const parts: Parts = {};
	format.parts.forEach((part, i) => {
		const found = match[i + 1];
		if (found !== undefined) parts[part] = found;
	});
	return toMoment(parts);
}

export interface DateFormat {
	readonly pattern: RegExp;
	/** What each group of the pattern is. */
	readonly parts: readonly Part[];
}

/** The format of that name; undefined where there is none. */
export function findDateFormat(name: string): DateFormat | undefined {
	const strict = name.startsWith("strict_");
	const plain = strict ? name.slice("strict_".length) : name;
	if (strict && plain === "date_optional_time") return ISO;
	const basic = BASIC.get(plain);
	if (basic !== undefined) {
		const hasStrict = plain.startsWith("basic_week_date");
		return strict && !hasStrict ? undefined : toFormat(basic, EXACT);
	}
	const signs = SEPARATED.get(plain);
	return signs === undefined
		? undefined
		: toFormat(signs, strict ? EXACT : LENIENT);
}

type Part = "Y" | "M" | "D" | "O" | "X" | "w" | "e" | "H" | "m" | "s" | Rest;
type Rest = "f" | "S" | "Z";
type Parts = Partial<Record<Part, string>>;

/** Year, month, day; day of the year; year, week and day of weeks; hour, minute, second; fraction, milliseconds; zone. */
const EXACT: Readonly<Record<Part, string>> = {
	Y: "\\d{4}",
	M: "\\d{2}",
	D: "\\d{2}",
	O: "\\d{3}",
	X: "\\d{4}",
	w: "\\d{2}",
	e: "\\d",
	H: "\\d{2}",
	m: "\\d{2}",
	s: "\\d{2}",
	f: "\\d{1,9}",
	S: "\\d{3}",
	Z: "Z|[+-]\\d{2}:?\\d{2}",
};
/** Leading zeros may be left out. */
const LENIENT: Readonly<Record<Part, string>> = {
	...EXACT,
	Y: "\\d{1,4}",
	M: "\\d{1,2}",
	D: "\\d{1,2}",
	O: "\\d{1,3}",
	X: "\\d{1,4}",
	w: "\\d{1,2}",
	H: "\\d{1,2}",
	m: "\\d{1,2}",
	s: "\\d{1,2}",
	S: "\\d{1,3}",
};

const SEPARATED: ReadonlyMap<string, string> = new Map([
	["date", "Y-M-D"],
	["date_hour", "Y-M-DTH"],
	["date_hour_minute", "Y-M-DTH:m"],
	["date_hour_minute_second", "Y-M-DTH:m:s"],
	["date_hour_minute_second_fraction", "Y-M-DTH:m:s.f"],
	["date_hour_minute_second_millis", "Y-M-DTH:m:s.S"],
	["date_time", "Y-M-DTH:m:s.fZ"],
	["date_time_no_millis", "Y-M-DTH:m:sZ"],
	["hour", "H"],
	["hour_minute", "H:m"],
	["hour_minute_second", "H:m:s"],
	["hour_minute_second_fraction", "H:m:s.f"],
	["hour_minute_second_millis", "H:m:s.S"],
	["ordinal_date", "Y-O"],
	["ordinal_date_time", "Y-OTH:m:s.fZ"],
	["ordinal_date_time_no_millis", "Y-OTH:m:sZ"],
	["time", "H:m:s.fZ"],
	["time_no_millis", "H:m:sZ"],
	["t_time", "TH:m:s.fZ"],
	["t_time_no_millis", "TH:m:sZ"],
	["week_date", "X-Ww-e"],
	["week_date_time", "X-Ww-eTH:m:s.fZ"],
	["week_date_time_no_millis", "X-Ww-eTH:m:sZ"],
	["weekyear", "X"],
	["weekyear_week", "X-Ww"],
	["weekyear_week_day", "X-Ww-e"],
	["year", "Y"],
	["year_month", "Y-M"],
	["year_month_day", "Y-M-D"],
]);

/** Nothing separates their parts, so no zero can be left out. */
const BASIC: ReadonlyMap<string, string> = new Map([
	["basic_date", "YMD"],
	["basic_date_time", "YMDTHms.fZ"],
	["basic_date_time_no_millis", "YMDTHmsZ"],
	["basic_ordinal_date", "YO"],
	["basic_ordinal_date_time", "YOTHms.fZ"],
	["basic_ordinal_date_time_no_millis", "YOTHmsZ"],
	["basic_time", "Hms.fZ"],
	["basic_time_no_millis", "HmsZ"],
	["basic_t_time", "THms.fZ"],
	["basic_t_time_no_millis", "THmsZ"],
	["basic_week_date", "XWwe"],
	["basic_week_date_time", "XWweTHms.fZ"],
	["basic_week_date_time_no_millis", "XWweTHmsZ"],
]);

/** `strict_date_optional_time`: a date, of which the smaller parts may be left out. */
const ISO: DateFormat = {
	pattern:
		/^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?)?$/,
	parts: ["Y", "M", "D", "H", "m", "s", "f", "Z"],
};

function toFormat(
	signs: string,
	parts: Readonly<Record<Part, string>>,
): DateFormat {
	const named = [...signs].filter((sign): sign is Part =>
		Object.hasOwn(parts, sign),
	);
	const pattern = [...signs].map((sign) => {
		if (sign === ".") return "\\.";
		return Object.hasOwn(parts, sign) ? `(${parts[sign as Part]})` : sign;
	});
	return { pattern: new RegExp(`^${pattern.join("")}$`), parts: named };
}

const DAY_MS = 86_400_000;

/** Milliseconds since the epoch; undefined for a moment that there is not, such as the 30th of February. */
function toMoment(parts: Parts): number | undefined {
	const day = toDay(parts);
	const time = toTime(parts);
	return day === undefined || time === undefined ? undefined : day + time;
}

/** The beginning of the day; without a date it is the epoch's. */
function toDay(parts: Parts): number | undefined {
	if (parts.X !== undefined) return toWeekDay(parts);
	const year = Number(parts.Y ?? 1970);
	if (parts.O !== undefined) {
		const start = startOf(year, 1, 1);
		const day = start + (Number(parts.O) - 1) * DAY_MS;
		return Number(parts.O) >= 1 && new Date(day).getUTCFullYear() === year
			? day
			: undefined;
	}
	const month = Number(parts.M ?? 1);
	const date = Number(parts.D ?? 1);
	const day = startOf(year, month, date);
	const found = new Date(day);
	return found.getUTCMonth() === month - 1 && found.getUTCDate() === date
		? day
		: undefined;
}

/** ISO 8601: the first week of a year is the one with its fourth of January; a week begins on Monday. */
function toWeekDay(parts: Parts): number | undefined {
	const year = Number(parts.X);
	const week = Number(parts.w ?? 1);
	const weekDay = Number(parts.e ?? 1);
	if (week < 1 || week > weeksOf(year) || weekDay < 1 || weekDay > 7) {
		return undefined;
	}
	return firstMonday(year) + ((week - 1) * 7 + weekDay - 1) * DAY_MS;
}

function weeksOf(year: number): number {
	return (firstMonday(year + 1) - firstMonday(year)) / (7 * DAY_MS);
}

function firstMonday(year: number): number {
	const fourth = startOf(year, 1, 4);
	const sinceMonday = (new Date(fourth).getUTCDay() + 6) % 7;
	return fourth - sinceMonday * DAY_MS;
}

/** Unlike `Date.UTC`, it takes the years 0 to 99 for what they are. */
function startOf(year: number, month: number, day: number): number {
	return new Date(0).setUTCFullYear(year, month - 1, day);
}

function toTime(parts: Parts): number | undefined {
	const hour = Number(parts.H ?? 0);
	const minute = Number(parts.m ?? 0);
	const second = Number(parts.s ?? 0);
	if (hour > 23 || minute > 59 || second > 59) return undefined;
	const fraction = Number(`0.${parts.f ?? parts.S ?? 0}`);
	const seconds = (hour * 60 + minute) * 60 + second;
	return seconds * 1000 + Math.floor(fraction * 1000) - zoneMs(parts.Z);
}

function zoneMs(zone: string | undefined): number {
	if (zone === undefined || zone === "Z") return 0;
	const [, sign, hours, minutes = "0"] =
		/^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
	const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
	return sign === "-" ? -ms : ms;
}
