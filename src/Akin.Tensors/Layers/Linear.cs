using Akin.Kernels;

namespace Akin.Tensors.Layers;

/// <summary><c>y = activation(x · Wᵀ + b) + residual</c>, with W <c>[outputs, inputs]</c> under <c>weight</c> and b <c>[outputs]</c> under <c>bias</c>.</summary>
/// <remarks>
/// Loaded for inference, W exists only packed for the kernels. Loaded for training it stays row-major and is packed again after every change. Several
/// linear layers over the same input may be fused into one product; their weights keep their own names. Thread-safe while the weights do not change.
/// </remarks>
public sealed class Linear
{
    private const string WeightName = "weight";

    private readonly PackedMatrix _packed;
    private readonly Tensor? _weight; // row-major; null when the model was loaded for inference
    private readonly Tensor? _bias;
    private readonly Tensor[] _weights; // W and b, as far as they are tensors
    private readonly bool _isTransposed; // whether _weight is Wᵀ
    private int _packedVersion;

    /// <summary>Loads a layer.</summary>
    /// <param name="weights">Where <c>weight</c> and <c>bias</c> are.</param>
    /// <param name="inputSize">Columns of W.</param>
    /// <param name="outputSize">Rows of W.</param>
    public Linear(Weights weights, int inputSize, int outputSize)
        : this([weights], inputSize, outputSize, hasBias: true)
    {
    }

    private Linear(Weights[] parts, int inputSize, int outputSize, bool hasBias, bool isTransposed = false)
    {
        _isTransposed = isTransposed;
        Shape shape = isTransposed ? new(inputSize, outputSize) : new(outputSize, inputSize);
        foreach (Weights part in parts)
        {
            part.Require(WeightName, shape);
        }

        _packed = new PackedMatrix(inputSize, parts.Length * outputSize);
        if (parts[0].IsTrainable)
        {
            _weight = Weights.Load(parts, WeightName, shape, Initialization.Normal)[0].Whole;
            Pack(_weight.Span, WorkerPool.Shared);
        }
        else if (isTransposed)
        {
            _packed.PackTransposed(0, parts[0].Read(WeightName, shape, Initialization.Normal));
            parts[0].Register(_packed, WeightName, shape, firstRow: 0, isTransposed: true);
        }
        else
        {
            for (int i = 0; i < parts.Length; i++)
            {
                _packed.Pack(i * outputSize, parts[i].Read(WeightName, shape, Initialization.Normal), WorkerPool.Shared);
                parts[i].Register(_packed, WeightName, shape, i * outputSize);
            }
        }

        if (hasBias)
        {
            _bias = Weights.Load(parts, "bias", new Shape(outputSize), Initialization.Zeros)[0].Whole;
        }

        _weights = Tensors(_weight, _bias);
    }

    private Linear(Parameter weight, Parameter? bias)
    {
        _packed = new PackedMatrix(weight.Shape[1], weight.Shape[0]);
        if (weight.ScaledRows is not null)
        {
            float[] value = new float[weight.Shape.ElementCount];
            weight.CopyTo(value);
            _packed.Pack(0, value, WorkerPool.Shared);
        }
        else
        {
            Tensor value = weight.Value;
            _packed.Pack(0, value.Span, WorkerPool.Shared);
            _packedVersion = value.Version;
            _weight = weight.RequiresGradient ? value : null;
        }

        _bias = bias?.Whole;
        _weights = Tensors(_weight, _bias);
    }

    /// <summary>Floats in a row of the result.</summary>
    public int OutputSize => _packed.OutputSize;

    /// <summary>Loads a layer that has no bias.</summary>
    /// <inheritdoc cref="Linear(Weights, int, int)"/>
    public static Linear WithoutBias(Weights weights, int inputSize, int outputSize) => new([weights], inputSize, outputSize, hasBias: false);

    /// <summary>Loads several layers of one size over the same input as one product: <c>y = [y₀, y₁, …]</c>.</summary>
    /// <param name="parts">Where each layer's <c>weight</c> and <c>bias</c> are.</param>
    /// <param name="inputSize">Columns of every W.</param>
    /// <param name="outputSize">Rows of every W.</param>
    public static Linear Fused(Weights[] parts, int inputSize, int outputSize) => new(parts, inputSize, outputSize, hasBias: true);

    /// <summary>Loads several layers that have no bias as one product.</summary>
    /// <inheritdoc cref="Fused"/>
    public static Linear FusedWithoutBias(Weights[] parts, int inputSize, int outputSize) => new(parts, inputSize, outputSize, hasBias: false);

    /// <summary>Loads a layer whose matrix is stored as <c>[inputs, outputs]</c>: GPT-2's <c>Conv1D</c>.</summary>
    /// <inheritdoc cref="Linear(Weights, int, int)"/>
    public static Linear Conv1D(Weights weights, int inputSize, int outputSize) => new([weights], inputSize, outputSize, hasBias: true, isTransposed: true);

    /// <summary>Makes a layer of weights that another layer owns, as a decoder shares the word embeddings.</summary>
    /// <param name="weight">W, row-major or bytes.</param>
    /// <param name="bias">b, or <see langword="null"/> for none.</param>
    public static Linear Tied(Parameter weight, Parameter? bias) => new(weight, bias);

