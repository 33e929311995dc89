using System.Text.Json;
using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Callbacks;
using Akin.Training.Losses;
using Akin.Training.Sentences;

namespace Akin.Training.Tests.Losses;

/// <summary>The losses that need nothing but sentences: contrastive tension and the denoising auto-encoder.</summary>
public sealed class BareSentenceLossTests
{
    /// <summary>The golden is of double precision; ours are single, relative to the largest number of a tensor.</summary>
    private const double Tolerance = 2e-5;

    private static readonly string[] Texts = ["the bird is big", "red bus", "two small dogs sleep", "the cat is old", "a red house", "the bus is small", "big dogs", "old birds sleep"];

    [Fact]
    public void ContrastiveTension_InBatch_HasTheValueAndTheGradientsOfTheReference()
    {
        GoldenLoss golden = GoldenLoss.Read("bi_encoder_losses.json")["contrastive_tension_in_batch"];
        JsonElement inputs = golden.Json.GetProperty("inputs"), gradients = golden.Json.GetProperty("grads_w");
        Tensor texts = GoldenLoss.Tensor(inputs.GetProperty("x")), first = GoldenLoss.Tensor(inputs.GetProperty("w_model1")), second = GoldenLoss.Tensor(inputs.GetProperty("w_model2"));
        ContrastiveTensionLossInBatchNegatives loss = new(Model());
        golden.Check(
            [first, second],
            [gradients.GetProperty("model1"), gradients.GetProperty("model2")],
            context => loss.Forward(context, new SentenceLossInput([context.MatMul(texts, first), context.MatMul(texts, second)])));
        Parameter scale = loss.Parameters.Single(parameter => parameter.Name == "logit_scale");
        GoldenLoss.Equal(GoldenLoss.Numbers(gradients.GetProperty("logit_scale")), scale.Gradient!.ToArray(), "logit_scale");
    }

