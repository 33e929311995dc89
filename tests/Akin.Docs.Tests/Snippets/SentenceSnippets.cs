using Akin.Pipelines;
using Akin.Training.Losses;
using Akin.Training.Sentences;

namespace Akin.Docs.Tests.Snippets;

[Collection(ModelServerCollection.Name)]
public sealed class SentenceSnippets : Snippet
{
    [SharedFact("models/all-MiniLM-L6-v2")]
    public void Trainer()
    {
        #region sentences-trainer
        SentenceTransformer model = SentenceTransformer.FromPretrained(
            "sentence-transformers/all-MiniLM-L6-v2", new SentenceTransformerOptions { IsTrainable = true });
        SentenceDataset questions = new(
            [
                new SentenceExample("How do I get a new password?", "Choose 'forgotten password' on the page where you sign in."),
                new SentenceExample("When are you open?", "The office is open from nine to five, on Fridays till one."),
                new SentenceExample("비밀번호를 잊어버렸어요.", "로그인 화면에서 '비밀번호 찾기'를 누르세요."),
                new SentenceExample("营业时间是几点?", "办公室九点到五点开放,星期五到一点。"),
            ],
            new MultipleNegativesRankingLoss(),
            columns: ["question", "answer"]);

        SentenceTransformerTrainer trainer = new(
            model,
            new SentenceTransformerTrainingArguments
            {
                OutputDir = "answers",
                NumTrainEpochs = 3,
                PerDeviceTrainBatchSize = 4,
                LearningRate = 2e-5,
                BatchSampler = BatchSamplers.NoDuplicates,
            },
            questions);
        trainer.Train();
        trainer.SaveModel();

        float[][] vectors = model.Encode(["When do you close?", "The office is open from nine to five, on Fridays till one."]);
        Console.WriteLine($"cosine {model.Similarity([vectors[0]], [vectors[1]])[0][0]:F2}");
        #endregion
        Assert.StartsWith("cosine 0.", Printed);
        Assert.True(File.Exists(Path.Combine("answers", "1_Pooling", "config.json")));
    }
}
