using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Pipelines;
using Akin.Tokenizers;
using Akin.Training.FineTuning;
using Akin.Training.Metrics.Answers;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.FineTuning;

public sealed class QuestionSetTests
{
    private const int MaxLength = 384;
    private const int DocStride = 128;
    private const string Korean = "ko-korquad1-dev/KorQuAD_v1.0_dev.json.gz";
    private const string Chinese = "zh-cmrc2018/squad-style/cmrc2018_dev.json.gz";

    /// <summary>The best that a model could reach: the answers that the right tokens spell. Tokens of Korean words hold a particle at times.</summary>
    [SharedTheory("data/" + Korean, "data/" + Chinese, "models/multilingual-e5-small-cjk", "models/all-MiniLM-L6-v2")]
    [InlineData(Korean, "multilingual-e5-small-cjk", 5774, 7323, 88.79, 98.75)]
    [InlineData(Korean, "all-MiniLM-L6-v2", 5774, 20194, 92.24, 98.72)]
    [InlineData(Chinese, "multilingual-e5-small-cjk", 3219, 4882, 96.99, 99.68)]
    [InlineData(Chinese, "all-MiniLM-L6-v2", 3219, 6288, 99.97, 99.98)]
    public void Load_OfRealQuestions_SpellsTheirAnswersInTheTokensOfTheirPlaces(
        string file, string model, int questionCount, int windowCount, double exactMatch, double f1)
    {
        string path = Repository.Shared("data", file);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Shared("models", model));
        QuestionSet set = QuestionSet.Load(path, new QuestionEncoder(tokenizer, MaxLength, DocStride));
        Assert.Equal(questionCount, set.QuestionCount);
        Assert.Equal(windowCount, set.Examples.Count);
        Assert.Equal(CountWindows(path, tokenizer), set.Examples.Count);
        Assert.All(set.Examples, example => Assert.InRange(example.Text.TokenCount, 5, MaxLength));

        IReadOnlyList<QuestionAnswer> answers = set.Answer([.. set.Examples.Select(Certain)], MaxLength);
        Assert.All(answers, answer => Assert.Contains(answer.Expected, expected => answer.Predicted.Contains(expected.Trim(), StringComparison.Ordinal)));
        AnswerReport report = AnswerReport.Compute(answers, file == Korean ? AnswerRules.KorQuad : AnswerRules.Cmrc);
        Assert.Equal((exactMatch, f1), (Math.Round(report.All.ExactMatch, 2), Math.Round(report.All.F1, 2)));
        Assert.Equal(file == Korean ? 0 : 1, set.Notes.Count()); // answers of CMRC stand elsewhere than the file says
    }

    /// <summary>Logits of a model that knows the answer.</summary>
    private static Prediction Certain(QuestionAnsweringExample example)
    {
        int length = example.Text.TokenCount;
        float[] logits = new float[2 * length];
        if (example.StartPosition < length)
        {
            (logits[example.StartPosition], logits[length + example.EndPosition]) = (10, 10);
        }

        return new Prediction(logits, length);
    }

    private static int CountWindows(string path, Tokenizer tokenizer)
    {
        EncodeOptions plain = new() { AddSpecialTokens = false };
        Dictionary<string, int> lengths = [];
        int count = 0;
        foreach (DatasetRow row in SquadFiles.LoadFile(path))
        {
            int room = MaxLength - tokenizer.CountSpecialTokens(pair: true) - tokenizer.Encode(row.Get<string>("question"), options: plain).Length;
            string context = row.Get<string>("context");
            lengths.TryAdd(context, lengths.TryGetValue(context, out int known) ? known : tokenizer.Encode(context, options: plain).Length);
            count += 1 + Math.Max(0, (lengths[context] - room + room - DocStride - 1) / (room - DocStride));
        }

        return count;
    }
}
