using Akin.Pipelines;
using Akin.Training;
using Akin.Training.FineTuning;
using Akin.Training.Losses.CrossEncoders;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class CrossEncoderSnippets : Snippet
{
    [SharedFact("models/all-MiniLM-L6-v2")]
    public void CrossEncoders()
    {
        #region sentences-cross-encoder
        File.WriteAllLines("pairs.jsonl",
        [
            """{"query": "How do I get a new password?", "document": "Choose 'forgotten password' on the sign-in page.", "label": 1}""",
            """{"query": "How do I get a new password?", "document": "The office is open from nine to five.", "label": 0}""",
            """{"query": "When are you open?", "document": "The office is open from nine to five.", "label": 1}""",
            """{"query": "When are you open?", "document": "Choose 'forgotten password' on the sign-in page.", "label": 0}""",
        ]);
        FineTuningResult trained = CrossEncoderFineTuning.Train(new CrossEncoderTrainingOptions
        {
            Model = "sentence-transformers/all-MiniLM-L6-v2",
            Train = "pairs.jsonl",
            Loss = new BinaryCrossEntropyLoss(),
            Arguments = new TrainingArguments { OutputDir = "reranker", NumTrainEpochs = 10, PerDeviceTrainBatchSize = 4, LearningRate = 1e-4 },
        });

        CrossEncoder reranker = CrossEncoder.FromPretrained("reranker");
        string[] answers = ["The office is open from nine to five.", "Choose 'forgotten password' on the sign-in page."];
        foreach (RankedDocument answer in reranker.Rank("How can I reset my password?", answers, topK: 1, returnDocuments: true))
        {
            Console.WriteLine($"{answer.Score:F2}  {answer.Text}");
        }
        #endregion
        Assert.EndsWith("  Choose 'forgotten password' on the sign-in page.\n", Printed);
        Assert.Equal(10, trained.Steps);
    }
}
