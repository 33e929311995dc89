using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

// The operators of ElementWise: each names one function of LaneMath. A backward operator takes x and dy and gives dx = dy · f'(x).

/// <summary>e^x.</summary>
internal readonly struct ExpOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Exp(x);
}

/// <summary>ln x.</summary>
internal readonly struct LogOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Log(x);
}

/// <summary>erf x.</summary>
internal readonly struct ErfOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Erf(x);
}

/// <summary>tanh x.</summary>
internal readonly struct TanhOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Tanh(x);
}

/// <summary>σ(x).</summary>
internal readonly struct SigmoidOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Sigmoid(x);
}

/// <summary>x σ(x).</summary>
internal readonly struct SiluOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Silu(x);
}

/// <summary>x σ(1.702 x).</summary>
internal readonly struct QuickGeluOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.QuickGelu(x);
}

/// <summary>The tanh-GELU.</summary>
internal readonly struct GeluTanhOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.GeluTanh(x);
}

/// <summary>x Φ(x).</summary>
internal readonly struct GeluOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => LaneMath.Gelu(x);
}

/// <summary>max(x, 0); NaN stays NaN.</summary>
internal readonly struct ReluOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => V.Max(V.Create(0), x);
}

/// <summary>x.</summary>
internal readonly struct IdentityOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V> => x;
}

/// <summary>A function of x + y.</summary>
internal readonly struct OfSum<TOperator> : IBinaryOperator
    where TOperator : struct, IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => TOperator.Invoke(x + y);
}

/// <summary>dy times the derivative of <see cref="TanhOperator"/>.</summary>
internal readonly struct TanhBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.TanhDerivative(x);
}

/// <summary>dy times the derivative of <see cref="SigmoidOperator"/>.</summary>
internal readonly struct SigmoidBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.SigmoidDerivative(x);
}

/// <summary>dy times the derivative of <see cref="SiluOperator"/>.</summary>
internal readonly struct SiluBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.SiluDerivative(x);
}

/// <summary>dy times the derivative of <see cref="QuickGeluOperator"/>.</summary>
internal readonly struct QuickGeluBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.QuickGeluDerivative(x);
}

/// <summary>dy times the derivative of <see cref="GeluTanhOperator"/>.</summary>
internal readonly struct GeluTanhBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.GeluTanhDerivative(x);
}

/// <summary>dy times the derivative of <see cref="GeluOperator"/>.</summary>
internal readonly struct GeluBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * LaneMath.GeluDerivative(x);
}

/// <summary>dy where x is above 0; a NaN of x stays.</summary>
internal readonly struct ReluBackwardOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.IfLess(V.Create(0), x, y, V.Max(V.Create(0), x));
}
