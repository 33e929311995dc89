namespace Akin.Kernels.Lanes;

/// <summary>One step of a sum or maximum over one or two rows, written once for every number of lanes.</summary>
internal interface IReducer
{
    /// <summary>Takes the next lanes of the rows into the accumulator; <paramref name="parameter"/> is a constant of the whole row.</summary>
    static abstract V Step<V>(V accumulator, V x, V y, V parameter)
        where V : unmanaged, ILanes<V>;
}
