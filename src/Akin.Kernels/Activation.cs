namespace Akin.Kernels;

/// <summary>Element-wise activations.</summary>
public enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>x·Φ(x), with erf.</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU.</summary>
    GeluTanh,

    /// <summary>x·sigmoid(1.702·x)</summary>
    QuickGelu,

    /// <summary>x·sigmoid(x)</summary>
    Silu,

    /// <summary>tanh(x)</summary>
    Tanh,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    Sigmoid,
}
