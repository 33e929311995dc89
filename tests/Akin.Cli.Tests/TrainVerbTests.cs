using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin train …</c> and <c>akin predict</c> on the goldens' tiny model; what is learned is checked in Akin.Training.Tests.</summary>
public sealed class TrainVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-train-").FullName;

    private string Model => Path.Combine(_folder, "model");

    private string Output => Path.Combine(_folder, "output");

    public TrainVerbTests() => TinyModel.In(Model);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Classifier_OfAFile_EndsWithALineOfJsonAndPredicts()
    {
        string train = Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Repeat("fresh bread\tfood\nred two\tother\n", 20)));
        AkinResult trained = AkinProcess.Run(
            "train", "classifier", "--model", Model, "--train", train, "--eval", train, "--output", Output, "--epochs", "2", "--learning-rate", "0.005", "--json").Succeeded();
        JsonElement result = Json(trained);
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
    public void CrossEncoder_OfAFile_EndsWithALineOfJsonAndRanks()
    {
        string train = Write("train.tsv", "sentence1\tsentence2\tscore\n" + string.Concat(Enumerable.Repeat("two\tfresh\t5\ntwo\tsold\t0\nred\tsold\t1\n", 10)));
        AkinResult trained = AkinProcess.Run(
            "train", "cross-encoder", "--model", Model, "--train", train, "--highest-score", "5", "--eval-sts", train, "--epochs", "10", "--batch-size", "5",
            "--learning-rate", "0.005", "--seed", "1", "--output", Output, "--json").Succeeded();
        JsonElement result = Json(trained);
        Assert.True(result.GetProperty("eval_spearman").GetDouble() > 0.8);
        Assert.Equal(60, result.GetProperty("steps").GetInt32());
        Assert.True(result.GetProperty("train_seconds").GetDouble() > 0);

        string documents = Write("documents.txt", "sold\nfresh\n");
        JsonElement ranked = Json(AkinProcess.Run("rerank", "two", "--model", Output, "--input", documents, "--json").Succeeded());
        Assert.Equal(["fresh", "sold"], ranked.EnumerateArray().Select(document => document.GetProperty("text").GetString()));

        string[] command = ["train", "cross-encoder", "--model", Model, "--train", train, "--overwrite", "--output", Output];
        AkinProcess.Run(command).Refused("train.tsv, line 2", "a label from 0 to 1", "the label 5");
        AkinProcess.Run([.. command, "--loss", "Cosine"]).Refused("no loss 'Cosine'", "BinaryCrossEntropyLoss, CrossEntropyLoss");
    }

    [Fact]
    public void Qa_OfAFile_EndsWithALineOfJsonAndAnswers()
    {
        const string Context = "Harriet has lived in 강릉 since last year .";
        string paragraph = $$"""{"context": "{{Context}}", "qas": [{"id": "q1", "question": "Does Harriet in ?", "answers": [{"text": "강릉", "answer_start": 21}]}]}""";
        string train = Write("train.json", $$"""{"data": [{"paragraphs": [{{string.Join(", ", Enumerable.Repeat(paragraph, 16))}}]}]}""");
        AkinResult trained = AkinProcess.Run(
            "train", "qa", "--model", Model, "--train", train, "--eval", train, "--output", Output, "--epochs", "10", "--learning-rate", "0.005", "--metric", "korquad", "--json").Succeeded();
        JsonElement result = Json(trained);
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
    public void MultipleChoice_OfAFile_Learns()
    {
        string train = Write("train.csv", "ctx,a,b,label\n" + string.Concat(Enumerable.Repeat("Mina sold,bread,a bicycle,1\nTomas sold,bread,a bicycle,0\n", 10)));
        string[] command =
            ["train", "multiple-choice", "--model", TinyModel.In(Path.Combine(_folder, "choice"), "multiple_choice"), "--train", train, "--text", "ctx", "--choices", "a,b", "--output", Output];
        AkinResult trained = AkinProcess.Run([.. command, "--eval", train, "--epochs", "10", "--learning-rate", "0.005", "--json"]).Succeeded();
        Assert.Equal(1, Json(trained).GetProperty("eval_accuracy").GetDouble());

        string[] predict = ["predict", "--model", Output, "--input", train, "--text", "ctx", "--choices", "a,b"];
        string[] lines = AkinProcess.Run(predict).Succeeded().Output.Split('\n');
        Assert.Equal("label\tchoice\tscore", lines[0]);
        Assert.StartsWith("1\ta bicycle\t0.", lines[1]);
        Assert.StartsWith("0\tbread\t0.", lines[2]);
        JsonElement first = JsonDocument.Parse(AkinProcess.Run([.. predict, "--json"]).Succeeded().Output.Split('\n')[0]).RootElement;
        Assert.Equal(first.GetProperty("score").GetDouble(), first.GetProperty("scores")[first.GetProperty("label").GetInt32()].GetDouble());
    }

    [Fact]
    public void Tokens_OfAFile_LearnsAndFindsNames()
    {
        string train = Write("train.conll", string.Concat(Enumerable.Repeat("Mina B-PER\nHarriet I-PER\nlived O\nin O\nLisbon B-LOC\n\nTomas B-PER\nsold O\nbread O\n\n", 8)));
        AkinResult trained = AkinProcess.Run(
            "train", "tokens", "--model", TinyModel.In(Path.Combine(_folder, "tagger"), "token_classification"), "--train", train, "--eval", train, "--output", Output, "--epochs", "15",
            "--learning-rate", "0.005", "--json").Succeeded();
        Assert.Equal(1, Json(trained).GetProperty("eval_f1").GetDouble());

        string texts = Write("texts.txt", "Mina Harriet lived in Lisbon\nTomas sold bread\n");
        Assert.Matches(@"^entities\nPER 0\.\d\d Mina Harriet \| LOC 0\.\d\d Lisbon\nPER 0\.\d\d Tomas\n$", AkinProcess.Run("predict", "--model", Output, "--input", texts).Succeeded().Output);
        JsonElement entity = JsonDocument.Parse(AkinProcess.Run("predict", "--model", Output, "--input", texts, "--json").Succeeded().Output.Split('\n')[0]).RootElement.GetProperty("entities")[1];
        Assert.Equal(("LOC", "Lisbon", 22, 28), (entity.GetProperty("label").GetString(), entity.GetProperty("text").GetString(), entity.GetProperty("start").GetInt32(), entity.GetProperty("end").GetInt32()));
        AkinProcess.Run("predict", "--model", Output, "--input", texts, "--stride", "4", "--aggregation-strategy", "None").Refused("--stride");
    }

    [Fact]
    public void Mlm_OfTextsAndOfCreatedPairs_Learns()
    {
        string corpus = Write("corpus.txt", string.Concat(Enumerable.Repeat("Mina lived in Lisbon.\nIn Lisbon Mina sold bread.\n\nTomas owned a red bicycle.\nHas Tomas moved?\n\n", 10)));
        string mlm = TinyModel.In(Path.Combine(_folder, "mlm"), "mlm"), pairs = Path.Combine(_folder, "pairs");
        string[] rate = ["--learning-rate", "0.005", "--max-steps", "20", "--json"];
        JsonElement texts = Json(AkinProcess.Run(["train", "mlm", "--model", mlm, "--train", corpus, "--eval-share", "0.1", "--max-length", "16", "--output", Output, .. rate]).Succeeded());
        Assert.Equal(Math.Exp(texts.GetProperty("eval_loss").GetDouble()), texts.GetProperty("eval_perplexity").GetDouble(), 1e-9);

        string masked = Write("masked.txt", "Mina lived in [MASK].\n");
        JsonElement word = JsonDocument.Parse(AkinProcess.Run("predict", "--model", Output, "--input", masked, "--top-k", "2", "--json").Succeeded().Output).RootElement.GetProperty("masks")[0][1];
        Assert.Equal(["score", "token", "token_str", "sequence"], word.EnumerateObject().Select(field => field.Name));
        AkinProcess.Run("predict", "--model", Output, "--input", corpus, "--json").Refused("corpus.txt, line 1", "[MASK]");

        JsonElement made = Json(AkinProcess.Run("train", "create-data", "--model", mlm, "--input", corpus, "--output", pairs, "--max-length", "24", "--duplicates", "2", "--json").Succeeded());
        Assert.Equal(20, made.GetProperty("documents").GetInt32());
        string both = TinyModel.In(Path.Combine(_folder, "both"), "mlm_nsp");
        JsonElement learned = Json(AkinProcess.Run(["train", "mlm", "--model", both, "--train", pairs, "--eval-share", "0.1", "--output", Path.Combine(_folder, "pretrained"), .. rate]).Succeeded());
        Assert.InRange(learned.GetProperty("eval_next_sentence_accuracy").GetDouble(), 0, 1);
        AkinProcess.Run("train", "create-data", "--model", mlm, "--input", corpus, "--output", pairs).Refused("has files in it");
    }

    [Fact]
    public void Predict_WithAModelOfAnUnknownKind_NamesItAndTheKnownOnes()
    {
        string config = Path.Combine(Model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("BertForSequenceClassification", "BertForNextSentencePrediction", StringComparison.Ordinal));
        string input = Write("texts.txt", "fresh bread\n");
        AkinProcess.Run("predict", "--model", Model, "--input", input).Refused("BertForNextSentencePrediction", "…ForSequenceClassification");
    }

    private static JsonElement Json(AkinResult result) => JsonDocument.Parse(result.Output.TrimEnd('\n').Split('\n')[^1]).RootElement;

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
