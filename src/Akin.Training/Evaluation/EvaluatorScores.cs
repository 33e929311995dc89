using System.Collections.ObjectModel;

namespace Akin.Training.Evaluation;

/// <summary>What an evaluator measured: values by the names that sentence-transformers gives them, in its order.</summary>
/// <remarks>Of every measure more is better.</remarks>
public sealed class EvaluatorScores : ReadOnlyDictionary<string, double>
{
    internal EvaluatorScores(Dictionary<string, double> values, string primaryMetric)
        : base(values) => PrimaryMetric = primaryMetric;

    /// <summary>The measure by which models are compared.</summary>
    public string PrimaryMetric { get; }

    /// <summary>The value of <see cref="PrimaryMetric"/>.</summary>
    public double Primary => this[PrimaryMetric];
}
