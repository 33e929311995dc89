using System.CommandLine;
using Akin.Server;
using Microsoft.Extensions.Logging;

namespace Akin.Cli.Verbs;

/// <summary><c>akin serve</c>: models and indexes over HTTP.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<string[]> _models = new("--model", "-m")
    {
        Description = "A model to serve, NAME=FOLDER_OR_ID or only the folder or id; may be given several times. By default the model that comes with akin.",
    };

    private readonly Option<string[]> _indexes = new("--index") { Description = "An index to serve, NAME=FOLDER or only the folder; may be given several times." };
    private readonly Option<string?> _urls = SharedOptions.Urls();
    private readonly Option<string?> _apiKeyFile = new("--api-key-file") { Description = "A file with API keys, a line each: read:KEY or write:KEY. By default no key is needed." };
    private readonly Option<string[]> _settings = new("--set") { Description = "Any other setting, as NAME=VALUE; may be given several times. docs/server.md lists them." };

    public ServeVerb()
        : base(
            "serve",
            "Serve models and indexes over HTTP, to the clients of OpenAI, Cohere, Jina, Voyage AI and Text Embeddings Inference too.",
            "akin serve",
            "akin serve --model intfloat/multilingual-e5-small --model rerank=./my-reranker --urls http://127.0.0.1:9000",
            "akin serve --index library.akin --api-key-file keys.txt --set QueueSeconds=5")
    {
        foreach (Option option in new Option[] { _models, _indexes, _urls, _apiKeyFile, _settings })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        AkinServerOptions options = AkinServerOptions.Load(Environment.CurrentDirectory, Settings(arguments));
        options.DefaultModel ??= DefaultModel.Folder;
        options.Models = arguments.GetValue(_models) is { Length: > 0 } models ? models : options.Models;
        options.Indexes = arguments.GetValue(_indexes) is { Length: > 0 } indexes ? indexes : options.Indexes;
        options.LogLevel = context.Quiet ? LogLevel.Warning : options.LogLevel;
        ServerRun.UntilStopped(context, options);
    }

    /// <summary>Flags for single settings come last, so that they have the last word.</summary>
    private IEnumerable<KeyValuePair<string, string?>> Settings(ParseResult arguments)
    {
        foreach (string setting in arguments.GetValue(_settings) ?? [])
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? new(setting[..equals], setting[(equals + 1)..])
                : throw new CommandException($"--set wants NAME=VALUE, and '{setting}' is not.");
        }

        if (arguments.GetValue(_urls) is { } urls)
        {
            yield return new(nameof(AkinServerOptions.Urls), urls);
        }

        if (arguments.GetValue(_apiKeyFile) is { } file)
        {
            yield return new(nameof(AkinServerOptions.ApiKeyFile), file);
        }
    }
}
