using Akin.Training.Metrics;
using Akin.Training.Reports;

namespace Akin.Training.Tests.Reports;

/// <summary>A report of a made-up training, with Korean, Chinese and long names.</summary>
internal static class SampleReports
{
    public static string[] Names { get; } = ["정치", "경제·금융", "社会新闻", "Sports", "a rather long class name", "IT/과학"];

    public static TrainingReport Classifier()
    {
        Random random = new(5);
        List<IReadOnlyDictionary<string, double>> history = [];
        for (int step = 10; step <= 600; step += 10)
        {
            double rate = 5e-5 * Math.Min(step / 60.0, (600.0 - step) / 540);
            double loss = (1.8 * Math.Exp(-step / 150.0)) + 0.12 + (0.12 * random.NextDouble());
            history.Add(new Dictionary<string, double> { ["step"] = step, ["loss"] = loss, ["grad_norm"] = 1 + (3 * random.NextDouble()), ["learning_rate"] = rate, ["epoch"] = step / 200.0 });
            if (step % 100 == 0)
            {
                double accuracy = 0.9 - (0.5 * Math.Exp(-step / 150.0));
                history.Add(new Dictionary<string, double>
                {
                    ["step"] = step,
                    ["eval_loss"] = (1.5 * Math.Exp(-step / 170.0)) + 0.3,
                    ["eval_accuracy"] = accuracy,
                    ["eval_f1_macro"] = accuracy - 0.03,
                    ["eval_runtime"] = 3,
                    ["eval_samples_per_second"] = 400,
                });
            }
        }

        int[] expected = [.. Enumerable.Range(0, 1200).Select(i => i * i % 7 % Names.Length)];
        int[] predicted = [.. expected.Select(label => random.NextDouble() < 0.85 ? label : random.Next(Names.Length))];
        return new TrainingReport
        {
            Title = "뉴스 분류 · all-MiniLM-L6-v2",
            Facts = [new("model", "all-MiniLM-L6-v2"), new("train", "뉴스.tsv, 12,000 examples"), new("learning rate", "5e-5, linear"), new("time", "4 min 12 s")],
            History = history,
        }.With(ClassificationReport.Compute(expected, predicted, Names));
    }
}
