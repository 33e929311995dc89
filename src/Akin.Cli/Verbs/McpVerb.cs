using System.CommandLine;
using Akin.Cli.Mcp;
using Akin.Search;
using Akin.Search.Storage;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Akin.Cli.Verbs;

/// <summary><c>akin mcp</c>: gives an index to language models as tools, over the Model Context Protocol on standard input and output.</summary>
internal sealed class McpVerb : Verb
{
    private readonly Option<string> _index = new("--index") { Description = "Folder of the index.", Required = true };
    private readonly Option<string?> _model = IndexOptions.Model("Where the index's model lies now, if not where it was when the index was made.");

    public McpVerb()
        : base(
            "mcp",
            "Give an index to language models as tools (search, get_document, describe_index): a server of the Model Context Protocol on standard input and output.",
            "akin mcp --index corpus.akin")
    {
        Add(_index);
        Add(_model);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        using DocumentStore store = DocumentStore.Open(folder);
        using SemanticIndex index = new(store, IndexModel.Load(context, arguments.GetValue(_model), store.Facts, folder));
        using IndexTools tools = new(index);
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        McpServerOptions options = new()
        {
            ServerInfo = new Implementation { Name = "akin", Title = $"Akin: {name}", Version = typeof(SemanticIndex).Assembly.GetName().Version!.ToString(fieldCount: 3) },
            ServerInstructions = $"Searches the collection '{name}'. Search before you answer from it, and cite documents by their id.",
            ToolCollection = tools.Tools(),
        };
        context.Message($"Waiting for a client on standard input; '{folder}' holds {store.Count:N0} documents.");
        ServeAsync(options, context.Cancellation).GetAwaiter().GetResult();
    }

    private static async Task ServeAsync(McpServerOptions options, CancellationToken cancellation)
    {
        await using StdioServerTransport transport = new(options);
        await using McpServer server = McpServer.Create(transport, options);
        await server.RunAsync(cancellation).ConfigureAwait(false);
    }
}
