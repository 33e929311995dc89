using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Training.FineTuning;

namespace Akin.Training.Tests.FineTuning;

public sealed class TokenClassifierFineTuningTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_OnWordsInSeveralPieces_LearnsTheirTags()
    {
        // Harriet, Lisbon and bicycle are two pieces each.
        string train = Write("train.conll", string.Concat(Enumerable.Repeat(
            "Mina X B-PER\nHarriet X I-PER\nlived X O\nin X O\nLisbon X B-LOC\n. X O\n\nTomas X B-PER\nsold X O\na X O\nbicycle X O\n\nBusan X B-LOC\nmoved X O\n\n", 4)));
        TokenClassifierOptions options = Options(train);
        FineTuningResult result = TokenClassifierFineTuning.Train(options);
        Assert.Equal(1, result.Metrics["eval_f1"]);
        Assert.Equal(["LOC", "PER"], result.Report.Classes.Select(type => type.Name));
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(result.OutputDir, "config.json")))!;
        Assert.Equal(["O", "B-LOC", "B-PER", "I-PER"], config["id2label"]!.AsObject().Select(label => label.Value!.GetValue<string>()));
    }

    [Fact]
    public void Train_OnATagThatIsNotLearned_NamesTheLine()
    {
        string train = Write("train.conll", "Mina B-PER\nlived O\n\n"), eval = Write("eval.conll", "Mina B-PER\nlived O\nin O\n\nBusan B-LOC\n");
        DataFormatException error = Assert.Throws<DataFormatException>(() => TokenClassifierFineTuning.Train(Options(train) with { Eval = eval }));
        Assert.Contains("eval.conll, line 5", error.Message);
        Assert.Contains("'B-LOC'", error.Message);
    }

    private TokenClassifierOptions Options(string train)
    {
        TokenClassifierOptions options = new() { Model = TinyModel.In(_temporary.File("model"), "token_classification"), Train = train, Eval = train };
        return options with { Arguments = options.Arguments with { OutputDir = _temporary.File("output"), LearningRate = 5e-3, MaxSteps = 60, Seed = 3 } };
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_temporary.File(name), text);
        return _temporary.File(name);
    }
}
