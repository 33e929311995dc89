using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>The negative log-likelihood of the right class, <c>-log softmax(logits)[label]</c>.</summary>
/// <remarks>
/// Rows are shared among the threads; every row and the order of their sum stay the same. Nothing as large as the logits is kept for the backward pass,
/// and rows that do not count cost nothing.
/// </remarks>
public static class CrossEntropyOperation
{
    /// <summary>The label of a row that does not count, as in PyTorch.</summary>
    public const int Ignored = -100;

    /// <summary>Cross-entropy over the rows that count.</summary>
    /// <remarks>
    /// With class weights w, label smoothing ε and K classes the loss of a row is
    /// <c>(1 - ε) · w[y] · -log p[y] + ε / K · Σₖ w[k] · -log p[k]</c>; the mean divides by the sum of w[y] over the rows that count.
    /// </remarks>
    /// <param name="context">The running pass.</param>
    /// <param name="logits">Scores, <c>[rows, classes]</c>.</param>
    /// <param name="labels">The right class of every row, <c>[rows]</c>; they must not change before the backward pass.</param>
    /// <param name="options">Weights, smoothing, reduction. Default: <see cref="CrossEntropyOptions.Default"/>.</param>
    /// <returns>A single number, NaN when no row counts, as in PyTorch; without reduction <c>[rows]</c>, 0 where a row does not count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not from 0 to 1.</exception>
    /// <exception cref="InvalidBatchException">A label is not a class, or there are not as many labels as rows, or weights as classes.</exception>
    public static Tensor CrossEntropy(this ForwardContext context, Tensor logits, ReadOnlyMemory<int> labels, CrossEntropyOptions? options = null)
    {
        options ??= CrossEntropyOptions.Default;
        double divisor = Divisor(logits, labels.Span, options);
        Tensor measures = context.Rent(new Shape(3, labels.Length)); // of every row: the maximum, the sum of exponentials, the loss
        ForwardBody body = new() { Logits = logits, Labels = labels.Span, Options = options, Measures = measures };
        context.Pool.For(body.TaskCount, ref body);

        Tensor loss = context.Rent(options.Reduction == Reduction.None ? new Shape(labels.Length) : Shape.Scalar);
        if (options.Reduction == Reduction.None)
        {
            measures.Row(2).CopyTo(loss.Span);
        }
        else
        {
            double sum = 0;
            foreach (float rowLoss in measures.Row(2))
            {
                sum += rowLoss;
            }

            loss.Span[0] = (float)(sum / divisor);
        }

        if (context.Records(logits))
        {
            context.Record(new Node(logits, labels, options, divisor, measures, loss));
        }

        return loss;
    }

    /// <summary>Cross-entropy with a distribution as target, <c>-Σₖ w[k] · t[k] · log p[k]</c>; the mean divides by the number of rows.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="logits">Scores, <c>[rows, classes]</c>.</param>
    /// <param name="targets">t, the probabilities of the classes, <c>[rows, classes]</c>. They may require a gradient.</param>
    /// <param name="options">Weights, smoothing, reduction. Default: <see cref="CrossEntropyOptions.Default"/>.</param>
    /// <returns>A single number; without reduction the loss of every row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not from 0 to 1.</exception>
    /// <exception cref="InvalidBatchException">The shapes differ, or there are not as many weights as classes.</exception>
    public static Tensor CrossEntropy(this ForwardContext context, Tensor logits, Tensor targets, CrossEntropyOptions? options = null)
    {
        options ??= CrossEntropyOptions.Default;
        Require(logits, options);
        if (targets.Shape != logits.Shape)
        {
            throw new InvalidBatchException($"Targets of shape {targets.Shape} do not fit logits of shape {logits.Shape}: every class of every row needs one.");
        }

        if (options.LabelSmoothing > 0)
        {
            targets = context.Affine(targets, (float)(1 - options.LabelSmoothing), (float)(options.LabelSmoothing / logits.ColumnCount));
        }

        Tensor losses = context.Multiply(context.LogSoftmax(logits), targets);
        if (!options.Weight.IsEmpty)
        {
            losses = context.Multiply(losses, new Tensor(new Shape(logits.ColumnCount), options.Weight.ToArray()));
        }

        return context.Reduce(context.Negate(context.Sum(losses, axis: -1)), options.Reduction);
    }

