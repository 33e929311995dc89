namespace Akin.Kernels.TierProbe;

/// <summary>The checks that every tier must pass, in this process and with instruction sets switched off.</summary>
public static class TierChecks
{
    public static IReadOnlyList<Action<KernelTier>> All { get; } =
    [
        GemmChecks.LinearEqualsReference,
        GemmChecks.GeneralEqualsReference,
        GemmChecks.RowsAreInvariant,
        AttentionChecks.ForwardEqualsReference,
        AttentionChecks.SequencesAreInvariant,
        AttentionChecks.BackwardEqualsReference,
        MathChecks.FunctionsAreAccurate,
        MathChecks.DerivativesAreAccurate,
        MathChecks.ElementsAreIndependent,
        RowChecks.RowsEqualReference,
        RowChecks.RowsAreInvariant,
        RowChecks.NormGradientsEqualReference,
        RowChecks.ParameterGradientsAreInvariant,
        RowChecks.SpecialRowsBehaveAsInPyTorch,
        PoolingChecks.PoolingEqualsReference,
        PoolingChecks.SequencesAreInvariant,
        DistanceChecks.ScoresEqualReference,
        DistanceChecks.ScanEqualsSorting,
        DistanceChecks.PickedRowsEqualReference,
    ];
}
