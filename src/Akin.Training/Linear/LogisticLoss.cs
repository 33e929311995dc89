using Akin.Kernels;

namespace Akin.Training.Linear;

/// <summary>
/// The mean of −ln p(label) over the vectors, plus |W|² / 2Cn, and its derivatives: (p − [label])·xᵀ / n for the weights. Products are in float32, sums of the loss in double.
/// </summary>
internal sealed class LogisticLoss
{
    private readonly float[] _vectors;
    private readonly int _dimension;
    private readonly int[] _labels;
    private readonly int _outputCount;
    private readonly double _regularization;

    // How much each example counts, summing to 1.
    private readonly double[] _shares;

    /// <exception cref="ArgumentException">A label is outside its bounds, or fewer than two classes occur, or a number is not finite.</exception>
    public LogisticLoss(float[] vectors, int dimension, int[] labels, int classCount, LogisticRegressionOptions options)
    {
        _vectors = vectors;
        _dimension = dimension;
        _labels = labels;
        _outputCount = classCount == 2 ? 1 : classCount;
        int[] counts = CountClasses(classCount);
        int present = counts.Count(count => count > 0);
        double[] weights = [.. labels.Select(label => options.BalancedClasses ? (double)labels.Length / (present * (double)counts[label]) : 1)];
        double total = weights.Sum();
        _shares = [.. weights.Select(weight => weight / total)];
        _regularization = 1 / (options.InverseRegularization * total);
    }

    public int ParameterCount => _outputCount * (_dimension + 1);

    /// <summary>The loss, and its derivatives in <paramref name="gradient"/>; both <c>[outputs, dimension + 1]</c>.</summary>
    public double Evaluate(double[] parameters, double[] gradient)
    {
        int rowCount = _labels.Length;
        float[] errors = Logits(_vectors, rowCount, _dimension, parameters, _outputCount);
        double loss = 0;
        double[] sums = new double[_outputCount];
        for (int row = 0; row < rowCount; row++)
        {
            Span<float> error = errors.AsSpan(row * _outputCount, _outputCount);
            loss += _shares[row] * (_outputCount == 1 ? BinaryLoss(error, _labels[row]) : SoftmaxLoss(error, _labels[row]));
            for (int output = 0; output < _outputCount; output++)
            {
                error[output] *= (float)_shares[row];
                sums[output] += error[output];
            }
        }

        float[] products = new float[_outputCount * _dimension];
        Gemm.Multiply(Transpose.Yes, Transpose.No, _outputCount, _dimension, rowCount, 1, errors, _vectors, 0, products, WorkerPool.Shared);
        for (int i = 0; i < parameters.Length; i++)
        {
            (int output, int column) = Math.DivRem(i, _dimension + 1);
            if (column == _dimension)
            {
                gradient[i] = sums[output];
                continue;
            }

            gradient[i] = products[(output * _dimension) + column] + (_regularization * parameters[i]);
            loss += _regularization * parameters[i] * parameters[i] / 2;
        }

        return loss;
    }

    /// <summary>The outputs for some vectors, <c>[rows, outputs]</c>.</summary>
    public static float[] Logits(ReadOnlySpan<float> vectors, int rowCount, int dimension, double[] parameters, int outputCount)
    {
        PackedMatrix matrix = new(dimension, outputCount);
        float[] weights = new float[dimension];
        float[] intercepts = new float[outputCount];
        for (int output = 0; output < outputCount; output++)
        {
            for (int i = 0; i < dimension; i++)
            {
                weights[i] = (float)parameters[(output * (dimension + 1)) + i];
            }

            matrix.Pack(output, weights);
            intercepts[output] = (float)parameters[(output * (dimension + 1)) + dimension];
        }

        float[] logits = new float[(long)rowCount * outputCount];
        Gemm.Multiply(vectors, rowCount, matrix, new Epilogue { Bias = intercepts }, logits, WorkerPool.Shared);
        return logits;
    }

    // ln(1 + e^∓z), written so that neither side overflows; the derivative by z is p − [label = 1].
    private static double BinaryLoss(Span<float> logit, int label)
    {
        double z = logit[0];
        double loss = Math.Max(0, label == 1 ? -z : z) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
        logit[0] = (float)((1 / (1 + Math.Exp(-z))) - label);
        return loss;
    }

    private static double SoftmaxLoss(Span<float> logits, int label)
    {
        double largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        double loss = largest + Math.Log(sum) - logits[label];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = (float)((Math.Exp(logits[i] - largest) / sum) - (i == label ? 1 : 0));
        }

        return loss;
    }

    private int[] CountClasses(int classCount)
    {
        int[] counts = new int[classCount];
        for (int row = 0; row < _labels.Length; row++)
        {
            if ((uint)_labels[row] >= (uint)classCount)
            {
                throw new ArgumentException($"Row {row}: the label {_labels[row]} is outside 0 … {classCount - 1}.");
            }

            counts[_labels[row]]++;
        }

        int notFinite = Array.FindIndex(_vectors, number => !float.IsFinite(number));
        if (notFinite >= 0)
        {
            throw new ArgumentException($"Row {notFinite / _dimension}, column {notFinite % _dimension} is {_vectors[notFinite]}; vectors must hold finite numbers.");
        }

        return counts.Count(count => count > 0) >= 2
            ? counts
            : throw new ArgumentException($"All {_labels.Length} examples are of class {_labels[0]}; there is nothing to tell apart.");
    }
}
