using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>Options that the verbs with a SentenceTransformer have; each verb needs instances of its own.</summary>
internal static class EncoderOptions
{
    public static Option<string?> Model() => new("--model", "-m")
    {
        Description = "A folder with a model, or its name on the hub, as sentence-transformers/all-MiniLM-L6-v2; by default the model that comes with akin.",
    };

    public static Option<int?> BatchTokens() =>
        SharedOptions.Positive("--batch-tokens", "Tokens a thread computes together (default 192): more needs more memory; results stay the same.");
}
