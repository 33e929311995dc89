namespace Akin.Training.Schedules;

/// <summary>How the learning rate runs, named as in transformers (<c>lr_scheduler_type</c>).</summary>
public enum SchedulerType
{
    /// <summary>Warm-up, then a straight line to 0.</summary>
    Linear,

    /// <summary>Warm-up, then half a cosine wave to 0.</summary>
    Cosine,

    /// <summary>Warm-up, then cosine waves that each begin at the full rate.</summary>
    CosineWithRestarts,

    /// <summary>Warm-up, then a power of the remaining share, down to an end rate.</summary>
    Polynomial,

    /// <summary>The full rate throughout.</summary>
    Constant,

    /// <summary>Warm-up, then the full rate.</summary>
    ConstantWithWarmup,

    /// <summary>Warm-up, then one over the square root of the step.</summary>
    InverseSqrt,

    /// <summary>Warm-up, then half a cosine wave to a least rate.</summary>
    CosineWithMinLr,

    /// <summary>Warm-up, the full rate for most of the run, then a decay.</summary>
    WarmupStableDecay,

    /// <summary>google-research/bert: a straight line to 0 from the first step on, replaced by the warm-up while that lasts.</summary>
    GoogleBert,
}
