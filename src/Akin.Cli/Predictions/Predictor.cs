using System.CommandLine;

namespace Akin.Cli.Predictions;

/// <summary>What <c>akin predict</c> does with one kind of model. A new kind is a class here and a line in <see cref="Verbs.PredictVerb"/>.</summary>
internal abstract class Predictor
{
    /// <summary>How the names of such models in <c>config.json</c> end, such as <c>ForSequenceClassification</c>.</summary>
    public abstract string ArchitectureSuffix { get; }

    /// <summary>The options that it understands beside <c>--model</c> and <c>--input</c>; several kinds may share one.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>The names of the table's columns.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>What is counted, such as <c>texts</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Loads a model, and asks it while the answers are read.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="input">The file to read.</param>
    /// <param name="arguments">Values of <see cref="Options"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken);
}
