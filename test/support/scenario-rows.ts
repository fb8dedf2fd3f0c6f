import type { Expected } from "./matchers.ts";
import { anyText } from "./matchers.ts";
import type { Scenario, ScenarioReply, ScenarioRequest } from "./scenario.ts";

/** What is wrong with a request, how it is answered, and anything else of the row that differs. */
export interface Wrong
	extends Pick<Scenario, "matrix" | "on" | "gateway" | "config" | "given">,
		Pick<ScenarioReply, "error" | "status" | "props"> {
	/** Goes on from "refuses". */
	readonly when: string;
	/** Over those of the right request; undefined takes one away. */
	readonly args?: ScenarioRequest["args"];
	/** In place of the right one; undefined takes it away. */
	readonly body?: unknown;
	readonly as?: ScenarioRequest["as"];
	readonly token?: ScenarioRequest["token"];
	readonly afterwards?: NonNullable<Scenario["afterwards"]>;
}

/** Rows that each spoil one right request. `common` is of all of them: what is there before, and that it is unchanged afterwards. */
export function refusals(
	right: ScenarioRequest,
	wrongs: readonly Wrong[],
	common: Omit<Partial<Wrong>, "when"> = {},
): Scenario[] {
	return wrongs.map((own) => {
		const wrong: Wrong = { ...common, ...own };
		const { when, args, body, as, token, error, status, props, ...row } = wrong;
		const request: ScenarioRequest = {
			...right,
			args: { ...right.args, ...args },
			...("body" in wrong ? { body } : {}),
			...(as === undefined ? {} : { as }),
			...(token === undefined ? {} : { token }),
		};
		const reply: ScenarioReply = {
			...(error === undefined ? {} : { error }),
			...(status === undefined ? {} : { status }),
			...(props === undefined ? {} : { props }),
		};
		return {
			...row,
			name: `${right.action} refuses ${when}`,
			request,
			reply,
		};
	});
}

/** Over every transport and store: nobody, and a user who may do nothing, are kept from a request that would be right. */
export function noRights(
	request: ScenarioRequest,
	row: Pick<Scenario, "given" | "afterwards"> = {},
): Scenario[] {
	return [
		{
			...row,
			name: `${request.action} is refused to strangers`,
			matrix: true,
			request: { ...request, as: "anonymous" },
			reply: {
				error: "security.rights.unauthorized",
				props: [...namesOf(request), "-1"],
			},
		},
		noRight(request, row),
	];
}

/** The second half of `noRights`, for what strangers may do too. */
export function noRight(
	request: ScenarioRequest,
	row: Pick<Scenario, "given" | "afterwards" | "on"> = {},
): Scenario {
	return {
		...row,
		name: `${request.action} is refused to users without the right`,
		matrix: true,
		request: { ...request, as: [] },
		reply: {
			error: "security.rights.forbidden",
			props: [...namesOf(request), anyText],
		},
	};
}

/** For what strangers may do by default: they may not once their role says so. */
export function notForStrangers(request: ScenarioRequest): Scenario {
	return {
		name: `${request.action} is refused to strangers whose role leaves it out`,
		gateway: "own",
		given: [
			{
				action: "security:createOrReplaceRole",
				args: { _id: "anonymous" },
				body: { controllers: { auth: { actions: { login: true } } } },
			},
		],
		request: { ...request, as: "anonymous" },
		reply: {
			error: "security.rights.unauthorized",
			props: [...namesOf(request), "-1"],
		},
	};
}

/** The refusals that an argument of that type gives: `what` it is, told by a value that it is not. */
export function wrongType(
	name: string,
	value: unknown,
	type: string,
): Pick<Wrong, "when" | "args" | "error" | "props"> {
	return {
		when: `${name} = ${JSON.stringify(value)}`,
		args: { [name]: value },
		error: "api.assert.invalid_type",
		props: [name, type],
	};
}

export function missing(
	name: string,
	value?: unknown,
): Pick<Wrong, "when" | "args" | "error" | "props"> {
	const what = value === undefined ? `no ${name}` : `an empty ${name}`;
	return {
		when: value === null ? `${name} = null` : what,
		args: { [name]: value },
		error: "api.assert.missing_argument",
		props: [name],
	};
}

function namesOf({ action }: ScenarioRequest): Expected[] {
	return action.split(":");
}
