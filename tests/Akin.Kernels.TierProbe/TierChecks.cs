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
    ];
}
