using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>A function of one number, on spans, for <see cref="UnaryOperation"/>.</summary>
internal interface IUnaryFunction
{
    /// <summary>Writes y = f(x).</summary>
    void Forward(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Multiplies the gradient of y by f′(x), in place.</summary>
    void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient);
}

/// <summary>A function of one number and its derivative, in double precision.</summary>
internal interface IScalarFunction
{
    double Value(double x);

    /// <summary>f′(x), where y = f(x) is known already (to single precision).</summary>
    double Derivative(double x, double y);
}

/// <summary>A scalar function on spans, number by number.</summary>
internal readonly struct NumberByNumber<TFunction>(TFunction function) : IUnaryFunction
    where TFunction : struct, IScalarFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (float)function.Value(x[i]);
        }
    }

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = (float)(gradient[i] * function.Derivative(x[i], y[i]));
        }
    }
}

/// <summary>The functions that follow a linear layer, by the kernels that do it there.</summary>
internal readonly struct ActivationFunction(Activation activation) : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => Activations.Apply(activation, x, y);

    // The pool has cut the work in parts already.
    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient) =>
        Activations.Backward(activation, x, gradient, gradient, WorkerPool.Serial);
}

/// <summary>y = a · x + b: y′ = a.</summary>
internal readonly struct AffineFunction(float scale, float shift) : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        TensorPrimitives.Multiply(x, scale, y);
        if (shift != 0)
        {
            TensorPrimitives.Add(y, shift, y);
        }
    }

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        if (scale != 1)
        {
            TensorPrimitives.Multiply(gradient, scale, gradient);
        }
    }
}

/// <summary>y = eˣ: y′ = y.</summary>
internal readonly struct ExpFunction : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Exp(x, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient) => TensorPrimitives.Multiply(gradient, y, gradient);
}

/// <summary>y = ln x: y′ = 1 / x.</summary>
internal readonly struct LogFunction : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Log(x, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient) => TensorPrimitives.Divide(gradient, x, gradient);
}

/// <summary>y = x²: y′ = 2x.</summary>
internal readonly struct SquareFunction : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Multiply(x, x, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        TensorPrimitives.Multiply(gradient, x, gradient);
        TensorPrimitives.Add(gradient, gradient, gradient);
    }
}

/// <summary>y = erf x: y′ = 2/√π · e^(-x²).</summary>
internal readonly struct ErfFunction : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Erf(x, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] *= (float)(2 / Math.Sqrt(Math.PI) * Math.Exp(-(double)x[i] * x[i]));
        }
    }
}

/// <summary>y = ln(1 + x): y′ = 1 / (1 + x).</summary>
internal readonly struct Log1PFunction : IScalarFunction
{
    // ln(1 + x) loses the digits of x that 1 + x drops, in the same ratio as (1 + x) - 1 does (Goldberg 1991, theorem 4).
    public static double Log1P(double x)
    {
        double sum = 1 + x;
        return sum == 1 || double.IsInfinity(sum) ? x : Math.Log(sum) * (x / (sum - 1));
    }

    public double Value(double x) => Log1P(x);

    public double Derivative(double x, double y) => 1 / (1 + x);
}

/// <summary>y = √x: y′ = 1 / (2y).</summary>
internal readonly struct SqrtFunction : IScalarFunction
{
    public double Value(double x) => Math.Sqrt(x);

    public double Derivative(double x, double y) => 0.5 / y;
}

/// <summary>y = 1 / √x: y′ = -y³ / 2.</summary>
internal readonly struct RsqrtFunction : IScalarFunction
{
    public double Value(double x) => 1 / Math.Sqrt(x);

    public double Derivative(double x, double y) => -0.5 / (x * Math.Sqrt(x));
}

/// <summary>y = 1 / x: y′ = -1 / x².</summary>
internal readonly struct ReciprocalFunction : IScalarFunction
{
    public double Value(double x) => 1 / x;

    public double Derivative(double x, double y) => -1 / (x * x);
}

