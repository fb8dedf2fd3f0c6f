import { createError, type GatewayError } from "../errors/gateway-error.ts";
import type { Problem } from "./check-document.ts";

/** What `document:validate` answers. */
export interface DocumentReport {
	readonly valid: boolean;
	/** Empty for a valid document. */
	readonly errorMessages: {
		readonly documentScope?: readonly string[];
		readonly fieldScope?: FieldReport;
	};
}

export interface FieldReport {
	readonly messages?: readonly string[];
	readonly children?: Readonly<Record<string, FieldReport>>;
}

/** Every problem where it belongs, as a tree of fields. */
export function toReport(problems: readonly Problem[]): DocumentReport {
	const root = new Node();
	for (const { path, message } of problems) {
		let node = root;
		for (const name of path) node = node.child(name);
		node.messages.push(message);
	}
	const { messages, children } = root;
	return {
		valid: problems.length === 0,
		errorMessages: {
			...(messages.length === 0 ? {} : { documentScope: messages }),
			...(children.size === 0
				? {}
				: { fieldScope: { children: childrenOf(root) } }),
		},
	};
}

/** The first problem, as a refused write answers it. */
export function toError({ path, message }: Problem): GatewayError {
	return path.length === 0
		? createError("validation.check.failed_document", message)
		: createError("validation.check.failed_field", path.join("."), message);
}

class Node {
	readonly messages: string[] = [];
	readonly children = new Map<string, Node>();

	child(name: string): Node {
		const known = this.children.get(name);
		if (known !== undefined) return known;
		const made = new Node();
		this.children.set(name, made);
		return made;
	}
}

function toFieldReport(node: Node): FieldReport {
	const { messages, children } = node;
	return {
		...(messages.length === 0 ? {} : { messages }),
		...(children.size === 0 ? {} : { children: childrenOf(node) }),
	};
}

function childrenOf({ children }: Node): Record<string, FieldReport> {
	return Object.fromEntries(
		[...children].map(([name, child]) => [name, toFieldReport(child)]),
	);
}