    [Fact]
    public void DenoisingAutoEncoder_OfTheReferencesTexts_HasItsValueAndGradients()
    {
        SentenceTransformer model = Model("st_cosent_cls");
        DenoisingAutoEncoderLoss loss = new(model);
        using Checkpoint weights = Open("parameters"), gradients = Open("gradients");
        foreach ((Parameter parameter, string name) in Named(model, loss))
        {
            weights.Read(name, parameter.Value.Span);
            parameter.MarkChanged();
        }

        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("training", "trajectories", "denoising_auto_encoder", "case.json"))).RootElement;
        ForwardContext context = new(WorkerPool.Serial, new Tape());
        Tensor embeddings = model.Forward(context, Batch(json.GetProperty("source")));
        Tensor value = loss.Forward(context, new SentenceLossInput([embeddings]) { Tokens = Batch(json.GetProperty("target")) });
        double expected = json.GetProperty("value").GetProperty("data")[0].GetDouble();
        Assert.Equal(expected, value.Span[0], Tolerance * expected);

        context.Backward(value);
        int compared = 0;
        foreach ((Parameter parameter, string name) in Named(model, loss).Where(named => gradients.Tensors.ContainsKey(named.Name)))
        {
            float[] wanted = gradients.Read(name);
            float[] found = parameter.Gradient?.ToArray() ?? new float[wanted.Length];
            double largest = Math.Max(wanted.Max(Math.Abs), 1e-3); // one key has no rival: the gradients of its query and key are rounding
            Assert.All(wanted.Zip(found), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * largest, $"{name}: {pair}"));
            compared++;
        }

        Assert.Equal(gradients.Tensors.Count, compared);
    }

    [Theory]
    [InlineData("ContrastiveTensionLoss")]
    [InlineData("ContrastiveTensionLossInBatchNegatives")]
    [InlineData("DenoisingAutoEncoderLoss")]
    public void Train_OnBareSentences_LearnsAndGoesOnWithTheBitsOfOneRun(string name)
    {
        using TemporaryFolder folder = new();
        SentenceTransformerTrainingArguments arguments = new()
        {
            OutputDir = Path.Combine(folder, "whole"),
            PerDeviceTrainBatchSize = 4,
            MaxSteps = 12,
            LearningRate = 1e-3,
            LoggingSteps = 1,
            SaveStrategy = SaveStrategy.No,
        };
        SentenceTransformer whole = Model();
        SentenceTransformerTrainer trainer = new(whole, arguments, Set(whole));
        trainer.Train();
        double[] losses = [.. trainer.State.LogHistory.Take(12).Select(log => log["loss"])];
        Assert.True(losses[^4..].Average() < losses[..4].Average(), string.Join(' ', losses));

        SentenceTransformerTrainingArguments broken = arguments with { OutputDir = Path.Combine(folder, "broken"), SaveStrategy = SaveStrategy.Steps, SaveSteps = 5 };
        using CancellationTokenSource stop = new();
        SentenceTransformer stopped = Model();
        Assert.Throws<OperationCanceledException>(() => new SentenceTransformerTrainer(stopped, broken, Set(stopped)) { Callbacks = [new StopAt(7, stop)] }.Train(cancellationToken: stop.Token));
        SentenceTransformer resumed = Model();
        new SentenceTransformerTrainer(resumed, broken, Set(resumed)).Train(TrainerCheckpoint.FindLast(broken.OutputDir));
        Assert.All(whole.Parameters.Zip(resumed.Parameters), pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
        Assert.All(
            whole.Parameters.Zip(Model().Parameters).Where(pair => !IsUnused(pair.First.Name)),
            pair => Assert.NotEqual(pair.Second.Value.ToArray(), pair.First.Value.ToArray()));

        SentenceDataset Set(SentenceTransformer model)
        {
            SentenceLoss loss = SentenceLosses.Create(name, new SentenceLossParts { EmbeddingSize = 32, Model = model, Twin = () => Model() });
            TextExamples made = loss.FromTexts(Texts, seed: 1)!;
            return new SentenceDataset(made.Examples, loss, made.Columns, made.LabelColumn);
        }

        // Softmax ignores a constant per query; mean pooling does not ask the pooler.
        static bool IsUnused(string parameter) => parameter.EndsWith("attention.self.key.bias", StringComparison.Ordinal) || parameter.Contains("pooler", StringComparison.Ordinal);
    }

    [Fact]
    public void FromTexts_OfContrastiveTension_MakesSevenPairsOfDifferentSentencesForEachOfTheSame()
    {
        TextExamples made = new ContrastiveTensionLoss(Model()).FromTexts(Texts, seed: 3);
        Assert.Equal([1f, 0, 0, 0, 0, 0, 0, 0], made.Examples.Select(example => example.Labels.Span[0]));
        Assert.All(made.Examples, example => Assert.Equal(example.Labels.Span[0] == 1, example.Texts[0] == example.Texts[1]));
        Assert.Contains("two different", Assert.Throws<LossInputException>(() => new ContrastiveTensionLoss(Model()).FromTexts(["a", "a"], 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the quick brown fox jumps over the lazy dog and runs away from all of them")]
    [InlineData("도서관은 화요일부터 금요일까지 아침 아홉 시에 문을 열고 저녁 여덟 시에 닫습니다")]
    [InlineData("图书馆星期二到星期五早上九点开门晚上八点关门周末休息")]
    public void FromTexts_OfTheAutoEncoder_DeletesWordsAndKeepsTheirOrder(string text)
    {
        DenoisingAutoEncoderLoss loss = new(Model("st_cosent_cls"));
        IReadOnlyList<SentenceExample> examples = loss.FromTexts([.. Enumerable.Repeat(text, 200)], seed: 1).Examples;
        double kept = examples.Average(example => Letters(example.Texts[0]) / (double)Letters(text));
        Assert.InRange(kept, 0.35, 0.45);
        Assert.True(examples.Select(example => example.Texts[0]).Distinct().Count() > 150);
        Assert.All(examples, example =>
        {
            Assert.Equal(text, example.Texts[1]);
            Assert.NotEqual("", example.Texts[0]);
            int at = 0;
            Assert.All(example.Texts[0].Where(letter => letter != ' '), letter => Assert.True((at = text.IndexOf(letter, at) + 1) > 0));
        });

        static int Letters(string words) => words.Count(letter => letter != ' ');
    }

    [Fact]
    public void Losses_OfModelsThatDoNotFit_SayWhy()
    {
        SentenceTransformer frozen = SentenceTransformer.FromPretrained(Repository.Golden("training", "trajectories", "st_mnrl", "model"));
        Assert.Contains("IsTrainable = true", Assert.Throws<ArgumentException>(() => new ContrastiveTensionLoss(frozen)).Message, StringComparison.Ordinal);
        SentenceTransformer narrow = SentenceTransformer.Create(Repository.Golden("training", "trajectories", "st_mnrl", "model"), new SentenceTransformerParts { DenseSize = 8 });
        Assert.Contains("embeddings of 32 floats", Assert.Throws<NotSupportedException>(() => new DenoisingAutoEncoderLoss(narrow)).Message, StringComparison.Ordinal);
        Assert.Throws<LossInputException>(() => SentenceLosses.Create("ContrastiveTensionLoss", new SentenceLossParts { EmbeddingSize = 8 }));
        Assert.Throws<LossInputException>(() => SentenceLosses.Create("DenoisingAutoEncoderLoss", new SentenceLossParts { EmbeddingSize = 8 }));
    }

    private static SentenceTransformer Model(string name = "st_mnrl") =>
        SentenceTransformer.FromPretrained(Repository.Golden("training", "trajectories", name, "model"), new SentenceTransformerOptions { IsTrainable = true, MaxSequenceLength = 64 });

    private static Checkpoint Open(string name) => Checkpoint.Open(Repository.Golden("training", "trajectories", "denoising_auto_encoder", $"{name}.safetensors"));

    private static IEnumerable<(Parameter Parameter, string Name)> Named(SentenceTransformer model, SentenceLoss loss) =>
        model.Parameters.Select(parameter => (parameter, "encoder.0.model." + parameter.Name["bert.".Length..])).Concat(loss.Parameters.Select(parameter => (parameter, parameter.Name)));

    private static RaggedBatch Batch(JsonElement features)
    {
        Tensor ids = GoldenLoss.Tensor(features.GetProperty("input_ids")), mask = GoldenLoss.Tensor(features.GetProperty("attention_mask"));
        RaggedBatch batch = new();
        for (int row = 0; row < ids.RowCount; row++)
        {
            int start = row * ids.ColumnCount;
            batch.Add([.. Enumerable.Range(start, ids.ColumnCount).Where(place => mask.Span[place] == 1).Select(place => (int)ids.Span[place])]);
        }

        return batch;
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
        {
            if (state.GlobalStep == step)
            {
                stop.Cancel();
            }
        }
    }
}
