using Akin.Training.Optimizers;

namespace Akin.Training.Schedules;

/// <summary>The learning rate of every step as a share of the optimizer's own: a function of the step alone, so that it needs no state.</summary>
/// <remarks>Formulas of transformers (<c>optimization.py</c>, 5.23) and google-research/bert. Steps count from 0, so that a warm-up begins with rate 0.</remarks>
public sealed class LearningRateSchedule
{
    private readonly Func<long, double, double> _factor;

    private LearningRateSchedule(Func<long, double, double> factor) => _factor = factor;

    /// <summary>The full rate throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new((_, _) => 1);

    /// <summary>Warm-up, then a straight line to 0.</summary>
    /// <param name="warmupSteps">Steps in which the rate rises.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    public static LearningRateSchedule Linear(int warmupSteps, int totalSteps) => Create(SchedulerType.Linear, warmupSteps, totalSteps);

    /// <summary>A straight line to 0 from the first step on, replaced by the warm-up while that lasts: the peak is <c>1 - warmupSteps / totalSteps</c>.</summary>
    /// <param name="warmupSteps">Steps in which the rate rises.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    public static LearningRateSchedule GoogleBert(int warmupSteps, int totalSteps) => Create(SchedulerType.GoogleBert, warmupSteps, totalSteps);

    /// <summary>Makes a schedule of any kind.</summary>
    /// <param name="type">Which.</param>
    /// <param name="warmupSteps">Steps in which the rate rises, at least 0; <see cref="SchedulerType.Constant"/> has none.</param>
    /// <param name="totalSteps">Steps of the run, at least 0; without effect where a schedule has no end.</param>
    /// <param name="options">What only some kinds need.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of steps is negative, or there is no such kind.</exception>
    public static LearningRateSchedule Create(SchedulerType type, int warmupSteps, int totalSteps, SchedulerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(totalSteps);
        options ??= new SchedulerOptions();

        // Between the end of the warm-up (0) and the end of the run (1); it goes on beyond.
        double Progress(long step) => (step - warmupSteps) / (double)Math.Max(1, totalSteps - warmupSteps);
        return type switch
        {
            SchedulerType.Constant => Constant,
            SchedulerType.ConstantWithWarmup => AfterWarmup(warmupSteps, (_, _) => 1),
            SchedulerType.Linear => AfterWarmup(warmupSteps, (step, _) => Math.Max(0, (totalSteps - step) / (double)Math.Max(1, totalSteps - warmupSteps))),
            SchedulerType.Cosine => AfterWarmup(warmupSteps, (step, _) => Math.Max(0, Wave(Progress(step), options.CycleCount ?? 0.5))),
            SchedulerType.CosineWithRestarts => AfterWarmup(
                warmupSteps, (step, _) => Progress(step) >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * ((options.CycleCount ?? 1) * Progress(step) % 1))))),
            SchedulerType.Polynomial => AfterWarmup(warmupSteps, (step, baseRate) => Polynomial(step, baseRate, warmupSteps, totalSteps, options)),
            SchedulerType.InverseSqrt => InverseSqrt(warmupSteps, options.Timescale ?? (warmupSteps > 0 ? warmupSteps : 10_000)),
            SchedulerType.CosineWithMinLr => AfterWarmup(
                warmupSteps, (step, _) => Math.Max(0, (Wave(Progress(step), options.CycleCount ?? 0.5) * (1 - options.MinLearningRateRatio)) + options.MinLearningRateRatio)),
            SchedulerType.WarmupStableDecay => WarmupStableDecay(warmupSteps, totalSteps, options),
            SchedulerType.GoogleBert => AfterWarmup(warmupSteps, (step, _) => 1 - (Math.Min(step, totalSteps) / (double)Math.Max(1, totalSteps))),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"There is no such schedule; there are {string.Join(", ", Enum.GetNames<SchedulerType>())}."),
        };
    }

    /// <summary>The rate of a step as a share of the full rate.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="baseLearningRate">The full rate: a schedule that ends at an absolute rate needs it. Default: 1.</param>
    public double Factor(long step, double baseLearningRate = 1) => _factor(step, baseLearningRate);

    /// <summary>Sets the rates of an optimizer for a step.</summary>
    /// <param name="optimizer">Its groups' <see cref="ParameterGroup.LearningRate"/> become their initial rates times <see cref="Factor"/>.</param>
    /// <param name="step">From 0: the number of steps already taken.</param>
    public void Apply(Optimizer optimizer, long step)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        foreach (ParameterGroup group in optimizer.Groups)
        {
            group.LearningRate = group.InitialLearningRate * Factor(step, group.InitialLearningRate);
        }
    }

    private static LearningRateSchedule AfterWarmup(int warmupSteps, Func<long, double, double> factor) =>
        new((step, baseRate) => step < warmupSteps ? step / (double)Math.Max(1, warmupSteps) : factor(step, baseRate));

    private static double Wave(double progress, double cycleCount) => 0.5 * (1 + Math.Cos(Math.PI * cycleCount * 2 * progress));

    private static double Polynomial(long step, double baseRate, int warmupSteps, int totalSteps, SchedulerOptions options)
    {
        double end = baseRate == 0 ? 0 : options.EndLearningRate / baseRate;
        if (step > totalSteps)
        {
            return end;
        }

        double remaining = 1 - ((step - warmupSteps) / (double)Math.Max(1, totalSteps - warmupSteps));
        return ((1 - end) * Math.Pow(remaining, options.Power)) + end;
    }

    private static LearningRateSchedule InverseSqrt(int warmupSteps, double timescale) =>
        AfterWarmup(warmupSteps, (step, _) => 1 / Math.Sqrt((step + timescale - warmupSteps) / timescale));

    private static LearningRateSchedule WarmupStableDecay(int warmupSteps, int totalSteps, SchedulerOptions options)
    {
        double least = options.MinLearningRateRatio;
        int decayStart = totalSteps - options.DecaySteps;
        return new((step, _) =>
        {
            if (step < warmupSteps)
            {
                double done = step / (double)Math.Max(1, warmupSteps);
                double risen = options.WarmupShape switch
                {
                    RampShape.Linear => done,
                    RampShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * done)),
                    _ => 1 - Math.Sqrt(1 - done),
                };
                return (risen * (1 - least)) + least;
            }

            if (step < decayStart)
            {
                return 1;
            }

            if (step >= totalSteps)
            {
                return least;
            }

            double decayed = (step - decayStart) / (double)Math.Max(1, options.DecaySteps);
            double left = options.DecayShape switch
            {
                RampShape.Linear => 1 - decayed,
                RampShape.Cosine => Wave(decayed, options.CycleCount ?? 0.5),
                _ => 1 - Math.Sqrt(decayed),
            };
            return Math.Max(0, (left * (1 - least)) + least);
        });
    }
}
