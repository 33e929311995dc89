using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Functions of every number of a tensor. The formulas and their derivatives stand beside each other in UnaryFunctions.cs.</summary>
public static class UnaryOperation
{
    private const int NumbersPerTask = 16 * 1024;

    /// <summary>x + b.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="number">b.</param>
    public static Tensor Add(this ForwardContext context, Tensor input, float number) => Apply(context, input, new AffineFunction(1, number));

    /// <summary>x · a.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="number">a.</param>
    public static Tensor Multiply(this ForwardContext context, Tensor input, float number) => Apply(context, input, new AffineFunction(number, 0));

    /// <summary>a · x + b.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="scale">a.</param>
    /// <param name="shift">b.</param>
    public static Tensor Affine(this ForwardContext context, Tensor input, float scale, float shift) =>
        Apply(context, input, new AffineFunction(scale, shift));

    /// <summary>-x.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    public static Tensor Negate(this ForwardContext context, Tensor input) => Apply(context, input, new AffineFunction(-1, 0));

    /// <summary>eˣ.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Exp(this ForwardContext context, Tensor input) => Apply(context, input, default(ExpFunction));

    /// <summary>ln x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Log(this ForwardContext context, Tensor input) => Apply(context, input, default(LogFunction));

    /// <summary>ln(1 + x), exact for small x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Log1P(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<Log1PFunction>));

    /// <summary>√x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Sqrt(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<SqrtFunction>));

    /// <summary>1 / √x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Rsqrt(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<RsqrtFunction>));

    /// <summary>1 / x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Reciprocal(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<ReciprocalFunction>));

    /// <summary>x².</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Square(this ForwardContext context, Tensor input) => Apply(context, input, default(SquareFunction));

    /// <summary>xᵖ.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="exponent">p.</param>
    public static Tensor Pow(this ForwardContext context, Tensor input, double exponent) =>
        Apply(context, input, new NumberByNumber<PowFunction>(new PowFunction(exponent)));

    /// <summary>|x|; the gradient at 0 is 0.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Abs(this ForwardContext context, Tensor input) => Apply(context, input, default(AbsFunction));

    /// <summary>x limited to a range; the gradient passes within it, and not at its bounds (as PyTorch 2.15 computes; older versions pass it there).</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="lowest">The lower bound. Default: none.</param>
    /// <param name="highest">The upper bound. Default: none.</param>
    public static Tensor Clamp(
        this ForwardContext context, Tensor input, float lowest = float.NegativeInfinity, float highest = float.PositiveInfinity) =>
        Apply(context, input, new ClampFunction(lowest, highest));

    /// <summary>The error function.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Erf(this ForwardContext context, Tensor input) => Apply(context, input, default(ErfFunction));

    /// <summary>An activation function.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="activation">Which; <see cref="Activation"/> gives the formulas.</param>
    public static Tensor Activate(this ForwardContext context, Tensor input, Activation activation) =>
        activation == Activation.None ? input : Apply(context, input, new ActivationFunction(activation));

    /// <summary>x · Φ(x), with the normal distribution function Φ.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Gelu(this ForwardContext context, Tensor input) => context.Activate(input, Activation.Gelu);

    /// <summary>max(x, 0).</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Relu(this ForwardContext context, Tensor input) => context.Activate(input, Activation.Relu);

    /// <summary>tanh x.</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Tanh(this ForwardContext context, Tensor input) => context.Activate(input, Activation.Tanh);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Sigmoid(this ForwardContext context, Tensor input) => context.Activate(input, Activation.Sigmoid);

    /// <summary>ln(1 / (1 + e⁻ˣ)).</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor LogSigmoid(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<LogSigmoidFunction>));

    /// <summary>ln(1 + e^(βx)) / β, and x itself where βx is above the threshold.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="beta">β. Default: 1.</param>
    /// <param name="threshold">Default: 20, as in PyTorch.</param>
    public static Tensor Softplus(this ForwardContext context, Tensor input, double beta = 1, double threshold = 20) =>
        Apply(context, input, new NumberByNumber<SoftplusFunction>(new SoftplusFunction(beta, threshold)));

    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    /// <inheritdoc cref="Negate"/>
    public static Tensor Mish(this ForwardContext context, Tensor input) => Apply(context, input, default(NumberByNumber<MishFunction>));

    /// <summary>x above 0, and α · (eˣ - 1) below.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="alpha">α. Default: 1.</param>
    public static Tensor Elu(this ForwardContext context, Tensor input, double alpha = 1) =>
        Apply(context, input, new NumberByNumber<EluFunction>(new EluFunction(alpha)));

    /// <summary>x above 0, and a small multiple of it below.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="slope">The factor below 0. Default: 0.01.</param>
    public static Tensor LeakyRelu(this ForwardContext context, Tensor input, double slope = 0.01) =>
        Apply(context, input, new NumberByNumber<LeakyReluFunction>(new LeakyReluFunction(slope)));

    internal static Tensor Apply<TFunction>(ForwardContext context, Tensor input, TFunction function)
        where TFunction : struct, IUnaryFunction
    {
        Tensor output = context.Rent(input.Shape);
        ForwardBody<TFunction> body = new() { Function = function, Input = input.Span, Output = output.Span };
        context.Pool.For(TaskCount(input.Span.Length), ref body);
        if (context.Records(input))
        {
            context.Record(new Node<TFunction>(function, input, output));
        }

        return output;
    }

    private static int TaskCount(int length) => (length + NumbersPerTask - 1) / NumbersPerTask;

    private static Range Part(int taskIndex, int length) => (taskIndex * NumbersPerTask)..Math.Min((taskIndex + 1) * NumbersPerTask, length);

    private sealed class Node<TFunction>(TFunction function, Tensor input, Tensor output) : TapeNode(output)
        where TFunction : struct, IUnaryFunction
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y = f(x):  dx = dy · f′(x).
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            BackwardBody<TFunction> body = new() { Function = function, Input = input.Span, Output = Output.Span, Gradient = outputGradient.Span };
            context.Pool.For(TaskCount(input.Span.Length), ref body);
            context.PassOn(outputGradient, input);
        }
    }

    private ref struct ForwardBody<TFunction> : IParallelBody
        where TFunction : struct, IUnaryFunction
    {
        public TFunction Function;
        public ReadOnlySpan<float> Input;
        public Span<float> Output;

        public void Execute(int taskIndex)
        {
            Range part = Part(taskIndex, Input.Length);
            Function.Forward(Input[part], Output[part]);
        }
    }

    private ref struct BackwardBody<TFunction> : IParallelBody
        where TFunction : struct, IUnaryFunction
    {
        public TFunction Function;
        public ReadOnlySpan<float> Input;
        public ReadOnlySpan<float> Output;
        public Span<float> Gradient;

        public void Execute(int taskIndex)
        {
            Range part = Part(taskIndex, Input.Length);
            Function.Backward(Input[part], Output[part], Gradient[part]);
        }
    }
}
