using System.Numerics.Tensors;
using System.Text.Json;
using Akin.Kernels;
using Akin.Models.Checkpoints;

namespace Akin.Training.Linear;

/// <summary>
/// A linear classifier on vectors: the quickest way to teach labels on frozen embeddings, often as good as fine-tuning when there are few examples.
/// Two classes are told apart by one logistic function, more by a softmax; weights are kept small by their squares (not the intercepts). Immutable; thread-safe.
/// </summary>
public sealed class LogisticRegression
{
    private const string FormatName = "akin-logistic-regression";

    // [outputs, dimension + 1]: the last column is the intercept. Two classes have one output.
    private readonly double[] _parameters;

    private LogisticRegression(double[] parameters, int dimension, int classCount, int iterations, bool converged)
    {
        _parameters = parameters;
        Dimension = dimension;
        ClassCount = classCount;
        Iterations = iterations;
        Converged = converged;
    }

    /// <summary>The number of columns of a vector.</summary>
    public int Dimension { get; }

    /// <summary>How many classes there are.</summary>
    public int ClassCount { get; }

    /// <summary>How many iterations the training took.</summary>
    public int Iterations { get; }

    /// <summary>Whether the training ended because the derivatives were small, not because of the limit of iterations.</summary>
    public bool Converged { get; }

    private int OutputCount => ClassCount == 2 ? 1 : ClassCount;

    /// <summary>The weights of an output, <c>[dimension]</c>: of class 1 against class 0 when there are two, else of each class.</summary>
    /// <param name="output">0 for two classes, else the class.</param>
    public ReadOnlySpan<double> Weights(int output) => _parameters.AsSpan(output * (Dimension + 1), Dimension);

    /// <summary>What is added to the product of an output's weights with a vector.</summary>
    /// <param name="output">0 for two classes, else the class.</param>
    public double Intercept(int output) => _parameters[(output * (Dimension + 1)) + Dimension];

    /// <summary>Learns from labelled vectors.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="labels">The class of each vector, 0 … classes − 1.</param>
    /// <param name="classCount">How many classes there are, at least two.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Ends the work between iterations.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a label is outside its bounds, or fewer than two classes occur; the row is named.</exception>
    public static LogisticRegression Fit(
        ReadOnlySpan<float> vectors,
        int dimension,
        ReadOnlySpan<int> labels,
        int classCount,
        LogisticRegressionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new LogisticRegressionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.InverseRegularization);
        if (labels.IsEmpty || vectors.Length != (long)labels.Length * dimension)
        {
            throw new ArgumentException($"{vectors.Length} numbers are not {labels.Length} vectors of {dimension}, one for each label.", nameof(vectors));
        }

        LogisticLoss loss = new(vectors.ToArray(), dimension, labels.ToArray(), classCount, options);
        (double[] parameters, int iterations, bool converged) =
            LimitedMemoryBfgs.Minimize(loss.Evaluate, new double[loss.ParameterCount], options.Tolerance, options.MaxIterations, cancellationToken);
        return new LogisticRegression(parameters, dimension, classCount, iterations, converged);
    }

    /// <summary>Reads a classifier that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is not such a classifier, or its sizes do not fit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LogisticRegression Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != FormatName || root.GetProperty("version").GetInt32() != 1)
            {
                throw new InvalidDataException($"'{path}' is not version 1 of {FormatName}.");
            }

            int dimension = root.GetProperty("dimension").GetInt32();
            int classCount = root.GetProperty("classes").GetInt32();
            double[] parameters = [.. root.GetProperty("parameters").EnumerateArray().Select(number => number.GetDouble())];
            if (dimension < 1 || classCount < 2 || parameters.Length != (classCount == 2 ? 1L : classCount) * (dimension + 1L))
            {
                throw new InvalidDataException($"'{path}' holds {parameters.Length} parameters, which do not fit {classCount} classes of vectors of {dimension}.");
            }

            return new LogisticRegression(parameters, dimension, classCount, iterations: 0, converged: true);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is not a classifier that {nameof(LogisticRegression)} wrote: {error.Message}", error);
        }
    }

    /// <summary>Writes the classifier as JSON, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter writer = new(stream);
        writer.WriteStartObject();
        writer.WriteString("format", FormatName);
        writer.WriteNumber("version", 1);
        writer.WriteNumber("dimension", Dimension);
        writer.WriteNumber("classes", ClassCount);
        writer.WriteStartArray("parameters");
        foreach (double number in _parameters)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>The probability of each class for each vector, <c>[rows, classes]</c>.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows.</exception>
    public float[] Probabilities(ReadOnlySpan<float> vectors)
    {
        int rowCount = RowCount(vectors);
        float[] logits = LogisticLoss.Logits(vectors, rowCount, Dimension, _parameters, OutputCount);
        if (ClassCount > 2)
        {
            Softmax.Rows(logits, rowCount, ClassCount, logits, WorkerPool.Shared);
            return logits;
        }

        return [.. logits.SelectMany(logit => new[] { 1 / (1 + MathF.Exp(logit)), 1 / (1 + MathF.Exp(-logit)) })];
    }

    /// <summary>The likeliest class of each vector.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows.</exception>
    public int[] Predict(ReadOnlySpan<float> vectors)
    {
        float[] probabilities = Probabilities(vectors);
        int[] labels = new int[RowCount(vectors)];
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = TensorPrimitives.IndexOfMax<float>(probabilities.AsSpan(row * ClassCount, ClassCount));
        }

        return labels;
    }

    private int RowCount(ReadOnlySpan<float> vectors) => vectors.Length % Dimension == 0
        ? vectors.Length / Dimension
        : throw new ArgumentException($"{vectors.Length} numbers are not whole vectors of {Dimension}.", nameof(vectors));
}
