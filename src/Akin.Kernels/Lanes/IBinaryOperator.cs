namespace Akin.Kernels.Lanes;

/// <summary>A function of two numbers, written once for every number of lanes.</summary>
internal interface IBinaryOperator
{
    static abstract V Invoke<V>(V x, V y)
        where V : unmanaged, ILanes<V>;
}
