using System.CommandLine;
using Akin.Hub;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary>The option that names a tokenizer, and how it is loaded; each verb needs an instance of its own.</summary>
internal static class TokenizerOptions
{
    public static Option<string?> Model() => new("--model", "-m")
    {
        Description = "Folder of a model, a tokenizer.json, or a name on the hub (only its tokenizer is fetched); by default the model that comes with akin.",
    };

    /// <summary>Refuses a folder that would be written into what is there.</summary>
    public static void RequireNewFolder(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new CommandException($"'{folder}' is there already and not an empty folder; name another --output.");
        }
    }

    public static Tokenizer Load(CommandContext context, string model)
    {
        using DownloadReport report = new(context);
        return AutoTokenizer.FromPretrained(model, new HubOptions { IncludeWeights = false }, report, context.Cancellation);
    }
}
