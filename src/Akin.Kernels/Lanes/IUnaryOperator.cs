namespace Akin.Kernels.Lanes;

/// <summary>A function of one number, written once for every number of lanes.</summary>
internal interface IUnaryOperator
{
    static abstract V Invoke<V>(V x)
        where V : unmanaged, ILanes<V>;
}
