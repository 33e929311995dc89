namespace Akin.Training.Evaluation;

/// <summary>Measures a model on data of its own.</summary>
/// <typeparam name="TModel">What is measured.</typeparam>
/// <remarks>Names, values and files are those of sentence-transformers 6.2. An evaluator may be used again and again, by one thread at a time.</remarks>
public abstract class Evaluator<TModel>
{
    private readonly string _name = "";

    /// <summary>The name of the data, which stands before every measure (<c>sts_dev_spearman_cosine</c>) and in the file's name; empty, the default, for none.</summary>
    /// <exception cref="ArgumentException">A file cannot be called so.</exception>
    public string Name
    {
        get => _name;
        init => _name = value.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())
            ? throw new ArgumentException($"The name '{value}' becomes part of a file's name, so it must not have '/' or the like in it.", nameof(value))
            : value;
    }

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Where to append a row to a CSV file; null for nowhere.</param>
    /// <param name="progress">Told how many texts (or pairs) the model has read.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public abstract EvaluatorScores Evaluate(
        TModel model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>The values, with the evaluator's name before theirs.</summary>
    /// <param name="values">The values by upstream's names, in its order.</param>
    /// <param name="primaryMetric">The one by which models are compared.</param>
    protected EvaluatorScores Named(IEnumerable<KeyValuePair<string, double>> values, string primaryMetric)
    {
        string prefix = Name.Length == 0 ? "" : Name + "_";
        return new EvaluatorScores(values.ToDictionary(value => prefix + value.Key, value => value.Value), prefix + primaryMetric);
    }

    /// <summary>A file name: what comes before the evaluator's name, the name if it has one, and what comes after.</summary>
    /// <param name="start">Before the name.</param>
    /// <param name="end">After the name.</param>
    protected string FileName(string start, string end) => Name.Length == 0 ? start + end : $"{start}_{Name}{end}";

    private protected static void RequireEqual(int first, int second, string what)
    {
        if (first != second)
        {
            throw new ArgumentException($"There are {first} and {second} {what}: there must be as many.");
        }
    }

    private protected static void RequireSome(int count, string what)
    {
        if (count == 0)
        {
            throw new ArgumentException($"There are no {what}, so there is nothing to evaluate.");
        }
    }
}
