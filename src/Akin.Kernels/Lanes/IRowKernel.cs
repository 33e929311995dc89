namespace Akin.Kernels.Lanes;

/// <summary>Work on one row of a matrix (or one column block, or one sequence), independent of all other rows.</summary>
internal interface IRowKernel
{
    void Run<V>(int row)
        where V : unmanaged, ILanes<V>;
}
