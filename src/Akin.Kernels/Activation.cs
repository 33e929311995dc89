namespace Akin.Kernels;

/// <summary>An element-wise function that follows a linear layer; <see cref="Activations"/> gives the formulas and their accuracy.</summary>
public enum Activation
{
    /// <summary>y = x.</summary>
    None,

    /// <summary>y = x · Φ(x), with Φ the normal distribution function (Hendrycks and Gimpel 2016); "gelu" in configurations.</summary>
    Gelu,

    /// <summary>y = x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))); "gelu_new", "gelu_pytorch_tanh" in configurations.</summary>
    GeluTanh,

    /// <summary>y = x · σ(1.702 x); "quick_gelu" in configurations (CLIP).</summary>
    QuickGelu,

    /// <summary>y = x · σ(x); "silu" or "swish" in configurations.</summary>
    Silu,

    /// <summary>y = tanh(x).</summary>
    Tanh,

    /// <summary>y = max(x, 0).</summary>
    Relu,

    /// <summary>y = σ(x) = 1 / (1 + e⁻ˣ).</summary>
    Sigmoid,
}
