using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin train …</c> and <c>akin predict</c> on the goldens' tiny model; what is learned is checked in Akin.Training.Tests.</summary>
public sealed class TrainVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-train-").FullName;

    private string Model => Path.Combine(_folder, "model");

    private string Output => Path.Combine(_folder, "output");

    public TrainVerbTests()
    {
        Directory.CreateDirectory(Model);
        foreach (string file in Directory.EnumerateFiles(Repository.Golden("training", "trajectories", "sequence_classification", "model"))
            .Concat(Directory.EnumerateFiles(Repository.Golden("training", "trajectories", "tokenizer"))))
        {
            File.Copy(file, Path.Combine(Model, Path.GetFileName(file)));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Classifier_OfAFile_EndsWithALineOfJsonAndPredicts()
    {
        string train = Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Repeat("fresh bread\tfood\nred two\tother\n", 20)));
        AkinResult trained = AkinProcess.Run(
            "train", "classifier", "--model", Model, "--train", train, "--eval", train, "--output", Output, "--epochs", "2", "--learning-rate", "0.005", "--json").Succeeded();
        JsonElement result = JsonDocument.Parse(trained.Output.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(1, result.GetProperty("eval_accuracy").GetDouble());
        Assert.Equal(10, result.GetProperty("steps").GetInt32());
        Assert.True(result.GetProperty("train_seconds").GetDouble() > 0);
        Assert.Contains("10/10", trained.Error);

        string[] lines = AkinProcess.Run("predict", "--model", Output, "--input", train, "--json").Succeeded().Output.TrimEnd('\n').Split('\n');
        Assert.Equal(40, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("food", first.GetProperty("label").GetString());
        Assert.Equal(first.GetProperty("score").GetDouble(), first.GetProperty("scores").GetProperty("food").GetDouble());
        Assert.StartsWith("label\tscore\nfood\t0.", AkinProcess.Run("predict", "--model", Output, "--input", train).Succeeded().Output);

        AkinProcess.Run("train", "classifier", "--model", Model, "--train", train, "--output", Output).Refused("checkpoint-10", "--resume", "--overwrite");
    }

    [Fact]
    public void Classifier_OfBadInput_NamesTheRow()
    {
        string ragged = Write("ragged.csv", "text,label\na,b\na,b,c\n");
        AkinProcess.Run("train", "classifier", "--model", Model, "--train", ragged, "--output", Output).Refused("ragged.csv, line 3");
        Assert.False(Directory.Exists(Output));
        AkinProcess.Run("train", "classifier", "--model", Model, "--train", ragged, "--output", Output, "--multi-label", "--regression").Refused("exclude each other");
        AkinProcess.Run("train", "classifier", "--model", Model, "--train", ragged, "--output", Output, "--early-stopping", "2").Refused("--eval");
    }

    [Fact]
    public void Qa_OfAFile_EndsWithALineOfJsonAndAnswers()
    {
        const string Context = "Harriet has lived in 강릉 since last year .";
        string paragraph = $$"""{"context": "{{Context}}", "qas": [{"id": "q1", "question": "Does Harriet in ?", "answers": [{"text": "강릉", "answer_start": 21}]}]}""";
        string train = Write("train.json", $$"""{"data": [{"paragraphs": [{{string.Join(", ", Enumerable.Repeat(paragraph, 16))}}]}]}""");
        AkinResult trained = AkinProcess.Run(
            "train", "qa", "--model", Model, "--train", train, "--eval", train, "--output", Output, "--epochs", "10", "--learning-rate", "0.005", "--metric", "korquad", "--json").Succeeded();
        JsonElement result = JsonDocument.Parse(trained.Output.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(100, result.GetProperty("eval_exact_match").GetDouble());
        Assert.Equal(100, result.GetProperty("eval_f1").GetDouble());
        Assert.True(result.GetProperty("eval_loss").GetDouble() < 0.5);

        string[] lines = AkinProcess.Run("predict", "--model", Output, "--input", train, "--json").Succeeded().Output.TrimEnd('\n').Split('\n');
        Assert.Equal(16, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(["id", "answer", "score", "start", "end"], first.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("q1", "강릉", 21, 23), (first.GetProperty("id").GetString(), first.GetProperty("answer").GetString(), first.GetProperty("start").GetInt32(), first.GetProperty("end").GetInt32()));

        string table = Write("table.tsv", $"frage\ttext\nDoes Harriet in ?\t{Context}\n");
        AkinResult predicted = AkinProcess.Run("predict", "--model", Output, "--input", table, "--question", "frage", "--context", "text").Succeeded();
        Assert.Matches("^answer\tscore\tstart\tend\n강릉\t0\\.\\d+\t21\t23\n$", predicted.Output);
        AkinProcess.Run("predict", "--model", Output, "--input", table, "--text", "frage").Refused("--text does not go with", "--question, --context");
        AkinProcess.Run("predict", "--model", Output, "--input", table, "--doc-stride", "99", "--max-length", "32").Refused("overlap");
    }

    [Fact]
    public void Qa_OfBadInput_NamesTheRow()
    {
        string none = Write("none.json", """{"data": [{"paragraphs": [{"context": "Mina has lived .", "qas": [{"id": "q7", "question": "Does Mina ?", "answers": [{"text": "Busan", "answer_start": -1}]}]}]}]}""");
        AkinProcess.Run("train", "qa", "--model", Model, "--train", none, "--output", Output).Refused("none.json", "question 'q7'");
        AkinProcess.Run("train", "qa", "--model", Model, "--train", none, "--output", Output, "--metric", "bleu").Refused("squad");
    }

    [Fact]
    public void Predict_WithAModelOfAnUnknownKind_NamesItAndTheKnownOnes()
    {
        string config = Path.Combine(Model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("BertForSequenceClassification", "BertForNextSentencePrediction", StringComparison.Ordinal));
        string input = Write("texts.txt", "fresh bread\n");
        AkinProcess.Run("predict", "--model", Model, "--input", input).Refused("BertForNextSentencePrediction", "…ForSequenceClassification");
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