/// <summary>y = xᵖ: y′ = p · xᵖ⁻¹.</summary>
internal readonly struct PowFunction(double exponent) : IScalarFunction
{
    public double Value(double x) => Math.Pow(x, exponent);

    public double Derivative(double x, double y) => exponent == 0 ? 0 : exponent * Math.Pow(x, exponent - 1);
}

/// <summary>y = |x|: y′ = the sign of x, 0 at 0.</summary>
internal readonly struct AbsFunction : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Abs(x, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = x[i] > 0 ? gradient[i] : x[i] < 0 ? -gradient[i] : 0;
        }
    }
}

/// <summary>y = x limited to a range: y′ = 1 within, and 0 at the bounds and outside.</summary>
internal readonly struct ClampFunction(float lowest, float highest) : IUnaryFunction
{
    public void Forward(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Clamp(x, lowest, highest, y);

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = x[i] <= lowest || x[i] >= highest ? 0 : gradient[i];
        }
    }
}

/// <summary>y = ln(1 + e^(βx)) / β, and x itself where βx is above a threshold: y′ = σ(βx), or 1.</summary>
internal readonly struct SoftplusFunction(double beta, double threshold) : IScalarFunction
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>ln(1 + eˣ), without overflow.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1PFunction.Log1P(Math.Exp(-Math.Abs(x)));

    public double Value(double x) => beta * x > threshold ? x : Softplus(beta * x) / beta;

    public double Derivative(double x, double y) => beta * x > threshold ? 1 : Sigmoid(beta * x);
}

/// <summary>y = ln σ(x) = -ln(1 + e⁻ˣ): y′ = σ(-x).</summary>
internal readonly struct LogSigmoidFunction : IScalarFunction
{
    public double Value(double x) => -SoftplusFunction.Softplus(-x);

    public double Derivative(double x, double y) => SoftplusFunction.Sigmoid(-x);
}

/// <summary>y = x · tanh s with s = ln(1 + eˣ) (Misra 2019): y′ = tanh s + x · (1 - tanh² s) · σ(x).</summary>
internal readonly struct MishFunction : IScalarFunction
{
    public double Value(double x) => x * Math.Tanh(SoftplusFunction.Softplus(x));

    public double Derivative(double x, double y)
    {
        double tanh = Math.Tanh(SoftplusFunction.Softplus(x));
        return tanh + (x * (1 - (tanh * tanh)) * SoftplusFunction.Sigmoid(x));
    }
}

/// <summary>y = x above 0 and α · (eˣ - 1) below (Clevert et al. 2015): y′ = 1, or α · eˣ.</summary>
internal readonly struct EluFunction(double alpha) : IScalarFunction
{
    // e^x - 1 = 2 · e^(x/2) · sinh(x/2), which keeps the digits of small x.
    public double Value(double x) => x > 0 ? x : alpha * 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

    public double Derivative(double x, double y) => x > 0 ? 1 : alpha * Math.Exp(x);
}

/// <summary>y = x above 0 and s · x below: y′ = 1, or s.</summary>
internal readonly struct LeakyReluFunction(double slope) : IScalarFunction
{
    public double Value(double x) => x > 0 ? x : slope * x;

    public double Derivative(double x, double y) => x > 0 ? 1 : slope;
}

/// <summary>y = x² / (2β) where |x| is below β, and |x| - β/2 beyond: y′ = x / β, or the sign of x.</summary>
internal readonly struct SmoothAbsFunction(double beta) : IScalarFunction
{
    public double Value(double x) => Math.Abs(x) < beta ? x * x / (2 * beta) : Math.Abs(x) - (beta / 2);

    public double Derivative(double x, double y) => Math.Abs(x) < beta ? x / beta : Math.Sign(x);
}

/// <summary>y = x · ln x, 0 at 0: y′ = ln x + 1.</summary>
internal readonly struct XLogXFunction : IScalarFunction
{
    public double Value(double x) => x == 0 ? 0 : x * Math.Log(x);

    public double Derivative(double x, double y) => Math.Log(x) + 1;
}
