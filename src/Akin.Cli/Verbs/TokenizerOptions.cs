using System.CommandLine;
using Akin.Hub;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary>The option that names a tokenizer, and how it is loaded; each verb needs an instance of its own.</summary>
internal static class TokenizerOptions
{
    public static Option<string> Model() => new("--model", "-m")
    {
        Description = "Folder of a model, a tokenizer.json, or a name on the hub (only its tokenizer is fetched).",
        Required = true,
    };

    public static Tokenizer Load(CommandContext context, string model)
    {
        using DownloadReport report = new(context);
        return AutoTokenizer.FromPretrained(model, new HubOptions { IncludeWeights = false }, report, context.Cancellation);
    }
}
