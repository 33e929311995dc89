namespace Akin.Kernels.Lanes;

/// <summary>What becomes of two numbers at the same place of two rows, given two constants of the row.</summary>
internal interface IRowMap
{
    static abstract V Invoke<V>(V x, V y, V a, V b)
        where V : unmanaged, ILanes<V>;
}
