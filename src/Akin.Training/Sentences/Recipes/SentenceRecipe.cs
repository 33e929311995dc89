namespace Akin.Training.Sentences.Recipes;

/// <summary>The whole loop from pairs to a good model: train, mine hard negatives with what was learned, train again, measure after each round. Immutable.</summary>
/// <remarks>As a file it is YAML, with the names of the command's options; paths in it are relative to the file.</remarks>
public sealed record SentenceRecipe
{
    /// <summary>The model to start from: a folder, or its name on the hub.</summary>
    public required string Model { get; init; }

    /// <summary>The pairs: a file with the columns anchor and positive (or whatever the first two text columns are), or a BEIR folder.</summary>
    public required string Train { get; init; }

    /// <summary>A file of more texts that may become negatives. Default: the positives, and all documents of a BEIR folder.</summary>
    public string? Corpus { get; init; }

    /// <summary>A file of <c>sentence1, sentence2, score</c> to measure with after every round. Default: none.</summary>
    public string? EvalSts { get; init; }

    /// <summary>A BEIR folder whose test queries are searched after every round. Default: none.</summary>
    public string? EvalRetrieval { get; init; }

    /// <summary>Tokens of a text. Default: what the model says.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Seeds orders and dropout. Default: 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>The rounds, one or more.</summary>
    public required IReadOnlyList<SentenceRound> Rounds { get; init; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecipeException">It is not YAML, or a field is missing, unknown or out of bounds.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static SentenceRecipe Read(string path)
    {
        RecipeFields fields = RecipeFields.Read(path);
        string Required(string name) => fields.Text(name) ?? throw fields.Error($"the field '{name}' is missing.");
        string Located(string value) =>
            Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, value) is var beside && Path.Exists(beside) ? beside : value;
        SentenceRecipe recipe = new()
        {
            Model = Located(Required("model")),
            Train = Located(Required("train")),
            Corpus = fields.Text("corpus") is { } corpus ? Located(corpus) : null,
            EvalSts = fields.Text("eval-sts") is { } sts ? Located(sts) : null,
            EvalRetrieval = fields.Text("eval-retrieval") is { } retrieval ? Located(retrieval) : null,
            MaxLength = fields.Integer("max-length", least: 3),
            Seed = (ulong)(fields.Integer("seed", least: 0) ?? 42),
            Rounds = [.. fields.List("rounds").Select((round, i) => SentenceRound.Read(round, i + 1))],
        };
        fields.Finish();
        return recipe.Rounds.GroupBy(round => round.Name).FirstOrDefault(rounds => rounds.Count() > 1) is { } twice
            ? throw fields.Error($"two rounds are called '{twice.Key}'.")
            : recipe;
    }
}
