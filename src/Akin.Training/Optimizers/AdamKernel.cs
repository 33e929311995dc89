using System.Numerics;
using System.Runtime.InteropServices;

namespace Akin.Training.Optimizers;

/// <summary>The element-wise update of the Adam family, in one pass; generic so that tests run the very same code in double.</summary>
internal static class AdamKernel
{
    /// <summary>Changes a stretch of a parameter.</summary>
    /// <param name="value">p.</param>
    /// <param name="gradient">g, as long.</param>
    /// <param name="mean">m, as long.</param>
    /// <param name="square">v, as long.</param>
    /// <param name="largestSquare">The largest v so far (AMSGrad), as long; empty: v itself is used.</param>
    /// <param name="step">The step's numbers.</param>
    public static void Update<T>(Span<T> value, ReadOnlySpan<T> gradient, Span<T> mean, Span<T> square, Span<T> largestSquare, in AdamStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Lanes<T> lanes = new(step);
        int width = Vector<T>.Count;
        int whole = value.Length - (value.Length % width);
        lanes.Update(
            value[..whole], gradient[..whole], mean[..whole], square[..whole], largestSquare.IsEmpty ? [] : largestSquare[..whole]);
        if (whole < value.Length)
        {
            // The rest goes through the same instructions, padded with zeros.
            Span<T> padded = stackalloc T[5 * width];
            padded.Clear();
            Span<T> p = padded[..width], g = padded.Slice(width, width), m = padded.Slice(2 * width, width);
            Span<T> v = padded.Slice(3 * width, width), largest = largestSquare.IsEmpty ? [] : padded.Slice(4 * width, width);
            value[whole..].CopyTo(p);
            gradient[whole..].CopyTo(g);
            mean[whole..].CopyTo(m);
            square[whole..].CopyTo(v);
            if (!largest.IsEmpty)
            {
                largestSquare[whole..].CopyTo(largest);
            }

            lanes.Update(p, g, m, v, largest);
            int rest = value.Length - whole;
            p[..rest].CopyTo(value[whole..]);
            m[..rest].CopyTo(mean[whole..]);
            v[..rest].CopyTo(square[whole..]);
            if (!largest.IsEmpty)
            {
                largest[..rest].CopyTo(largestSquare[whole..]);
            }
        }
    }

    private readonly struct Lanes<T>(in AdamStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly Vector<T> _gradientScale = Broadcast(step.GradientScale);
        private readonly Vector<T> _l2 = Broadcast(step.L2);
        private readonly Vector<T> _oneMinusBeta1 = Broadcast(1 - step.Beta1);
        private readonly Vector<T> _beta2 = Broadcast(step.Beta2);
        private readonly Vector<T> _oneMinusBeta2 = Broadcast(1 - step.Beta2);
        private readonly Vector<T> _epsilon = Broadcast(step.Epsilon);
        private readonly Vector<T> _rootFactor = Broadcast(1 / step.RootDivisor);
        private readonly Vector<T> _stepSize = Broadcast(step.StepSize);
        private readonly Vector<T> _decayBefore = Broadcast(step.DecayBefore);
        private readonly Vector<T> _decayAfter = Broadcast(step.DecayAfter);

        /// <summary>All spans have the same length, a multiple of the vector's; the last may be empty.</summary>
        public void Update(Span<T> value, ReadOnlySpan<T> gradient, Span<T> mean, Span<T> square, Span<T> largestSquare)
        {
            Span<Vector<T>> values = MemoryMarshal.Cast<T, Vector<T>>(value);
            ReadOnlySpan<Vector<T>> gradients = MemoryMarshal.Cast<T, Vector<T>>(gradient)[..values.Length];
            Span<Vector<T>> means = MemoryMarshal.Cast<T, Vector<T>>(mean)[..values.Length];
            Span<Vector<T>> squares = MemoryMarshal.Cast<T, Vector<T>>(square)[..values.Length];
            Span<Vector<T>> largest = MemoryMarshal.Cast<T, Vector<T>>(largestSquare);
            Lanes<T> lanes = this; // in registers
            for (int i = 0; i < values.Length; i++)
            {
                Vector<T> p = values[i];
                Vector<T> g = (gradients[i] * lanes._gradientScale) + (p * lanes._l2);
                Vector<T> m = means[i];
                m += (g - m) * lanes._oneMinusBeta1;
                Vector<T> v = (squares[i] * lanes._beta2) + (g * g * lanes._oneMinusBeta2);
                means[i] = m;
                squares[i] = v;
                if (!largest.IsEmpty)
                {
                    v = largest[i] = Vector.Max(v, largest[i]);
                }

                Vector<T> denominator = (Vector.SquareRoot(v) * lanes._rootFactor) + lanes._epsilon;
                values[i] = ((p * lanes._decayBefore) - (lanes._stepSize * m / denominator)) * lanes._decayAfter;
            }
        }

        private static Vector<T> Broadcast(double number) => new(T.CreateTruncating(number));
    }
}
