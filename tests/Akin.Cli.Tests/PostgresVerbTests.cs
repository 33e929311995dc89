using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary>Verbs that take an index on a server.</summary>
public sealed class PostgresVerbTests : IDisposable
{
    private readonly IndexFixture _fixture = new();
    private readonly string _address = PostgresServer.NewIndex();

    public void Dispose() => _fixture.Dispose();

    [PostgresFact]
    public void Index_OnAServer_IsFilledSearchedAndToldOf()
    {
        string documents = _fixture.WriteDocuments("corpus.jsonl", 60);
        IndexFixture.Run("index", "info", "--index", _address).Refused("no such schema");
        string[] add = ["index", "add", "--index", _address, "--input", documents, "--json"];
        Assert.Equal(60, IndexFixture.Json(IndexFixture.Run([.. add, "--model", IndexFixture.Model])).GetProperty("stored").GetInt32());
        Assert.Equal(60, IndexFixture.Json(IndexFixture.Run(add)).GetProperty("unchanged").GetInt32());
        IndexFixture.Run([.. add, "--model", IndexFixture.OtherModel]).Refused("new folder");
        JsonElement info = IndexFixture.Json(IndexFixture.Run("index", "info", "--index", _address, "--json"));
        Assert.Equal((60, IndexFixture.Model, "dot"), (info.GetProperty("documents").GetInt32(), info.GetProperty("model").GetString(), info.GetProperty("metric").GetString()));

        // The same answers as in a folder.
        _fixture.Add(documents, "--model", IndexFixture.Model).Succeeded();
        foreach (string[] mode in new string[][] { ["--mode", "bm25"], ["--mode", "dense", "--filter", """{"year": {"$lt": 1930}}"""] })
        {
            string[] search = ["search", "--json", "--top", "4", "river stone winter", .. mode];
            Assert.Equal(Ids(IndexFixture.Run([.. search, "--index", _fixture.Index])), Ids(IndexFixture.Run([.. search, "--index", _address])));
        }
    }

    private static string[] Ids(AkinResult result) => [.. IndexFixture.Json(result).EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!)];
}
