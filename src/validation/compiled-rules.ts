import type { DocumentRules } from "../documents/documents.ts";
import type { GatewayError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { mergeDocuments } from "../storage/merge-documents.ts";
import { checkDocument } from "./check-document.ts";
import { findDefaults } from "./default-values.ts";
import { type DocumentReport, toError, toReport } from "./report.ts";
import type { Specification } from "./specification.ts";

/** A specification as the writes of its collection meet it. */
export class CompiledRules implements DocumentRules {
	readonly #specification: Specification;
	readonly #clock: Clock;

	constructor(specification: Specification, clock: Clock) {
		this.#specification = specification;
		this.#clock = clock;
	}

	defaultsOf(content: JsonObject): JsonObject | null {
		return findDefaults(this.#specification, content);
	}

	check(content: JsonObject): GatewayError | null {
		const [first] = this.#problemsOf(content);
		return first === undefined ? null : toError(first);
	}

	/** Everything that is wrong with a document as a client would write it, its default values filled in. */
	report(content: JsonObject): DocumentReport {
		const defaults = this.defaultsOf(content) ?? {};
		return toReport(this.#problemsOf(mergeDocuments(content, defaults)));
	}

	#problemsOf(content: JsonObject) {
		return checkDocument(this.#specification, content, this.#clock.now());
	}
}
