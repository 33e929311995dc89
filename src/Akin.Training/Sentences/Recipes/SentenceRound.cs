namespace Akin.Training.Sentences.Recipes;

/// <summary>One round of a recipe: negatives are found, the model is trained, and measured. Immutable.</summary>
public sealed record SentenceRound
{
    /// <summary>What the round is called; its folder is named so.</summary>
    public required string Name { get; init; }

    /// <summary>Where hard negatives come from: <c>bm25</c>, <c>model</c> (the model this round starts from), <c>random</c>, or several of them. Default: only those in the batch.</summary>
    public IReadOnlyList<string> Negatives { get; init; } = [];

    /// <summary>Hard negatives for each pair from each source. Default: 1.</summary>
    public int PerPair { get; init; } = 1;

    /// <summary>How many of the best candidates are passed over. Default: 0.</summary>
    public int RangeMin { get; init; }

    /// <summary>By how much a negative's score must be below the positive's, for <c>model</c>. Default: no such limit.</summary>
    public float? Margin { get; init; }

    /// <summary>The same as a share of the positive's score, for <c>model</c>. Default: no such limit.</summary>
    public float? RelativeMargin { get; init; }

    /// <summary>The highest score of a negative, for <c>model</c>. Default: no such limit.</summary>
    public float? MaxScore { get; init; }

    /// <summary>Whether the round begins with the recipe's model again. Default: no, with that of the round before.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>The loss by its class name. Default: <c>MultipleNegativesRankingLoss</c>.</summary>
    public string Loss { get; init; } = nameof(Losses.MultipleNegativesRankingLoss);

    /// <summary>Texts that losses whose names begin with <c>Cached</c> encode at a time. Default: 32.</summary>
    public int? MiniBatchSize { get; init; }

    /// <summary>Passes over the pairs. Default: 1.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>Pairs of a step. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The highest learning rate. Default: 2e-5.</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>Steps in which the rate rises from 0; below 1 their share of all. Default: 0.1.</summary>
    public double Warmup { get; init; } = 0.1;

    /// <summary>Decoupled weight decay. Default: 0.</summary>
    public double WeightDecay { get; init; }

    internal static SentenceRound Read(RecipeFields fields, int number)
    {
        SentenceRound round = new()
        {
            Name = fields.Text("name") ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Negatives = fields.Choices("negatives", "bm25", "model", "random"),
            PerPair = fields.Integer("per-pair", least: 1) ?? 1,
            RangeMin = fields.Integer("range-min", least: 0) ?? 0,
            Margin = (float?)fields.OptionalNumber("margin"),
            RelativeMargin = (float?)fields.OptionalNumber("relative-margin"),
            MaxScore = (float?)fields.OptionalNumber("max-score"),
            StartsAnew = fields.Choice("start", "previous", "base") == "base",
            Loss = fields.Text("loss") ?? nameof(Losses.MultipleNegativesRankingLoss),
            MiniBatchSize = fields.Integer("mini-batch", least: 1),
            Epochs = fields.Number("epochs", 1),
            BatchSize = fields.Integer("batch-size", least: 1) ?? 32,
            LearningRate = fields.Number("learning-rate", 2e-5),
            Warmup = fields.Number("warmup", 0.1),
            WeightDecay = fields.Number("weight-decay", 0),
        };
        fields.Finish();
        if (round.Name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
        {
            throw fields.Error($"the name '{round.Name}' becomes a folder, so it must not have '/' or the like in it.");
        }

        return (round.Margin ?? round.RelativeMargin ?? round.MaxScore) is not null && !round.Negatives.Contains("model")
            ? throw fields.Error("margin, relative-margin and max-score are limits on the model's scores: they need negatives of the model.")
            : round;
    }
}
