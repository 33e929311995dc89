using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Tensors;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Training.Optimizers;

/// <summary>Keeps gradients from growing too large, as <c>torch.nn.utils.clip_grad_norm_</c> and <c>clip_grad_value_</c> do.</summary>
public static class GradientClipping
{
    private const int PieceLength = 1 << 14;

    /// <summary>The norm of all gradients together; the same on any number of threads.</summary>
    /// <param name="parameters">The parameters; those without a gradient do not count.</param>
    /// <param name="order">2: Euclidean, 1: sum of sizes, infinity: the largest. Default: 2.</param>
    /// <param name="pool">Threads. Default: <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not above 0.</exception>
    public static double Norm(IReadOnlyList<Parameter> parameters, double order = 2, WorkerPool? pool = null)
    {
        if (!(order > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "The order of a norm is above 0.");
        }

        List<(Tensor Gradient, int Start, int Length)> pieces = Pieces(parameters);
        NormBody body = new(pieces, order, new double[pieces.Count]);
        (pool ?? WorkerPool.Shared).For(pieces.Count, ref body);
        return body.Total();
    }

    /// <summary>What gradients of this norm are multiplied with: <c>min(1, maxNorm / (norm + 1e-6))</c>.</summary>
    /// <param name="norm">From <see cref="Norm"/>.</param>
    /// <param name="maxNorm">The largest norm, at least 0.</param>
    public static double Factor(double norm, double maxNorm) => Math.Min(1, maxNorm / (norm + 1e-6));

    /// <summary>Scales all gradients together down to a norm.</summary>
    /// <remarks>To save a pass over memory, take <see cref="Norm"/> and <see cref="Factor"/> and hand the factor to <see cref="Optimizer.Step"/>.</remarks>
    /// <param name="parameters">The parameters.</param>
    /// <param name="maxNorm">The largest norm.</param>
    /// <param name="order">See <see cref="Norm"/>.</param>
    /// <param name="pool">Threads. Default: <see cref="WorkerPool.Shared"/>.</param>
    /// <returns>The norm before.</returns>
    public static double ClipNorm(IReadOnlyList<Parameter> parameters, double maxNorm, double order = 2, WorkerPool? pool = null)
    {
        double norm = Norm(parameters, order, pool);
        float factor = (float)Factor(norm, maxNorm);
        if (factor != 1) // NaN goes through, so that it is seen
        {
            foreach ((Tensor gradient, int start, int length) in Pieces(parameters))
            {
                Span<float> piece = gradient.Span.Slice(start, length);
                TensorPrimitives.Multiply(piece, factor, piece);
            }
        }

        return norm;
    }

    /// <summary>Clamps every number of every gradient to <c>[-limit, limit]</c>.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="limit">At least 0.</param>
    public static void ClipValue(IReadOnlyList<Parameter> parameters, float limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        foreach ((Tensor gradient, int start, int length) in Pieces(parameters))
        {
            Span<float> piece = gradient.Span.Slice(start, length);
            TensorPrimitives.Clamp(piece, -limit, limit, piece);
        }
    }

    private static List<(Tensor Gradient, int Start, int Length)> Pieces(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        List<(Tensor, int, int)> pieces = [];
        foreach (Parameter parameter in parameters)
        {
            if (parameter.Gradient is { } gradient)
            {
                int length = gradient.Span.Length;
                for (int start = 0; start < length; start += PieceLength)
                {
                    pieces.Add((gradient, start, Math.Min(PieceLength, length - start)));
                }
            }
        }

        return pieces;
    }

    private readonly struct NormBody(List<(Tensor Gradient, int Start, int Length)> pieces, double order, double[] parts) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            (Tensor gradient, int start, int length) = pieces[taskIndex];
            ReadOnlySpan<float> numbers = gradient.Span.Slice(start, length);
            double part = 0;
            if (double.IsInfinity(order))
            {
                part = Math.Abs(TensorPrimitives.MaxMagnitude(numbers)); // NaN if there is one
            }
            else if (order == 2)
            {
                part = SumOfSquares(numbers);
            }
            else
            {
                foreach (float number in numbers)
                {
                    part += Math.Pow(Math.Abs(number), order);
                }
            }

            parts[taskIndex] = part;
        }

        public double Total()
        {
            double total = 0;
            foreach (double part in parts)
            {
                total = double.IsInfinity(order) ? Math.Max(total, part) : total + part;
            }

            return double.IsInfinity(order) ? total : Math.Pow(total, 1 / order);
        }

        /// <summary>In double, so that large gradients do not overflow and small ones count.</summary>
        private static double SumOfSquares(ReadOnlySpan<float> numbers)
        {
            ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(numbers);
            Vector<double> lowSum = Vector<double>.Zero;
            Vector<double> highSum = Vector<double>.Zero;
            foreach (Vector<float> vector in vectors)
            {
                Vector.Widen(vector, out Vector<double> low, out Vector<double> high);
                lowSum += low * low;
                highSum += high * high;
            }

            double sum = Vector.Sum(lowSum + highSum);
            foreach (float number in numbers[(vectors.Length * Vector<float>.Count)..])
            {
                sum += (double)number * number;
            }

            return sum;
        }
    }
}
