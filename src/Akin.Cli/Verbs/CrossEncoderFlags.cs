using System.CommandLine;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary>What the verbs that rank with a cross-encoder have in common.</summary>
internal static class CrossEncoderFlags
{
    public static Option<string> Model(string name, params string[] aliases) => new(name, aliases)
    {
        Description = "A folder with a cross-encoder, or its name on the hub, as cross-encoder/ms-marco-MiniLM-L6-v2.",
        Required = true,
    };

    /// <summary>Loads a cross-encoder that gives one score.</summary>
    /// <exception cref="CommandException">It gives several.</exception>
    public static CrossEncoder Load(CommandContext context, string pathOrId, CrossEncoderOptions options)
    {
        using DownloadReport report = new(context);
        CrossEncoder model = CrossEncoder.FromPretrained(pathOrId, options, report, context.Cancellation);
        return model.LabelCount == 1
            ? model
            : throw new CommandException($"'{pathOrId}' gives {model.LabelCount} scores to a pair ({string.Join(", ", model.Labels)}): documents can be ranked by a model that gives one.");
    }
}
