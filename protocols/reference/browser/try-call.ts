// Runs in the browser, on the reference pages: sends the calls that a person tries, and filters the list of actions.
// It is compiled with the rest, so the few parts of the DOM that it uses are described at its end.

declare const document: Page;
declare const sessionStorage: Store;

const token = document.querySelector("#token");
const TOKEN_KEY = "portico.token";

if (token !== null) {
	token.value = sessionStorage.getItem(TOKEN_KEY) ?? "";
	token.addEventListener("input", () => keepToken(token.value));
}
for (const form of document.querySelectorAll("form[data-action]")) {
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		void tryCall(form);
	});
}
const filter = document.querySelector("#filter");
if (filter !== null) enableFilter(filter);

/** Everything goes through `_query`, which takes each action and keeps the arguments' types. */
async function tryCall(form: Element): Promise<void> {
	const status = form.querySelector(".status");
	const answer = form.querySelector(".answer");
	const button = form.querySelector("button");
	if (status === null || answer === null || button === null) return;
	button.disabled = true;
	status.textContent = "Sent…";
	try {
		const reply = await send(readRequest(form));
		status.textContent = `HTTP ${reply.status}${useToken(form, reply.text)}`;
		answer.textContent = indent(reply.text);
		answer.hidden = false;
	} catch (error) {
		status.textContent = String(error);
		answer.hidden = true;
	} finally {
		button.disabled = false;
	}
}

function readRequest(form: Element): Record<string, unknown> {
	const request: Record<string, unknown> = {
		controller: form.dataset.controller,
		action: form.dataset.action,
	};
	for (const input of form.querySelectorAll("[data-name]")) {
		const { name = "", type = "" } = input.dataset;
		if (input.value !== "") request[name] = toValue(input.value, type);
	}
	const body = form.querySelector("[data-body]")?.value.trim() ?? "";
	if (body !== "") request.body = parseBody(body);
	return request;
}

/** What is no number is sent as it stands: the server says what is wrong with it. */
function toValue(text: string, type: string): unknown {
	if (type === "json") return JSON.parse(text);
	if (type === "list") return text.split(",").map((item) => item.trim());
	const number = Number(text);
	if (type === "integer" || type === "number")
		return Number.isNaN(number) ? text : number;
	return text;
}

function parseBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new Error(`The body is not JSON. ${(error as Error).message}`);
	}
}

/** Beside a token the browser's cookie must stay out of the way. */
async function send(
	request: Record<string, unknown>,
): Promise<{ readonly status: number; readonly text: string }> {
	const given = token?.value.trim() ?? "";
	const response = await fetch("../_query", {
		method: "POST",
		headers: {
			"content-type": "application/json",
			...(given === "" ? {} : { authorization: `Bearer ${given}` }),
		},
		body: JSON.stringify(request),
		credentials: given === "" ? "same-origin" : "omit",
		redirect: "error",
	});
	return { status: response.status, text: await response.text() };
}

/** Who logs in here means to go on as that user. */
function useToken(form: Element, text: string): string {
	const { controller, action } = form.dataset;
	if (controller !== "auth" || action !== "login" || token === null) return "";
	const jwt = (parse(text) as { result?: { jwt?: unknown } | null } | undefined)
		?.result?.jwt;
	if (typeof jwt !== "string") return "";
	token.value = jwt;
	keepToken(jwt);
	return ". The calls tried here now use this token.";
}

function keepToken(text: string): void {
	if (text === "") sessionStorage.removeItem(TOKEN_KEY);
	else sessionStorage.setItem(TOKEN_KEY, text);
}

function indent(text: string): string {
	const value = parse(text);
	return value === undefined ? text : JSON.stringify(value, null, 2);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function enableFilter(input: Element): void {
	const field = document.querySelector(".filter");
	if (field !== null) field.hidden = false;
	input.addEventListener("input", () => {
		const words = input.value.toLowerCase().split(/\s+/);
		for (const item of document.querySelectorAll(".summaries li")) {
			const text = (item.textContent ?? "").toLowerCase();
			item.hidden = !words.every((word) => text.includes(word));
		}
	});
}

interface Page {
	querySelector(selector: string): Element | null;
	querySelectorAll(selector: string): Iterable<Element>;
}

/** Whatever element: each has what the others have, or leaves it undefined. */
interface Element extends Page {
	textContent: string | null;
	value: string;
	hidden: boolean;
	disabled: boolean;
	readonly dataset: Readonly<Record<string, string | undefined>>;
	addEventListener(
		type: "input" | "submit",
		listener: (event: { preventDefault(): void }) => void,
	): void;
}

interface Store {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}
