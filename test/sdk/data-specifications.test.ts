import assert from "node:assert/strict";
import { it } from "node:test";
import { withSdk } from "./with-sdk.ts";

/** The stock SDK's methods about specifications, as its documentation shows them. */
withSdk("the SDK's specification methods", (stage, protocol) => {
	const index = `specified-${protocol.toLowerCase()}`;
	const cars = `${index}-cars`;
	const specification = {
		strict: true,
		fields: { license: { mandatory: true, type: "string" } },
	};

	it("writes, reads, checks and deletes a specification", async () => {
		const { connect, admin } = stage();
		const { collection } = await connect({ token: admin });
		const written = await collection.updateSpecifications(
			index,
			"taxi",
			specification,
		);
		assert.deepEqual(written, specification);
		const read = await collection.getSpecifications(index, "taxi");
		assert.deepEqual(read.validation, specification);
		assert.deepEqual(
			await collection.validateSpecifications(index, "taxi", specification),
			{ valid: true },
		);
		const wrong = await collection.validateSpecifications(index, "taxi", {
			fields: { license: { type: "ghost" } },
		} as never);
		assert.equal(wrong.valid, false);
		await collection.deleteSpecifications(index, "taxi");
		await assert.rejects(collection.getSpecifications(index, "taxi"), {
			id: "validation.assert.not_found",
		});
	});

	it("searches specifications page by page", async () => {
		const { connect, admin } = stage();
		const { collection } = await connect({ token: admin });
		const names = ["a", "b", "c"];
		for (const name of names) {
			await collection.updateSpecifications(index, name, specification);
		}
		const found: string[] = [];
		let page = await collection.searchSpecifications(
			{ query: { term: { index } }, sort: ["collection"] } as never,
			{ size: 2, scroll: "10s" },
		);
		while (page !== null) {
			assert.equal(page.total, 3);
			found.push(...page.hits.map((hit) => String(hit._source.collection)));
			page = (await page.next()) as typeof page;
		}
		assert.deepEqual(found, names);
	});

	it("checks documents", async () => {
		const { connect, admin } = stage();
		const { collection, document } = await connect({ token: admin });
		await collection.updateSpecifications(cars, "cars", specification);
		const check = (content: object) =>
			document.validate(cars, "cars", content) as Promise<unknown>;
		assert.deepEqual(await check({ license: "valid" }), {
			valid: true,
			errorMessages: {},
		});
		assert.equal(((await check({})) as { valid: boolean }).valid, false);
	});
});
