namespace Akin.Tensors.Operations;

/// <summary>A function of the numbers along one dimension, in double precision, for <see cref="AxisOperation"/>.</summary>
internal interface ILineFunction
{
    /// <summary>Whether a line becomes one number; otherwise it becomes a line.</summary>
    static abstract bool Reduces { get; }

    /// <summary>Writes y = f(x).</summary>
    void Forward(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>Writes the gradient of x.</summary>
    /// <param name="x">The line.</param>
    /// <param name="y">f(x).</param>
    /// <param name="gradient">The gradient of y.</param>
    /// <param name="result">Receives the gradient of x.</param>
    void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result);
}

/// <summary>y = max x: the whole gradient goes to the first of the largest, or is shared equally among them.</summary>
internal readonly struct MaxLine(bool isShared) : ILineFunction
{
    public static bool Reduces => true;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        double largest = x[0];
        foreach (double value in x)
        {
            largest = Math.Max(largest, value); // NaN stays
        }

        y[0] = largest;
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        result.Clear();
        if (!isShared)
        {
            result[x.IndexOf(y[0])] = gradient[0];
            return;
        }

        int count = x.Count(y[0]);
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = x[i].Equals(y[0]) ? gradient[0] / count : 0;
        }
    }
}

/// <summary>y = (Σ |x|ᵖ)^(1/p): dxᵢ = dy · sign(xᵢ) · (|xᵢ| / y)ᵖ⁻¹, and 0 where y is 0.</summary>
internal readonly struct NormLine(double p) : ILineFunction
{
    public static bool Reduces => true;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        double sum = 0;
        foreach (double value in x)
        {
            sum += p switch { 1 => Math.Abs(value), 2 => value * value, _ => Math.Pow(Math.Abs(value), p) };
        }

        y[0] = p switch { 1 => sum, 2 => Math.Sqrt(sum), _ => Math.Pow(sum, 1 / p) };
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double power = p switch { 1 => Sign(x[i]), 2 => x[i] / y[0], _ => Sign(x[i]) * Math.Pow(Math.Abs(x[i]) / y[0], p - 1) };
            result[i] = y[0] == 0 ? 0 : gradient[0] * power;
        }
    }

    private static double Sign(double value) => double.IsNaN(value) ? value : Math.Sign(value);
}

/// <summary>y = Π x: dxᵢ = dy · Π of the others.</summary>
internal readonly struct ProductLine : ILineFunction
{
    public static bool Reduces => true;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        y[0] = 1;
        foreach (double value in x)
        {
            y[0] *= value;
        }
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        // What stands before, then times what stands behind: no division, so a zero is nothing special.
        double product = gradient[0];
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = product;
            product *= x[i];
        }

        product = 1;
        for (int i = x.Length - 1; i >= 0; i--)
        {
            result[i] *= product;
            product *= x[i];
        }
    }
}

/// <summary>y = ln Σ eˣ: dxᵢ = dy · e^(xᵢ - y).</summary>
internal readonly struct LogSumExpLine : ILineFunction
{
    public static bool Reduces => true;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in x)
        {
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        foreach (double value in x)
        {
            sum += double.IsInfinity(largest) ? 0 : Math.Exp(value - largest);
        }

        y[0] = double.IsInfinity(largest) ? largest : largest + Math.Log(sum);
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = double.IsNegativeInfinity(x[i]) ? 0 : gradient[0] * Math.Exp(x[i] - y[0]);
        }
    }
}

/// <summary>yᵢ = Σ x up to i: dxᵢ = Σ dy from i on.</summary>
internal readonly struct CumSumLine : ILineFunction
{
    public static bool Reduces => false;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = sum += x[i];
        }
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        double sum = 0;
        for (int i = x.Length - 1; i >= 0; i--)
        {
            result[i] = sum += gradient[i];
        }
    }
}

/// <summary>yᵢ = ln Σ eˣ up to i: dxᵢ = Σ over j from i on of dyⱼ · e^(xᵢ - yⱼ).</summary>
internal readonly struct LogCumSumExpLine : ILineFunction
{
    public static bool Reduces => false;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        double sum = double.NegativeInfinity;
        for (int i = 0; i < x.Length; i++)
        {
            // ln(eᵃ + eᵇ) = a + ln(1 + e^(b - a)) with a the larger one.
            (double small, double large) = x[i] < sum ? (x[i], sum) : (sum, x[i]);
            y[i] = sum = double.IsInfinity(large) ? large : large + Log1PFunction.Log1P(Math.Exp(small - large));
        }
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        // With Rᵢ = Σ from i on of dyⱼ · e^(yᵢ - yⱼ):  Rᵢ = dyᵢ + Rᵢ₊₁ · e^(yᵢ - yᵢ₊₁) and dxᵢ = e^(xᵢ - yᵢ) · Rᵢ. No exponent is above 0.
        double rest = 0;
        for (int i = x.Length - 1; i >= 0; i--)
        {
            rest = gradient[i] + (i + 1 < x.Length && !double.IsNegativeInfinity(y[i]) ? rest * Math.Exp(y[i] - y[i + 1]) : 0);
            result[i] = double.IsNegativeInfinity(x[i]) ? 0 : Math.Exp(x[i] - y[i]) * rest;
        }
    }
}

/// <summary>yᵢ = e^(xᵢ - ln Σ eˣ), or its logarithm: dxᵢ = yᵢ · (dyᵢ - Σ dy · y), or dxᵢ = dyᵢ - e^yᵢ · Σ dy.</summary>
internal readonly struct SoftmaxLine(bool isLogarithm) : ILineFunction
{
    public static bool Reduces => false;

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        Span<double> logSum = stackalloc double[1];
        default(LogSumExpLine).Forward(x, logSum);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = isLogarithm ? x[i] - logSum[0] : Math.Exp(x[i] - logSum[0]);
        }
    }

    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> gradient, Span<double> result)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += isLogarithm ? gradient[i] : gradient[i] * y[i];
        }

        for (int i = 0; i < x.Length; i++)
        {
            result[i] = isLogarithm ? gradient[i] - (Math.Exp(y[i]) * sum) : y[i] * (gradient[i] - sum);
        }
    }
}
