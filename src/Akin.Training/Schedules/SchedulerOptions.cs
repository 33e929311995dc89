namespace Akin.Training.Schedules;

/// <summary>Further settings of a schedule (transformers' <c>lr_scheduler_kwargs</c>); each says for which kinds it counts.</summary>
public sealed record SchedulerOptions
{
    /// <summary>
    /// Waves after the warm-up. <see cref="SchedulerType.Cosine"/>, <see cref="SchedulerType.CosineWithMinLr"/> and the decay of
    /// <see cref="SchedulerType.WarmupStableDecay"/>: default 0.5, half a wave; <see cref="SchedulerType.CosineWithRestarts"/>: default 1.
    /// </summary>
    public double? CycleCount { get; init; }

    /// <summary><see cref="SchedulerType.Polynomial"/>: the exponent. Default: 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary><see cref="SchedulerType.Polynomial"/>: the rate at the end, not a share. Default: 1e-7.</summary>
    public double EndLearningRate { get; init; } = 1e-7;

    /// <summary><see cref="SchedulerType.InverseSqrt"/>: steps in which the rate falls by √2. Default: the warm-up steps, or 10,000 without any.</summary>
    public double? Timescale { get; init; }

    /// <summary><see cref="SchedulerType.CosineWithMinLr"/>, <see cref="SchedulerType.WarmupStableDecay"/>: the least rate as a share. Default: 0.</summary>
    public double MinLearningRateRatio { get; init; }

    /// <summary><see cref="SchedulerType.WarmupStableDecay"/>: steps of the decay, at the end. Default: none.</summary>
    public int DecaySteps { get; init; }

    /// <summary><see cref="SchedulerType.WarmupStableDecay"/>: the form of the warm-up. Default: linear.</summary>
    public RampShape WarmupShape { get; init; } = RampShape.Linear;

    /// <summary><see cref="SchedulerType.WarmupStableDecay"/>: the form of the decay. Default: cosine.</summary>
    public RampShape DecayShape { get; init; } = RampShape.Cosine;
}