    /// <summary>Applies the layer.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, <c>[tokens, inputs]</c>.</param>
    /// <param name="activation">Applied to every number of the product.</param>
    /// <param name="residual">Added at the end, <c>[tokens, outputs]</c>.</param>
    /// <param name="dropout">Probability of dropout before the residual is added, in training.</param>
    /// <returns><c>[tokens, outputs]</c>.</returns>
    public Tensor Forward(
        ForwardContext context, Tensor input, Activation activation = Activation.None, Tensor? residual = null, float dropout = 0)
    {
        PackAgainIfChanged(context.Pool);
        bool records = context.Records(input) || context.Records(_weight) || context.Records(_bias) || context.Records(residual);
        bool drops = context.Drops(dropout);
        Tensor output = context.Rent(new Shape(input.RowCount, OutputSize));

        // The derivative of an activation needs what it was given.
        Tensor? preActivation = records && activation != Activation.None ? context.Rent(output.Shape) : null;
        Epilogue epilogue = new()
        {
            Bias = _bias is null ? [] : _bias.Span,
            Activation = activation,
            PreActivation = preActivation is null ? [] : preActivation.Span,
            Residual = residual is null || drops ? [] : residual.Span,
        };
        Gemm.Multiply(input.Span, input.RowCount, _packed, epilogue, output.Span, context.Pool);
        ulong mask = 0;
        if (drops)
        {
            mask = context.NextDropoutKey();
            Dropout.Apply(output.Span, dropout, mask, residual is null ? [] : residual.Span, output.Span, context.Pool);
        }

        if (records)
        {
            context.Record(new Node(this, input, activation, residual, drops ? dropout : 0, mask, preActivation, output));
        }

        return output;
    }

    private static Tensor[] Tensors(params ReadOnlySpan<Tensor?> tensors) => [.. tensors.ToArray().OfType<Tensor>()];

    private void PackAgainIfChanged(WorkerPool pool)
    {
        if (_weight is not null && Volatile.Read(ref _packedVersion) != _weight.Version)
        {
            lock (_packed)
            {
                if (_packedVersion != _weight.Version) // another thread may have packed meanwhile, and reads what it packed
                {
                    Pack(_weight.Span, pool);
                    Volatile.Write(ref _packedVersion, _weight.Version);
                }
            }
        }
    }

    private void Pack(ReadOnlySpan<float> weight, WorkerPool pool)
    {
        if (_isTransposed)
        {
            _packed.PackTransposed(0, weight);
        }
        else
        {
            _packed.Pack(0, weight, pool);
        }
    }

    private sealed class Node(
        Linear layer, Tensor input, Activation activation, Tensor? residual, float dropout, ulong mask, Tensor? preActivation, Tensor output)
        : TapeNode(output, preActivation)
    {
        public override IReadOnlyList<Tensor> Weights => layer._weights;

        // With z = x·Wᵀ + b, m the mask of dropout, and y = f(z) ∘ m + r:
        // dr = dy,  dz = (dy ∘ m) · f′(z),  db = Σ rows of dz,  dW = dzᵀ·x,  dx = dz·W.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            // In place, unless the residual still needs dy.
            bool changes = dropout > 0 || preActivation is not null;
            bool needsCopy = changes && residual is { RequiresGradient: true };
            Tensor productGradient = needsCopy ? context.Rent(outputGradient.Shape) : outputGradient;
            ReadOnlySpan<float> gradient = outputGradient.Span;
            if (dropout > 0)
            {
                Dropout.Apply(gradient, dropout, mask, residual: [], productGradient.Span, context.Pool);
                gradient = productGradient.Span;
            }

            if (preActivation is not null)
            {
                Activations.Backward(activation, preActivation.Span, gradient, productGradient.Span, context.Pool);
            }

            Backward(context, productGradient.Span);
            if (needsCopy)
            {
                context.Arena.Release(productGradient);
            }

            if (needsCopy || !changes)
            {
                context.PassOn(outputGradient, residual);
            }
        }

        private void Backward(ForwardContext context, ReadOnlySpan<float> gradient)
        {
            int rowCount = input.RowCount;
            int inputSize = input.ColumnCount;
            int outputSize = layer.OutputSize;
            if (context.GradientOf(layer._bias) is { IsEmpty: false } biasGradient)
            {
                ColumnSums.Add(gradient, biasGradient, context.Pool);
            }

            if (context.GradientOf(layer._weight, out bool isFirst) is { IsEmpty: false } weightGradient)
            {
                if (layer._isTransposed)
                {
                    Gemm.Multiply(
                        Transpose.Yes, Transpose.No, inputSize, outputSize, rowCount,
                        1, input.Span, gradient, isFirst ? 0 : 1, weightGradient, context.Pool);
                }
                else
                {
                    Gemm.Multiply(
                        Transpose.Yes, Transpose.No, outputSize, inputSize, rowCount,
                        1, gradient, input.Span, isFirst ? 0 : 1, weightGradient, context.Pool);
                }
            }

            if (context.GradientOf(input, out isFirst) is { IsEmpty: false } inputGradient)
            {
                Gemm.Multiply(
                    Transpose.No, layer._isTransposed && layer._weight is not null ? Transpose.Yes : Transpose.No, rowCount, inputSize, outputSize,
                    1, gradient, layer.RowMajorWeight().Span, isFirst ? 0 : 1, inputGradient, context.Pool);
            }
        }
    }

    /// <summary>W for the gradient of the input, or Wᵀ as it is stored; W unpacked when the layer itself is not trained.</summary>
    private Tensor RowMajorWeight()
    {
        if (_weight is not null)
        {
            return _weight;
        }

        Tensor weight = new(new Shape(OutputSize, _packed.InputSize));
        _packed.Unpack(0, weight.Span);
        return weight;
    }
}
