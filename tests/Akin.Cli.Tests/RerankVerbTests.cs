using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Cli.Tests;

/// <summary><c>akin rerank</c> gives what <see cref="CrossEncoder.Rank"/> gives.</summary>
public sealed class RerankVerbTests : IDisposable
{
    private const string Query = "Where is my parcel?";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rerank_Documents_GivesThemInTheModelsOrder()
    {
        string file = _folder.Write(
            "documents.jsonl",
            """{"id": "shop", "title": "Hours", "text": "The shop opens at nine."}""",
            """{"id": "cat", "text": "A grey cat is asleep."}""",
            """{"id": "train", "text": "The train to Busan leaves now."}""");
        string[] ids = ["shop", "cat", "train"];
        string[] texts = ["Hours The shop opens at nine.", "A grey cat is asleep.", "The train to Busan leaves now."];
        RankedDocument[] expected = [.. CrossEncoder.FromPretrained(TinyModels.CrossEncoder()).Rank(Query, texts)];

        JsonElement[] ranked = [.. JsonElement.Parse(Rerank(file, "--json").Succeeded().Output).EnumerateArray()];
        Assert.Equal(expected.Select(document => ids[document.CorpusId]), ranked.Select(document => document.GetProperty("id").GetString()));
        Assert.All(expected.Zip(ranked), pair => Assert.Equal(pair.First.Score, pair.Second.GetProperty("score").GetSingle(), 1e-6f));
        Assert.Equal("The shop opens at nine.", ranked.Single(document => document.GetProperty("id").GetString() == "shop").GetProperty("text").GetString());

        Assert.Matches($@"^  1  0\.\d{{4}}  {ids[expected[0].CorpusId]}\n     .+\n  2  0\.\d{{4}}  \w+\n     .+\n$", Rerank(file, "--top", "2").Succeeded().Output);
        Assert.Contains("  1  -1.", Rerank(file, "--activation", "identity").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rerank_OfWhatCannotBe_SaysWhatToDo()
    {
        string file = _folder.Write("documents.txt", "a", "b");
        Rerank(_folder["none.txt"]).Refused("none.txt");
        Rerank(file, "--top", "0").Refused("--top must be 1 or more");
        AkinProcess.Run("rerank", " ", "--model", TinyModels.CrossEncoder(), "--input", file).Refused("query is empty");
        AkinProcess.Run("rerank", Query, "--model", TinyModels.CrossEncoder("three-labels"), "--input", file).Refused("three-labels", "3 scores");
    }

    private static AkinResult Rerank(string file, params string[] options) =>
        AkinProcess.Run(["rerank", Query, "--model", TinyModels.CrossEncoder(), "--input", file, .. options]);
}
