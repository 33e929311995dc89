// Calls a running akin serve with the published clients of OpenAI and Cohere, and prints what they made of its answers.
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { CohereClient, CohereClientV2 } from "cohere-ai";

const address = process.argv[2];
const texts = JSON.parse(readFileSync(0, "utf8"));
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey: "reader-key", maxRetries: 0 });
const cohere = new CohereClient({ environment: address, token: "reader-key", maxRetries: 0 });
const cohereV2 = new CohereClientV2({ environment: address, token: "reader-key", maxRetries: 0 });

const error = async (call) => {
  try {
    await call();
    return null;
  } catch (problem) {
    return { status: problem.status ?? problem.statusCode, message: problem.message };
  }
};

const list = [];
for await (const model of openai.models.list()) {
  list.push(model.id);
}

const byDefault = await openai.embeddings.create({ model: "akin-mini-ko-zh-en", input: texts });
const asFloats = await openai.embeddings.create({ model: "akin-mini-ko-zh-en", input: texts, encoding_format: "float" });
const cut = await openai.embeddings.create({ model: "akin-mini-ko-zh-en", input: texts[0], dimensions: 8 });
const embedded = await cohere.embed({ texts, model: "akin-mini-ko-zh-en", inputType: "search_document" });
const embeddedV2 = await cohereV2.embed({ texts, model: "akin-mini-ko-zh-en", inputType: "search_query", embeddingTypes: ["float", "int8", "ubinary"] });
const ranked = await cohere.rerank({ query: texts[0], documents: texts, model: "rerank", topN: 2, returnDocuments: true });
const rankedV2 = await cohereV2.rerank({ query: texts[0], documents: texts, model: "rerank" });

console.log(JSON.stringify({
  models: list,
  openai: {
    byDefault: byDefault.data.map((item) => item.embedding),
    asFloats: asFloats.data.map((item) => item.embedding),
    cut: cut.data[0].embedding,
    usage: byDefault.usage,
    notFound: await error(() => openai.embeddings.create({ model: "gpt", input: "a" })),
    empty: await error(() => openai.embeddings.create({ model: "akin-mini-ko-zh-en", input: "" })),
    unauthorized: await error(() => new OpenAI({ baseURL: `${address}/v1`, apiKey: "no-such-key", maxRetries: 0 }).models.list()),
  },
  cohere: {
    embedded: embedded.embeddings,
    billed: embedded.meta.billedUnits.inputTokens,
    embeddedV2: embeddedV2.embeddings.float,
    bytes: embeddedV2.embeddings.int8.map((row) => row.length),
    bits: embeddedV2.embeddings.ubinary.map((row) => row.length),
    ranked: ranked.results.map((result) => [result.index, result.relevanceScore, result.document.text]),
    rankedV2: rankedV2.results.map((result) => [result.index, result.relevanceScore]),
    empty: await error(() => cohereV2.rerank({ query: "", documents: [], model: "rerank" })),
  },
}));
