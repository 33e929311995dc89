using System.Text.Json.Nodes;
using Akin.Training.Schedules;

namespace Akin.Training.Tests.Schedules;

/// <summary>Every schedule of transformers and google's against golden/training/optim/schedules.json.</summary>
public class GoldenScheduleTests
{
    /// <summary>Written in the golden's README.</summary>
    private const double Tolerance = 1e-12;

    private static readonly JsonNode Golden = GoldenTensor.Read("optim", "schedules.json");

    public static TheoryData<int, string> Cases()
    {
        TheoryData<int, string> cases = [];
        for (int i = 0; i < Golden["schedules"]!.AsArray().Count; i++)
        {
            cases.Add(i, Golden["schedules"]![i]!["name"]!.GetValue<string>());
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Factor_OfEveryStep_EqualsTheReference(int index, string name)
    {
        JsonNode golden = Golden["schedules"]![index]!;
        JsonNode settings = golden["params"]!;
        SchedulerType type = Enum.Parse<SchedulerType>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        SchedulerOptions options = new()
        {
            CycleCount = settings["num_cycles"]?.GetValue<double>(),
            Power = settings["power"]?.GetValue<double>() ?? 1,
            EndLearningRate = settings["lr_end"]?.GetValue<double>() ?? 1e-7,
            Timescale = settings["timescale"]?.GetValue<double>(),
            MinLearningRateRatio = (settings["min_lr_rate"] ?? settings["min_lr_ratio"])?.GetValue<double>() ?? 0,
            DecaySteps = settings["decay"]?.GetValue<int>() ?? 0,
            WarmupShape = Ramp(settings["warmup_type"]),
            DecayShape = Ramp(settings["decay_type"]),
        };
        JsonArray rates = golden["lr"]!.AsArray();
        LearningRateSchedule schedule = LearningRateSchedule.Create(type, settings["warmup"]?.GetValue<int>() ?? 0, settings["total"]?.GetValue<int>() ?? rates.Count, options);
        for (int step = 0; step < rates.Count; step++)
        {
            Assert.Equal(rates[step]!.GetValue<double>(), schedule.Factor(step), Tolerance);
        }
    }

    [Fact]
    public void Polynomial_WithASmallRate_EndsAtAnAbsoluteRate()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Create(SchedulerType.Polynomial, 0, 10, new SchedulerOptions { EndLearningRate = 1e-6 });
        Assert.Equal(1e-6, 5e-5 * schedule.Factor(11, 5e-5), 1e-15);
    }

    [Fact]
    public void Create_OfNegativeSteps_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Linear(-1, 10));

    private static RampShape Ramp(JsonNode? name) => name?.GetValue<string>() switch
    {
        "linear" => RampShape.Linear,
        "1-sqrt" => RampShape.OneMinusSqrt,
        _ => RampShape.Cosine,
    };
}
