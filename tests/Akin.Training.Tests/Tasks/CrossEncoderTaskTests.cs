using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Losses.CrossEncoders;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.Tasks;

public sealed class CrossEncoderTaskTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Loss_OfMiniBatches_HasTheValueAndTheGradientsOfTheWholeBatch()
    {
        (float loss, Dictionary<string, float[]> gradients) = Run(new MultipleNegativesRankingLoss { NegativeCount = null });
        float noise = 1e-5f * gradients.Values.Max(gradient => gradient.Max(MathF.Abs)); // sums in another order, whose terms are as large
        foreach (int size in new[] { 1, 5, 7 })
        {
            (float cachedLoss, Dictionary<string, float[]> cached) = Run(new CachedMultipleNegativesRankingLoss(size) { NegativeCount = null });
            Assert.Equal(loss, cachedLoss); // the same bits: a pair's score does not depend on its batch
            foreach ((string name, float[] gradient) in gradients)
            {
                Assert.All(gradient.Zip(cached[name]), pair => Assert.Equal(pair.First, pair.Second, noise));
            }
        }
    }

    [Fact]
    public void Predictions_OfExamples_HaveTheScoresOfTheirPairs()
    {
        SequenceClassificationModel model = Model(out Tokenizer tokenizer);
        CrossEncoderTask task = new(model, new RankNetLoss(), tokenizer, maxLength: 16);
        CrossEncoderExample[] examples = [new("bread", ["fresh", "sold"], [1, 0]), new("paid", ["moved", "red", "two"], [1, 0, 0])];
        TrainingBatch batch = task.Collate(examples, seed: 0);
        Assert.Equal(examples.Sum(task.TokenCount), batch.TokenCount);
        Prediction[] predictions = [.. batch.Predictions(batch.Forward(new ForwardContext()))];
        Assert.Equal([2, 3], predictions.Select(prediction => prediction.RowCount));
        TrainingBatch alone = task.Collate([examples[1]], seed: 0);
        Assert.Equal(predictions[1].Scores, alone.Predictions(alone.Forward(new ForwardContext())).Single().Scores);
    }

    private (float Loss, Dictionary<string, float[]> Gradients) Run(CrossEncoderLoss loss)
    {
        SequenceClassificationModel model = Model(out Tokenizer tokenizer);
        TrainingBatch batch = new CrossEncoderTask(model, loss, tokenizer, maxLength: 16).Collate(
            [new("bread", ["fresh", "sold"], []), new("paid", ["moved", "red"], []), new("two fresh", ["has red", "in"], [])], seed: 1);
        ForwardContext context = new(tape: new Tape());
        Tensor value = batch.Forward(context).Loss;
        float number = value.Span[0];
        context.Backward(value);
        return (number, model.Parameters.Where(parameter => parameter.Gradient is not null).ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient!.ToArray()));
    }

    private SequenceClassificationModel Model(out Tokenizer tokenizer)
    {
        string folder = TinyModel.In(_temporary.File("model"), "cross_encoder_bce");
        tokenizer = AutoTokenizer.FromPretrained(folder);
        return AutoModelForSequenceClassification.FromPretrained(folder, new LoadOptions { IsTrainable = true });
    }
}