    /// <summary>What the sum of the losses is divided by. Checks everything on the way.</summary>
    private static double Divisor(Tensor logits, ReadOnlySpan<int> labels, CrossEntropyOptions options)
    {
        Require(logits, options);
        if (labels.Length != logits.RowCount)
        {
            throw new InvalidBatchException($"There are {labels.Length} labels for logits of shape {logits.Shape}: every row needs one.");
        }

        double weight = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] == options.IgnoreIndex)
            {
                continue;
            }

            if ((uint)labels[row] >= (uint)logits.ColumnCount)
            {
                throw new InvalidBatchException(
                    $"Row {row} has label {labels[row]}: possible are 0 to {logits.ColumnCount - 1}, and {options.IgnoreIndex} for a row that does not count.");
            }

            weight += WeightOf(options, labels[row]);
        }

        return options.Reduction switch { Reduction.Mean => weight, Reduction.BatchMean => labels.Length, _ => 1 };
    }

    private static void Require(Tensor logits, CrossEntropyOptions options)
    {
        if (!(options.LabelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.LabelSmoothing, "Label smoothing is a share from 0 to 1.");
        }

        if (!options.Weight.IsEmpty && options.Weight.Length != logits.ColumnCount)
        {
            throw new InvalidBatchException($"There are {options.Weight.Length} weights for logits of shape {logits.Shape}: every class needs one.");
        }
    }

    private static float WeightOf(CrossEntropyOptions options, int label) => options.Weight.IsEmpty ? 1 : options.Weight.Span[label];

    private sealed class Node(
        Tensor logits, ReadOnlyMemory<int> labels, CrossEntropyOptions options, double divisor, Tensor measures, Tensor output)
        : TapeNode(output, measures)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(logits);

        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(logits, out bool isFirst);
            BackwardBody body = new()
            {
                Logits = logits,
                Labels = labels.Span,
                Options = options,
                Measures = measures,
                OutputGradient = outputGradient.Span,
                Divisor = divisor,
                SumOfWeights = options.Weight.IsEmpty ? logits.ColumnCount : TensorPrimitives.Sum(options.Weight.Span),
                Gradient = gradient,
                IsFirst = isFirst,
            };
            context.Pool.For(body.TaskCount, ref body);
        }
    }

    /// <summary>Rows of one task: some tens of thousands of exponentials.</summary>
    private static int RowsPerTask(Tensor logits) => Math.Max(1, 16 * 1024 / Math.Max(1, logits.ColumnCount));

    private static int TaskCount(Tensor logits) => (logits.RowCount + RowsPerTask(logits) - 1) / RowsPerTask(logits);

    private ref struct ForwardBody : IParallelBody
    {
        public Tensor Logits;
        public ReadOnlySpan<int> Labels;
        public CrossEntropyOptions Options;
        public Tensor Measures;

        public readonly int TaskCount => TaskCount(Logits);

        public readonly void Execute(int taskIndex)
        {
            int rowsPerTask = RowsPerTask(Logits);
            for (int row = taskIndex * rowsPerTask; row < Math.Min((taskIndex + 1) * rowsPerTask, Labels.Length); row++)
            {
                float maximum = 0, sum = 1;
                double loss = 0;
                if (Labels[row] != Options.IgnoreIndex)
                {
                    ReadOnlySpan<float> scores = Logits.Row(row);
                    (maximum, sum) = SoftmaxRow.Measure(scores);
                    loss = Loss(scores, Labels[row], maximum, Math.Log(sum));
                }

                (Measures.Row(0)[row], Measures.Row(1)[row], Measures.Row(2)[row]) = (maximum, sum, (float)loss);
            }
        }

        // -log p[k] = log Σ eˣ - x[k], where the maximum is taken off first: the numbers left are small.
        private readonly double Loss(ReadOnlySpan<float> scores, int label, double maximum, double logarithm)
        {
            double loss = WeightOf(Options, label) * (logarithm + (maximum - scores[label]));
            if (Options.LabelSmoothing == 0)
            {
                return loss;
            }

            double spread = 0;
            for (int k = 0; k < scores.Length; k++)
            {
                spread += WeightOf(Options, k) * (logarithm + (maximum - scores[k]));
            }

            return ((1 - Options.LabelSmoothing) * loss) + (Options.LabelSmoothing / scores.Length * spread);
        }
    }

    // With p = softmax(x), a = (1 - ε) · w[y] and b = ε / K:  dx[k] = (p[k] · (a + b · Σ w) - b · w[k] - a · [k = y]) · dloss / divisor.
    private ref struct BackwardBody : IParallelBody
    {
        public Tensor Logits;
        public ReadOnlySpan<int> Labels;
        public CrossEntropyOptions Options;
        public Tensor Measures;
        public ReadOnlySpan<float> OutputGradient;
        public double Divisor;
        public double SumOfWeights;
        public Span<float> Gradient;
        public bool IsFirst;

        public readonly int TaskCount => TaskCount(Logits);

        public readonly void Execute(int taskIndex)
        {
            int rowsPerTask = RowsPerTask(Logits);
            int classCount = Logits.ColumnCount;
            for (int row = taskIndex * rowsPerTask; row < Math.Min((taskIndex + 1) * rowsPerTask, Labels.Length); row++)
            {
                Span<float> gradient = Gradient.Slice(row * classCount, classCount);
                int label = Labels[row];
                if (label == Options.IgnoreIndex)
                {
                    if (IsFirst)
                    {
                        gradient.Clear();
                    }

                    continue;
                }

                double scale = OutputGradient[OutputGradient.Length == 1 ? 0 : row] / Divisor;
                double onLabel = (1 - Options.LabelSmoothing) * WeightOf(Options, label) * scale;
                double onAll = Options.LabelSmoothing / classCount * scale;
                float factor = (float)((onLabel + (onAll * SumOfWeights)) / Measures.Row(1)[row]);
                if (IsFirst)
                {
                    SoftmaxRow.Write(Logits.Row(row), Measures.Row(0)[row], factor, gradient);
                }
                else
                {
                    SoftmaxRow.Add(Logits.Row(row), Measures.Row(0)[row], factor, gradient);
                }

                gradient[label] -= (float)onLabel;
                if (onAll == 0)
                {
                    continue;
                }

                if (Options.Weight.IsEmpty)
                {
                    TensorPrimitives.Subtract(gradient, (float)onAll, gradient);
                }
                else
                {
                    TensorPrimitives.FusedMultiplyAdd(Options.Weight.Span, (float)-onAll, gradient, gradient);
                }
            }
        }
    }
}
