namespace Akin.Kernels;

/// <summary>Applies activations element by element.</summary>
public static class Activations
{
    /// <summary>y = activation(x).</summary>
    /// <param name="activation">The function.</param>
    /// <param name="x">The input.</param>
    /// <param name="y">The output, as long as the input; it may be the input.</param>
    public static void Apply(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            float v = x[i];
            y[i] = activation switch
            {
                Activation.None => v,
                Activation.Relu => MathF.Max(v, 0),
                Activation.Tanh => MathF.Tanh(v),
                Activation.Sigmoid => 1 / (1 + MathF.Exp(-v)),
                Activation.Silu => v / (1 + MathF.Exp(-v)),
                Activation.QuickGelu => v / (1 + MathF.Exp(-1.702f * v)),
                Activation.GeluTanh => 0.5f * v * (1 + MathF.Tanh(0.7978845608f * (v + (0.044715f * v * v * v)))),
                _ => 0.5f * v * (1 + (float)Erf(v / Math.Sqrt(2))),
            };
        }
    }

    // Stand-in: the series of erf for small arguments, the continued fraction for large ones.
    private static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (a > 6)
        {
            return Math.Sign(x);
        }

        double sum = a, term = a;
        for (int n = 1; n < 200; n++)
        {
            term *= -a * a / n;
            sum += term / ((2 * n) + 1);
        }

        return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * sum;
    }
}
