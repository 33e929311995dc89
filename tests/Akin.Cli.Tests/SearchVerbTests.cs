using System.Text.Json;
using Akin.Search.Evaluation;

namespace Akin.Cli.Tests;

/// <summary><c>akin search</c> on an index that <c>akin index add</c> made.</summary>
public sealed class SearchVerbTests : IDisposable
{
    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [SharedFact("models/all-MiniLM-L6-v2")]
    public void Search_FindsByMeaning()
    {
        string texts = _fixture.WriteFile(
            "texts.jsonl",
            """
            {"_id": "sun", "title": "Vitamin D", "text": "Low levels of the sunshine vitamin go with earlier death."}
            {"_id": "train", "text": "The night train to the coast was late again."}
            {"_id": "bread", "text": "Let the dough rise for two hours before baking."}
            """);
        _fixture.Add(texts, "--model", Repository.Shared("models", "all-MiniLM-L6-v2")).Succeeded();

        JsonElement hits = Search("--json", "--top", "2", "cholecalciferol deficiency raises mortality");
        Assert.Equal(2, hits.GetArrayLength());
        Assert.Equal(["id", "score", "text"], hits[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("sun", hits[0].GetProperty("id").GetString());
        Assert.Equal("Low levels of the sunshine vitamin go with earlier death.", hits[0].GetProperty("text").GetString());
        Assert.InRange(hits[0].GetProperty("score").GetSingle(), hits[1].GetProperty("score").GetSingle() + 0.1f, 1f);
        Assert.Equal("bread", Search("--json", "--precision", "int8", "how do I make a loaf")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void Search_ByBothAndReranked_GivesHitsWithMatchesMarked()
    {
        string texts = _fixture.WriteFile(
            "texts.jsonl",
            """
            {"_id": "a", "title": "Refunds", "text": "A refund is paid within seven days."}
            {"_id": "b", "text": "Gift cards are never taken back."}
            {"_id": "c", "text": "The harbour is closed in winter."}
            """);
        _fixture.Add(texts, "--model", IndexFixture.Model).Succeeded();
        JsonElement hits = Search("--mode", "hybrid", "--meaning", "0.1", "--json", "refund");
        Assert.Equal(3, hits.GetArrayLength());
        Assert.Equal("a", hits[0].GetProperty("id").GetString());
        Assert.StartsWith("<em>Refunds</em>", hits[0].GetProperty("highlight").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, Search("--mode", "hybrid", "--json", "refund").GetArrayLength());

        string reranker = TinyModels.CrossEncoder();
        JsonElement reranked = Search("--mode", "hybrid", "--rerank", reranker, "--json", "refund");
        float[] scores = [.. reranked.EnumerateArray().Select(hit => hit.GetProperty("score").GetSingle())];
        Assert.Equal(scores.OrderDescending(), scores);
        JsonElement page = Search("--rerank", reranker, "--json", "--top", "1", "--offset", "1", "refund");
        Assert.Equal(reranked[1].GetProperty("id").GetString(), page[0].GetProperty("id").GetString());

        IndexFixture.Run("search", "--index", _fixture.Index, "--meaning", "0.5", "refund").Refused("--mode hybrid");
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", "hybrid", "--meaning", "2", "refund").Refused("0 to 1");
        IndexFixture.Run("search", "--index", _fixture.Index, "--rerank-top", "5", "refund").Refused("--rerank");
    }

    [Fact]
    public void Search_OfPassages_PointsAtThePlaceAndShowsADocumentOnce()
    {
        string book = string.Join(' ', Enumerable.Range(0, 12).Select(i => $"Chapter {i} speaks of river{i} and hill{i}."));
        string texts = _fixture.WriteFile("texts.jsonl", $$"""{"_id": "book", "text": "{{book}}"}""" + "\n" + """{"_id": "note", "text": "The winter harbour is closed."}""");
        _fixture.Add(texts, "--model", IndexFixture.Model, "--passages", "24", "--overlap", "8").Succeeded();
        JsonElement hits = Search("--mode", "bm25", "--json", "river7 hill7 chapter");
        Assert.True(hits.GetArrayLength() > 1);
        JsonElement place = hits[0].GetProperty("passage");
        Assert.Equal("book", place.GetProperty("document").GetString());
        Assert.Equal(hits[0].GetProperty("text").GetString(), book[place.GetProperty("start").GetInt32()..place.GetProperty("end").GetInt32()]);
        Assert.Equal(1, Search("--mode", "bm25", "--group", "sum", "--json", "river7 hill7 chapter").GetArrayLength());
        Assert.Equal(2, Search("--group", "max", "--json", "winter").GetArrayLength());

        // The book became shorter: its former passages are gone.
        _fixture.Add(_fixture.WriteFile("texts.jsonl", """{"_id": "book", "text": "Nothing is left."}"""), "--passages", "24").Succeeded();
        Assert.Equal(["book#1", "note#1"], _fixture.StoredIds().Order());
        _fixture.Add(texts, "--passages", "5", "--overlap", "5").Refused("--overlap 5");
        _fixture.Add(texts, "--overlap", "5").Refused("--passages");
    }

    [Fact]
    public void Search_ByWords_NeedsNoModelAndKeepsItsPostings()
    {
        string texts = _fixture.WriteFile(
            "texts.jsonl",
            """
            {"_id": "a", "title": "Refunds", "text": "A refund is paid within seven days."}
            {"_id": "b", "text": "No refund for a gift card."}
            {"_id": "c", "text": "환불은 7일 안에 됩니다."}
            """);
        _fixture.Add(texts, "--model", IndexFixture.Model).Succeeded();
        JsonElement hits = Search("--mode", "bm25", "--json", "+refund -\"gift card\"");
        Assert.Equal(1, hits.GetArrayLength());
        Assert.Equal(["id", "score", "text", "highlight"], hits[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("a", hits[0].GetProperty("id").GetString());
        Assert.Equal("<em>Refunds</em> A <em>refund</em> is paid within seven days.", hits[0].GetProperty("highlight").GetString());
        Assert.Single(Directory.GetFiles(_fixture.Index, "postings-*.bin"));
        Assert.Equal("c", Search("--mode", "bm25", "--json", "환불을")[0].GetProperty("id").GetString());

        string output = _fixture.PathTo("run.trec");
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", "bm25", "--batch", _fixture.WriteFile("q.jsonl", """{"_id": "q", "text": "refund -gift \"("}"""), "--output", output).Succeeded();
        Assert.Equal(["b", "a"], RetrievalRun.Read(output)["q"].Select(document => document.DocumentId));
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", "bm25", "\"refund").Refused("quotation mark");
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", "bm25", "--precision", "int8", "refund").Refused("--precision");
        IndexFixture.Run("search", "--index", _fixture.Index, "--analyzer", "korean", "refund").Refused("--mode bm25");
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("bm25")]
    public void Search_UnderAFilter_PagesShowsFieldsAndCountsValues(string mode)
    {
        Fill(60);
        string[] all = Ids(Search("--mode", mode, "--json", "--top", "60", "river in winter"), out _);
        string[] filtered = Ids(Search("--mode", mode, "--json", "--top", "60", "river in winter", "--filter", """{"year": {"$lt": 1920}}"""), out _);
        Assert.Equal(all.Where(id => int.Parse(id[1..]) < 20), filtered);
        Assert.InRange(filtered.Length, 10, 20);

        JsonElement page = Search(
            "--mode", mode, "--json", "--top", "3", "--offset", "3", "river in winter", "--filter", """{"year": {"$lt": 1920}}""", "--fields", "title, year,nothing", "--facet", "year,title");
        Assert.Equal(filtered[3..6], Ids(page.GetProperty("hits"), out JsonElement first));
        Assert.Equal(["id", "score", "fields"], first.EnumerateObject().Select(property => property.Name));
        Assert.Equal($$"""{"title":"no {{filtered[3][1..]}}","year":{{1900 + int.Parse(filtered[3][1..])}},"nothing":null}""", first.GetProperty("fields").GetRawText());
        Assert.Equal(["year", "title"], page.GetProperty("facets").EnumerateObject().Select(property => property.Name));
        Assert.Equal(filtered.Length, page.GetProperty("facets").GetProperty("year").EnumerateArray().Sum(value => value.GetProperty("count").GetInt32()));

        if (mode == "dense")
        {
            return; // the rest is the same in both
        }

        AkinResult shown = IndexFixture.Run(
            "search", "--index", _fixture.Index, "--mode", mode, "--top", "1", "--offset", "1", "river in winter", "--filter", """{"year": {"$lt": 1920}}""", "--fields", "year", "--facet", "year").Succeeded();
        Assert.Matches(@"^  2  \d\.\d{4}  d\d+\n     year: 19\d\d\nyear: 19\d\d 1, ", shown.Output);
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", mode, "river", "--filter", """{"year": {"$less": 5}}""").Refused("Filter at year.$less: there is no operator '$less'; there are $eq");
        IndexFixture.Run("search", "--index", _fixture.Index, "--mode", mode, "river", "--offset", "-1").Refused("--offset must be 0 or more");
        Assert.Contains("none that fulfils the filter", IndexFixture.Run("search", "--index", _fixture.Index, "--mode", mode, "river", "--filter", """{"year": 5}""").Succeeded().Error, StringComparison.Ordinal);

        static string[] Ids(JsonElement hits, out JsonElement first)
        {
            first = hits[0];
            return [.. hits.EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!)];
        }
    }

    [Fact]
    public void Search_OneByOneInARunAndInADialogue_FindsTheSame()
    {
        Fill(50);
        string[] queries = ["river in winter", "@letter from the harbour"]; // a query may begin with '@'
        JsonElement[] single = [.. queries.Select(query => Search("--json", "--top", "5", query))];

        string file = _fixture.WriteFile("queries.jsonl", string.Concat(queries.Select((query, i) => JsonSerializer.Serialize(new { _id = $"q{i}", text = query }) + "\n")));
        string output = _fixture.PathTo("run.trec");
        JsonElement wrote = IndexFixture.Json(IndexFixture.Run("search", "--index", _fixture.Index, "--batch", file, "--output", output, "--top", "5", "--json"));
        Assert.Equal(2, wrote.GetProperty("queries").GetInt32());
        RetrievalRun run = RetrievalRun.Read(output);
        Assert.Equal(["q0", "q1"], run.Queries);

        using AkinProcess dialogue = AkinProcess.Start(["search", "--index", _fixture.Index, "--interactive", "--json", "--top", "5"], IndexFixture.Environment);
        dialogue.Write(string.Join('\n', queries) + "\n\nnot asked any more\n");
        string[] answers = dialogue.Wait().Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, answers.Length);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(5, single[i].GetArrayLength());
            Assert.Equal(single[i].GetRawText(), answers[i]);
            Assert.Equal(single[i].EnumerateArray().Select(hit => hit.GetProperty("id").GetString()), run[$"q{i}"].Select(document => document.DocumentId));
            Assert.Equal(single[i].EnumerateArray().Select(hit => (double)hit.GetProperty("score").GetSingle()), run[$"q{i}"].Select(document => document.Score), (a, b) => Math.Abs(a - b) < 1e-6);
        }

        AkinResult people = IndexFixture.Run("search", "--index", _fixture.Index, "river in winter", "--top", "2").Succeeded();
        Assert.Matches(@"^  1  [01]\.\d{4}  d\d+\n     no \d+ [a-z ]+\n  2  ", people.Output);
    }

    [Fact]
    public void Dialogue_EndsWithItsInputAndByCtrlC()
    {
        Fill(3);
        using AkinProcess ended = AkinProcess.Start(["search", "--index", _fixture.Index, "--interactive"], IndexFixture.Environment);
        Assert.Equal("", ended.Wait().Succeeded().Output);

        using AkinProcess stopped = AkinProcess.Start(["search", "--index", _fixture.Index, "--interactive", "--json"], IndexFixture.Environment);
        stopped.Write("river\n");
        stopped.WaitUntil(() => stopped.OutputSoFar.Length > 0);
        stopped.Interrupt();
        stopped.WaitUntil(() => stopped.ErrorSoFar.Contains("Stopped", StringComparison.Ordinal));
        Assert.Equal(130, stopped.Wait().ExitCode);
    }

    [Fact]
    public void Search_WithTheModelElsewhere_TakesItByItsWeights()
    {
        string model = _fixture.PathTo("model");
        Copy(IndexFixture.Model, model);
        _fixture.Add(_fixture.WriteDocuments("documents.jsonl", 10), "--model", model).Succeeded();
        Directory.Move(model, _fixture.PathTo("moved"));

        IndexFixture.Run("search", "--index", _fixture.Index, "river").Refused(model, "not there any more", "--model");
        IndexFixture.Run("search", "--index", _fixture.Index, "river", "--model", _fixture.PathTo("moved")).Succeeded();
        IndexFixture.Run("search", "--index", _fixture.Index, "river", "--model", IndexFixture.OtherModel).Refused(model, IndexFixture.OtherModel);
        Copy(IndexFixture.OtherModel, model);
        IndexFixture.Run("search", "--index", _fixture.Index, "river").Refused(model, "has changed since", "new folder");
    }

    [Fact]
    public void Search_OfWhatCannotBe_SaysWhatToDo()
    {
        IndexFixture.Run("search", "--index", _fixture.PathTo("none.akin"), "river").Refused("none.akin", "no such folder");
        Fill(3);
        IndexFixture.Run("search", "--index", _fixture.Index).Refused("a query, --interactive, or --batch");
        IndexFixture.Run("search", "--index", _fixture.Index, "river", "--interactive").Refused("one of the three");
        IndexFixture.Run("search", "--index", _fixture.Index, " ").Refused("query is empty");
        IndexFixture.Run("search", "river").Refused("--index");
        IndexFixture.Run("search", "--index", _fixture.Index, "river", "--top", "0").Refused("--top must be 1 or more");
        IndexFixture.Run("search", "--index", _fixture.Index, "river", "--precision", "int4").Refused("int4", "int8");
        IndexFixture.Run("search", "--index", _fixture.Index, "--batch", _fixture.WriteFile("q.jsonl", "{\"text\":\"a\"}\n[]\n"), "--output", "x").Refused("q.jsonl, line 2");
        IndexFixture.Run("search", "--index", _fixture.Index, "--batch", _fixture.PathTo("q.jsonl")).Refused("--output");
    }

    private void Fill(int count) => _fixture.Add(_fixture.WriteDocuments("documents.jsonl", count), "--model", IndexFixture.Model).Succeeded();

    private JsonElement Search(params string[] arguments) => IndexFixture.Json(IndexFixture.Run(["search", "--index", _fixture.Index, .. arguments]));

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
