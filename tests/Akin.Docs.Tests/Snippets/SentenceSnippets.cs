using Akin.Pipelines;
using Akin.Training.Losses;
using Akin.Training.Sentences;
using Akin.Training.Sentences.Recipes;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
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

    /// <summary>The guide's recipe, with a small collection and a tiny model in the places it names.</summary>
    [Fact]
    public void Recipe()
    {
        Directory.CreateSymbolicLink("all-MiniLM-L6-v2", Repository.Golden("training", "trajectories", "st_mnrl", "model"));
        Directory.CreateDirectory(Path.Combine("scifact", "qrels"));
        string[] words = ["red", "two", "green", "small", "old", "new", "blue", "big"];
        File.WriteAllLines(Path.Combine("scifact", "corpus.jsonl"), words.Select((word, i) => $$"""{"_id": "d{{i}}", "title": "", "text": "the {{word}} bread"}"""));
        File.WriteAllLines(Path.Combine("scifact", "queries.jsonl"), words.Select((word, i) => $$"""{"_id": "q{{i}}", "text": "{{word}} bread"}"""));
        foreach (string split in new[] { "train", "test" })
        {
            File.WriteAllLines(Path.Combine("scifact", "qrels", $"{split}.tsv"), ["query-id\tcorpus-id\tscore", .. words.Select((_, i) => $"q{i}\td{i}\t1")]);
        }

        File.WriteAllText("loop.yaml", Guide.Named(Path.Combine("docs", "sentences.md")).Blocks.Single(block => block.Language == "yaml").Body);
        SentenceRecipe recipe = SentenceRecipe.Read("loop.yaml") with { MaxLength = 16 };
        Assert.Equal(["untouched", "in-batch", "bm25", "hard"], SentenceLoop.Run(recipe, "mine").Rounds.Select(round => round.Name));
    }
}
