using System.Numerics;

namespace Akin.Training.Optimizers;

/// <summary>The element-wise update of the Adam family, in one pass; generic so that tests run the very same code in double.</summary>
internal static class AdamKernel
{
    /// <summary>Changes a stretch of a parameter.</summary>
    /// <param name="value">p.</param>
    /// <param name="gradient">g.</param>
    /// <param name="mean">m.</param>
    /// <param name="square">v.</param>
    /// <param name="largestSquare">The largest v so far (AMSGrad); empty: v itself is used.</param>
    /// <param name="step">The step's numbers.</param>
    public static void Update<T>(Span<T> value, ReadOnlySpan<T> gradient, Span<T> mean, Span<T> square, Span<T> largestSquare, in AdamStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Lanes<T> lanes = new(step);
        int width = Vector<T>.Count;
        int i = 0;
        for (; i <= value.Length - width; i += width)
        {
            lanes.Update(value[i..], gradient[i..], mean[i..], square[i..], largestSquare.IsEmpty ? [] : largestSquare[i..]);
        }

        if (i < value.Length)
        {
            // The rest goes through the same instructions, padded with zeros.
            Span<T> padded = stackalloc T[5 * width];
            padded.Clear();
            Span<T> p = padded[..width], g = padded.Slice(width, width), m = padded.Slice(2 * width, width);
            Span<T> v = padded.Slice(3 * width, width), largest = largestSquare.IsEmpty ? [] : padded.Slice(4 * width, width);
            value[i..].CopyTo(p);
            gradient[i..].CopyTo(g);
            mean[i..].CopyTo(m);
            square[i..].CopyTo(v);
            if (!largest.IsEmpty)
            {
                largestSquare[i..].CopyTo(largest);
            }

            lanes.Update(p, g, m, v, largest);
            int rest = value.Length - i;
            p[..rest].CopyTo(value[i..]);
            m[..rest].CopyTo(mean[i..]);
            v[..rest].CopyTo(square[i..]);
            if (!largest.IsEmpty)
            {
                largest[..rest].CopyTo(largestSquare[i..]);
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
        private readonly Vector<T> _rootDivisor = Broadcast(step.RootDivisor);
        private readonly Vector<T> _stepSize = Broadcast(step.StepSize);
        private readonly Vector<T> _decayBefore = Broadcast(step.DecayBefore);
        private readonly Vector<T> _decayAfter = Broadcast(step.DecayAfter);

        public void Update(Span<T> value, ReadOnlySpan<T> gradient, Span<T> mean, Span<T> square, Span<T> largestSquare)
        {
            Vector<T> p = new(value);
            Vector<T> g = (new Vector<T>(gradient) * _gradientScale) + (p * _l2);
            Vector<T> m = new(mean);
            m += (g - m) * _oneMinusBeta1;
            Vector<T> v = (new Vector<T>(square) * _beta2) + (g * g * _oneMinusBeta2);
            m.CopyTo(mean);
            v.CopyTo(square);
            if (!largestSquare.IsEmpty)
            {
                v = Vector.Max(v, new Vector<T>(largestSquare));
                v.CopyTo(largestSquare);
            }

            Vector<T> denominator = (Vector.SquareRoot(v) / _rootDivisor) + _epsilon;
            p = ((p * _decayBefore) - (_stepSize * m / denominator)) * _decayAfter;
            p.CopyTo(value);
        }

        private static Vector<T> Broadcast(double number) => new(T.CreateTruncating(number));
    }
}
