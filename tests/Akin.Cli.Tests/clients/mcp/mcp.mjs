// Starts akin mcp with the published client of the Model Context Protocol, and prints what it made of the tools.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, ...args] = process.argv.slice(2);
const client = new Client({ name: "akin-tests", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command, args, env: { ...process.env } }));
const { tools } = await client.listTools();
const call = (name, input) => client.callTool({ name, arguments: input });
const found = await call("search", { query: "river engine", count: 3, filter: { year: { $lt: 1930 } } });
const first = await call("get_document", { id: found.structuredContent.documents[0].id });
const refused = await call("search", { query: "x", filter: { year: { $above: 3 } } });
const described = await call("describe_index", {});
console.log(JSON.stringify({
  server: client.getServerVersion().name,
  tools: tools.map((tool) => tool.name).sort(),
  found: found.structuredContent.documents,
  text: JSON.parse(found.content[0].text).documents.length,
  first: first.structuredContent,
  refused: { isError: refused.isError, text: refused.content[0].text },
  documents: described.structuredContent.documents,
}));
await client.close();
