using System.Numerics;

namespace Akin.Training.Optimizers;

/// <summary>The element-wise update of <see cref="Sgd"/>; generic so that tests run the very same code in double.</summary>
internal static class SgdKernel
{
    /// <summary>Changes a stretch of a parameter: <c>d = scale · g + decay · p</c>, <c>b = momentum · b + (1 - dampening) · d</c>, <c>p = p - rate · b</c>.</summary>
    /// <param name="value">p.</param>
    /// <param name="gradient">g.</param>
    /// <param name="momentum">b; empty when there is no momentum. In the first step b is d itself, without dampening.</param>
    /// <param name="options">Momentum, dampening, Nesterov.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="weightDecay">The group's decay.</param>
    /// <param name="gradientScale">Multiplies g.</param>
    /// <param name="isFirst">Whether this is the parameter's first step.</param>
    public static void Update<T>(
        Span<T> value, ReadOnlySpan<T> gradient, Span<T> momentum, SgdOptions options, double learningRate, double weightDecay, double gradientScale, bool isFirst)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T rate = T.CreateTruncating(learningRate);
        T decay = T.CreateTruncating(weightDecay);
        T scale = T.CreateTruncating(gradientScale);
        T kept = T.CreateTruncating(options.Momentum);
        T joined = T.CreateTruncating(1 - options.Dampening);
        for (int i = 0; i < value.Length; i++)
        {
            T change = (scale * gradient[i]) + (decay * value[i]);
            if (!momentum.IsEmpty)
            {
                momentum[i] = isFirst ? change : (kept * momentum[i]) + (joined * change);
                change = options.Nesterov ? change + (kept * momentum[i]) : momentum[i];
            }

            value[i] -= rate * change;
        }
    }
}
