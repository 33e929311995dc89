namespace Akin.Cli.Tests;

/// <summary>Small models of the goldens.</summary>
internal static class TinyModels
{
    /// <summary>A SentenceTransformer folder of 16 dimensions.</summary>
    public static string Sentence(string name = "mean-normalize") => Repository.Golden("models", "sentence", "tiny", name);

    /// <summary>A cross-encoder folder.</summary>
    public static string CrossEncoder(string name = "one-label") => Repository.Golden("models", "sentence", "cross-encoder", name);
}
