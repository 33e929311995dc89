using Akin.Datasets;
using Akin.Models;
using Akin.Training.FineTuning;
using Akin.Training.PreTraining;

namespace Akin.Training.Tests.FineTuning;

public sealed class MaskedLanguageModelFineTuningTests : IDisposable
{
    private const int Vocabulary = 97;

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_OnRunningTexts_FindsMaskedWords()
    {
        MaskedLanguageModelOptions options = Options("mlm", Corpus());
        FineTuningResult result = MaskedLanguageModelFineTuning.Train(options with { Eval = options.Train, MaxLength = 18, Arguments = options.Arguments with { MaxSteps = 400 } });
        Assert.True(result.Metrics["eval_loss"] < 2, $"The loss is {result.Metrics["eval_loss"]}; without any knowledge it is {Math.Log(Vocabulary)}.");
        Assert.True(result.Metrics["eval_accuracy"] > 0.6, $"{result.Metrics["eval_accuracy"]} of the masked words were found.");
        Assert.Equal(Math.Exp(result.Metrics["eval_loss"]), result.Metrics["eval_perplexity"]);
        Assert.Contains("(25 examples)", result.Report.Facts.Single(fact => fact.Key == "train").Value); // 400 pieces in blocks of 18 - 2
        AutoModelForMaskedLM.FromPretrained(result.OutputDir);
    }

    [Fact]
    public void Train_LineByLineWithWholeWords_TakesEveryTextAsAnExample()
    {
        MaskedLanguageModelOptions options = Options("mlm", Corpus());
        FineTuningResult result = MaskedLanguageModelFineTuning.Train(options with { LineByLine = true, WholeWords = true, EvalShare = 0.25 });
        Assert.Contains("(52 examples)", result.Report.Facts.Single(fact => fact.Key == "train").Value); // 70 lines, of which every fourth is held out
        Assert.True(result.Metrics["eval_loss"] < 3, $"The loss is {result.Metrics["eval_loss"]}.");
    }

    [Fact]
    public void Train_FromScratch_NeedsNoWeights()
    {
        MaskedLanguageModelOptions options = Options("mlm", Corpus());
        File.Delete(Path.Combine(options.Model, "model.safetensors"));
        FineTuningResult result = MaskedLanguageModelFineTuning.Train(options with { FromScratch = true, EvalShare = 0.1 });
        Assert.True(result.Metrics["eval_loss"] < 3.5, $"The loss is {result.Metrics["eval_loss"]}; without any knowledge it is {Math.Log(Vocabulary)}.");
    }

    [Fact]
    public void Train_OnPairs_LearnsBothTasksOfPreTraining()
    {
        MaskedLanguageModelOptions options = Options("mlm_nsp", _temporary.File("pairs"));
        PreTrainingData.Create(new PreTrainingDataOptions { Model = options.Model, Input = Corpus(), Output = options.Train, MaxLength = 32, Duplicates = 20 });
        FineTuningResult result = MaskedLanguageModelFineTuning.Train(options with { EvalShare = 0.2, Arguments = options.Arguments with { MaxSteps = 500 } });
        Assert.True(result.Metrics["eval_loss"] < 2.5, $"The loss is {result.Metrics["eval_loss"]}; without any knowledge it is {Math.Log(Vocabulary) + Math.Log(2)}.");
        Assert.True(result.Metrics["eval_next_sentence_accuracy"] > 0.75, $"{result.Metrics["eval_next_sentence_accuracy"]} of the relations were found.");
        Assert.True(result.Metrics["eval_masked_lm_accuracy"] > 0.5, $"{result.Metrics["eval_masked_lm_accuracy"]} of the masked words were found.");
        AutoModelForPreTraining.FromPretrained(result.OutputDir);
    }

    [Fact]
    public void Train_OnWhatDoesNotFit_SaysWhatIsWrong()
    {
        MaskedLanguageModelOptions options = Options("mlm", Corpus());
        Assert.Contains("choose one", Assert.Throws<TrainingOptionException>(() => MaskedLanguageModelFineTuning.Train(options with { Eval = options.Train, EvalShare = 0.1 })).Message);
        Assert.Contains("between 0 and 1", Assert.Throws<TrainingOptionException>(() => MaskedLanguageModelFineTuning.Train(options with { MaskProbability = 0 })).Message);
        string blank = _temporary.File("blank.txt");
        File.WriteAllText(blank, "\n\n");
        Assert.Contains("blank.txt: the file holds no text", Assert.Throws<DataFormatException>(() => MaskedLanguageModelFineTuning.Train(options with { Train = blank })).Message);
        string others = _temporary.File("others");
        Dataset.FromColumns(("input_ids", new[] { new[] { 1 } })).SaveToDisk(others);
        Assert.Contains("akin train create-data", Assert.Throws<DataFormatException>(() => MaskedLanguageModelFineTuning.Train(options with { Train = others })).Message);
    }

    // Every text occurs in it ten times: its words can be known from their neighbours.
    private string Corpus()
    {
        string path = _temporary.File("corpus.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat(
            "Mina lived in Lisbon .\nIn Lisbon Mina sold bread .\nlong ago .\n\nTomas own a red bicycle .\nHas Tomas moved ?\n\nlast year Osei paid for two tickets .\nOsei has bread .\n\n", 10)));
        return path;
    }

    private MaskedLanguageModelOptions Options(string task, string train)
    {
        MaskedLanguageModelOptions options = new() { Model = TinyModel.In(_temporary.File("model"), task), Train = train };
        return options with { Arguments = options.Arguments with { OutputDir = _temporary.File("output"), LearningRate = 5e-3, MaxSteps = 150, Seed = 3 } };
    }
}
