using Akin.Datasets;
using Akin.Datasets.Collators;
using Akin.Datasets.Tasks;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class DatasetSnippets : Snippet
{
    [Fact]
    public void Load()
    {
        #region datasets-load
        File.WriteAllText("news.csv", "text,label\nThe market opens at six,economy\nMina scored twice,sport\nRain again,weather\nBread got dearer,economy\n");

        Dataset news = Dataset.LoadDataset("news.csv").ClassEncodeColumn("label");
        Console.WriteLine(news.Features);
        foreach (DatasetRow row in news)
        {
            Console.WriteLine($"{row.Get<long>("label")} {row.Get<string>("label")}: {row["text"]}");
        }
        #endregion
        Assert.Equal("text: string, label: int64\n0 economy: The market opens at six\n1 sport: Mina scored twice\n2 weather: Rain again\n0 economy: Bread got dearer\n", Printed);
    }

    [Fact]
    public void Encoding()
    {
        File.WriteAllBytes("reviews.tsv", TextEncodings.Get("cp949").GetBytes("text\tlabel\n배송이 빨라요\t1\n다시는 안 사요\t0\n"));
        #region datasets-encoding
        try
        {
            Dataset.LoadDataset("reviews.tsv");
        }
        catch (DataFormatException exception)
        {
            Console.WriteLine(exception.Message);
        }

        Dataset reviews = Dataset.LoadDataset("reviews.tsv", new LoadDatasetOptions
        {
            Encoding = "cp949",
            Features = new Features(("text", Value.String), ("label", new ClassLabel("negative", "positive"))),
        });
        Console.WriteLine(reviews[0].Get<string>("label"));
        #endregion
        Assert.StartsWith("reviews.tsv, line 2: the text is not UTF-8; it looks like cp949.", Printed);
        Assert.EndsWith("positive\n", Printed);
    }

    [Fact]
    public void Transform()
    {
        #region datasets-transform
        Dataset numbers = Dataset.FromColumns(("text", new[] { "one", "two", "three", "four" }), ("label", new[] { 1, 0, 1, 0 }));

        Dataset measured = numbers
            .Map(row => new() { ["length"] = row.Get<string>("text").Length }, new MapOptions { WorkerCount = 2 })
            .Filter(row => row.Get<int>("length") > 3)
            .Sort("length", descending: true);
        Console.WriteLine(string.Join(", ", measured.Column<string>("text")));

        DatasetDict sets = numbers.Shuffle(42).TrainTestSplit(new TrainTestSplitOptions { TestFraction = 0.5, StratifyByColumn = "label", Seed = 42 });
        Console.WriteLine($"{sets["train"].Count} to train, {sets["test"].Count} to test");

        sets.SaveToDisk("numbers");
        Console.WriteLine(DatasetDict.LoadFromDisk("numbers")["test"].Features);
        #endregion
        Assert.Equal("three, four\n2 to train, 2 to test\ntext: string, label: int32\n", Printed);
    }

    [Fact]
    public void Cached()
    {
        Environment.SetEnvironmentVariable(DatasetCache.FolderVariable, Path.GetFullPath("cache"));
        try
        {
            #region datasets-cache
            Dataset texts = Dataset.FromColumns(("text", new[] { "a b c", "d e" }));
            Dataset words = texts.MapBatches(
                batch => new() { ["words"] = batch.Column<string>("text").Select(text => text.Split(' ')).ToArray() },
                new MapOptions { BatchSize = 1000, CacheKey = "split at blanks", RemoveColumns = ["text"] });
            Console.WriteLine(words[0].Get<string[]>("words").Length);
            #endregion
            Assert.Equal("3\n", Printed);
            Assert.Single(Directory.EnumerateFiles("cache"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(DatasetCache.FolderVariable, null);
        }
    }

    [Fact]
    public void Stream()
    {
        File.WriteAllText("log.jsonl", "{\"level\": \"info\", \"text\": \"up\"}\n{\"level\": \"error\", \"text\": \"disk full\"}\n");
        #region datasets-stream
        IterableDataset log = IterableDataset.LoadDataset("log.jsonl");
        foreach (DatasetRow row in log.Filter(row => row.Get<string>("level") == "error").Take(10))
        {
            Console.WriteLine(row["text"]);
        }
        #endregion
        Assert.Equal("disk full\n", Printed);
    }

    [Fact]
    public void Tasks()
    {
        Directory.CreateDirectory("glue_data/RTE");
        File.WriteAllText("glue_data/RTE/dev.tsv", "index\tsentence1\tsentence2\tlabel\n0\tHe sold \"it.\tHe sold.\tentailment\n");
        #region datasets-tasks
        DatasetDict rte = GlueFiles.LoadDataset(GlueTask.Rte, "glue_data/RTE");
        Console.WriteLine(rte["validation"][0].Get<string>("label"));
        #endregion
        Assert.Equal("entailment\n", Printed);
    }

    [Fact]
    public void Collate()
    {
        #region datasets-collate
        Dataset tokens = Dataset.FromColumns(("input_ids", new[] { new[] { 101, 7592, 102 }, [101, 102] }), ("label", new[] { 1, 0 }));
        CollatedBatch batch = new DataCollatorWithPadding(new TokenPadding { MultipleOf = 4 }).Collate([.. tokens]);
        foreach ((string name, CollatedTensor tensor) in batch)
        {
            Console.WriteLine($"{name} [{string.Join(", ", tensor.Shape)}]: {string.Join(' ', tensor.Integers!)}");
        }
        #endregion
        Assert.Equal("input_ids [2, 4]: 101 7592 102 0 101 102 0 0\nattention_mask [2, 4]: 1 1 1 0 1 1 0 0\nlabels [2]: 1 0\n", Printed);
    }
}
