using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines.Tests;

public sealed class MultipleChoicePipelineTests : IDisposable
{
    private readonly string _model = TinyModel.In(Directory.CreateTempSubdirectory("akin-choice-").FullName, "multiple_choice");

    public void Dispose() => Directory.Delete(_model, recursive: true);

    [Fact]
    public void Choose_OfManyQuestions_GivesTheSoftmaxOfTheModelsScores()
    {
        (string, IReadOnlyList<string>)[] questions =
            [("Mina sold", ["bread", "a bicycle", "two tickets for Lisbon"]), ("Tomas", ["moved", "paid"]), ("Has Osei lived in Busan ?", ["long ago", "last year", "in Lisbon"])];
        ChosenText[] chosen = [.. MultipleChoicePipeline.FromPretrained(_model).Choose(questions)];
        MultipleChoiceModel model = AutoModelForMultipleChoice.FromPretrained(_model); // whose scores are compared with PyTorch's in Akin.Models.Tests
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(_model);
        foreach (((string text, IReadOnlyList<string> choices), ChosenText answer) in questions.Zip(chosen))
        {
            RaggedBatch batch = model.CreateBatch();
            foreach (string choice in choices)
            {
                Encoding encoding = tokenizer.Encode(text, choice);
                batch.Add(encoding.Ids, encoding.TypeIds);
            }

            float[] logits = model.Forward(new ForwardContext(), batch, choices.Count).Logits.Span.ToArray();
            double sum = logits.Sum(logit => Math.Exp(logit));
            Assert.All(logits.Zip(answer.Scores), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-6)); // rounding of single precision
            Assert.Equal(logits.Max(), logits[answer.Index]);
            Assert.Equal(answer.Scores[answer.Index], answer.Score);
        }
    }

    [Fact]
    public void Choose_FromNothing_IsRefused() =>
        Assert.Contains("Tomas", Assert.Throws<ArgumentException>(() => MultipleChoicePipeline.FromPretrained(_model).Choose("Tomas", [])).Message);
}
