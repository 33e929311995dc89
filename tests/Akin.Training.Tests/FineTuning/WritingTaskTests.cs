using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Training.FineTuning;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.FineTuning;

/// <summary>Models that write are trained: the loss is the model's own, and what is learned can be written.</summary>
public sealed class WritingTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-writing-").FullName;

    [Fact]
    public void Seq2SeqTask_OfExamples_HasTheModelsLoss()
    {
        Seq2SeqLanguageModel model = AutoModelForSeq2SeqLM.FromPretrained(Model("t5", "conditional_generation"), new LoadOptions { IsTrainable = true });
        Seq2SeqExample[] examples = [new(new EncodedText(new[] { 5, 6, 1 }), new[] { 7, 8, 1 }), new(new EncodedText(new[] { 9, 1 }), new[] { 10, -100 })];
        ForwardContext context = new();
        TrainingBatch batch = new Seq2SeqTask(model).Collate(examples, seed: 0);
        TaskOutput output = batch.Forward(context);
        RaggedBatch read = model.CreateBatch(), written = model.CreateBatch();
        read.Add([5, 6, 1]);
        read.Add([9, 1]);
        written.Add([0, 7, 8]);
        written.Add([0, 10]);
        Assert.Equal(model.Loss(context, model.Forward(context, read, written), new[] { 7, 8, 1, 10, -100 }).Span[0], output.Loss.Span[0]);
        Assert.Equal([[7, 8, 1], [10, -100]], batch.Predictions(output).Select(prediction => prediction.Row(1).ToArray().Select(id => (int)id)));
    }

    [Fact]
    public void CausalLanguageModelTask_OfExamples_HasTheModelsLoss()
    {
        CausalLanguageModel model = AutoModelForCausalLM.FromPretrained(Model("gpt2", "causal_lm"), new LoadOptions { IsTrainable = true });
        TokenLabelsExample[] examples = [new(new EncodedText(new[] { 5, 6, 7 }), new[] { 5, 6, 7 }), new(new EncodedText(new[] { 8, 9 }), new[] { 8, 9 })];
        ForwardContext context = new();
        TaskOutput output = new CausalLanguageModelTask(model).Collate(examples, seed: 0).Forward(context);
        RaggedBatch texts = model.CreateBatch();
        texts.Add([5, 6, 7]);
        texts.Add([8, 9]);
        Assert.Equal(model.Loss(context, model.Forward(context, texts), texts, [5, 6, 7, 8, 9]).Span[0], output.Loss.Span[0]);
    }

    [Fact]
    public void Seq2SeqFineTuning_OfFewRows_LearnsToWriteThem()
    {
        string file = Path.Combine(_folder, "rows.jsonl");
        File.WriteAllLines(file, [Row("Where is my parcel?", "parcel"), Row("The price does not include tax.", "tax"), Row("Thanks!", "thanks")]);
        FineTuningResult result = Seq2SeqFineTuning.Train(new Seq2SeqOptions
        {
            Model = Model("bart", "conditional_generation"),
            Train = file,
            Eval = file,
            MaxLength = 64,
            MaxTargetLength = 12,
            Arguments = new() { OutputDir = Path.Combine(_folder, "out"), MaxSteps = 60, LearningRate = 5e-3, PerDeviceTrainBatchSize = 3, SaveStrategy = SaveStrategy.No },
        });
        Assert.True(result.Metrics["eval_rougeL"] > 0.9, string.Join(", ", result.Metrics));
        Assert.True(result.Metrics["eval_accuracy"] > 0.9);
        Assert.Equal(2, GenerationConfig.FromFolder(result.OutputDir).DecoderStartTokenId); // kept beside the model
    }

    [Fact]
    public void CausalLanguageModelFineTuning_OfFewTexts_ForeseesThem()
    {
        string file = Path.Combine(_folder, "texts.txt");
        File.WriteAllLines(file, ["The old lighthouse stands.", "The old ducks swim."]);
        FineTuningResult result = CausalLanguageModelFineTuning.Train(new CausalLanguageModelOptions
        {
            Model = Model("gpt2", "causal_lm"),
            Train = file,
            Eval = file,
            MaxLength = 32,
            Arguments = new() { OutputDir = Path.Combine(_folder, "out"), MaxSteps = 60, LearningRate = 5e-3, SaveStrategy = SaveStrategy.No },
        });
        Assert.True(result.Metrics["eval_accuracy"] > 0.9, string.Join(", ", result.Metrics));
        Assert.Equal(Math.Exp(result.Metrics["eval_loss"]), result.Metrics["eval_perplexity"], 1e-9);
    }

    [Fact]
    public void Words_OfAnyLanguage_AreCounted() =>
        Assert.Equal(["한달동안", "메일", "3통", "学", "校", "e", "mails"], Seq2SeqFineTuning.Words("한달동안 메일, 3통! 学校 E-Mails"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Row(string text, string target) => new JsonObject { ["text"] = text, ["target"] = target }.ToJsonString();

    private static string Model(string architecture, string head) => Repository.Golden("models", "checkpoints", architecture, head);
}
