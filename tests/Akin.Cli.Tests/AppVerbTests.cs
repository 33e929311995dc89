using System.Text.Json;
using Akin.Client;
using Akin.Client.Messages;
using Akin.Search.Storage;

namespace Akin.Cli.Tests;

/// <summary><c>akin app</c>: a file in, a page and a search over it out.</summary>
public sealed class AppVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<AkinProcess> _processes = [];

    public void Dispose()
    {
        // A server that a failed test has left would live on.
        _processes.ForEach(process => process.Kill());
        _processes.ForEach(process => process.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Faq_File_IsAnsweredFromAndKnowsWhatItDoesNotKnow()
    {
        string input = _folder.Write(
            "faq.csv",
            "question,answer,topic",
            "How long may I keep a book?,\"Four weeks, films two weeks.\",loans",
            "How do we register a marriage?,\"Both of you come to the office, with passports.\",family",
            "어떤 방법으로 결제할 수 있나요?,카드와 현금을 받습니다.,payment",
            "图书馆几点开门？,早上九点开门。,hours");
        AkinProcess process = Start("faq", input, "--title", "City library");
        using HttpClient http = new() { BaseAddress = Address(process) };
        Assert.Contains("text/html", (await http.GetAsync("/")).Content.Headers.ContentType!.ToString());
        JsonElement page = JsonElement.Parse(await http.GetStringAsync("/web/page.json"));
        Assert.Equal(("faq", "City library"), (page.GetProperty("page").GetString(), page.GetProperty("title").GetString()));
        double threshold = page.GetProperty("threshold").GetDouble();
        Assert.InRange(threshold, 0.05, 0.95);

        using AkinClient client = new(http.BaseAddress!);
        IndexHit marriage = await BestAsync(client, "怎么登记结婚");
        Assert.Equal("Both of you come to the office, with passports.", marriage.Fields!["answer"].GetString());
        Assert.True(marriage.Score >= threshold, $"{marriage.Score} is below {threshold}");
        IndexHit nothing = await BestAsync(client, "Explain quantum entanglement");
        Assert.True(nothing.Score < threshold, $"{nothing.Score} is not below {threshold}");
        Stop(process);
    }

    [Fact]
    public void Faq_FileThatHasChanged_ChangesTheIndex()
    {
        string input = _folder.Write("faq.jsonl", """{"id": "a", "question": "One?", "answer": "1"}""", """{"id": "b", "question": "Two?", "answer": "2"}""");
        Stop(Start("faq", input));

        _folder.Write("faq.jsonl", """{"id": "b", "question": "Two?", "answer": "two"}""", """{"id": "c", "question": "Three?", "answer": "3"}""");
        Stop(Start("faq", input));

        using DocumentStore store = DocumentStore.Open(Assert.Single(Directory.EnumerateDirectories(_folder["home"], "faq-*.akin")));
        Assert.Equal(["b", "c"], store.Enumerate().Select(document => document.Id).Order());
        Assert.Equal("two", store.Get("b")!.Field("answer")!.GetValue<string>());
    }

    [Fact]
    public async Task Qa_LongDocument_IsAnsweredWithTheSentence()
    {
        string filler = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Paragraph {i} is about other matters of the house."));
        string input = _folder.Write(
            "documents.jsonl",
            $$"""{"id": "rules", "title": "House rules", "text": "{{filler}} Bicycles are kept in the cellar. {{filler}}"}""",
            """{"id": "short", "title": "Garden", "text": "The garden is for everybody."}""");
        AkinProcess process = Start("qa", input);
        using AkinClient client = new(Address(process));
        IndexSearchResponse answer = await client.Index("qa").SearchAsync(new IndexSearchRequest { Query = "Where do I put my bike?", Sentence = true });
        IndexHit best = answer.Hits.MaxBy(hit => hit.Sentence?.Score)!;
        Assert.Equal("Bicycles are kept in the cellar.", best.Text[best.Sentence!.Start..best.Sentence.End].Trim());
        Assert.StartsWith("rules#", best.Id);
        Assert.Contains(answer.Hits, hit => hit.Id == "short");
        Stop(process);
    }

    [Theory]
    [InlineData("question,reply", "a,b", "answer")]
    [InlineData("query,answer", "a,b", "question")]
    [InlineData("question,answer", "\" \",b", "the question is empty")]
    [InlineData("id,question,answer", "1,a,b\n1,c,d", "two entries with the id '1'")]
    public void Faq_FileThatIsNone_IsRefused(string header, string rows, string reason) =>
        AkinProcess.Run("app", "faq", "--input", _folder.Write("faq.csv", header, rows), "--index", _folder["i.akin"], "--urls", "http://127.0.0.1:0").Refused("faq.csv", reason);

    private AkinProcess Start(string application, string input, params string[] more)
    {
        AkinProcess process = AkinProcess.Start(
            ["app", application, "--input", input, "--urls", "http://127.0.0.1:0", .. more], new Dictionary<string, string> { ["AKIN_HOME"] = _folder["home"], ["AKIN_THREADS"] = "1" });
        _processes.Add(process);
        process.WaitUntil(() => process.OutputSoFar.EndsWith('\n'));
        return process;
    }

    private static Uri Address(AkinProcess process) => new(process.OutputSoFar.Trim());

    private static void Stop(AkinProcess process)
    {
        process.Terminate();
        Assert.Equal(0, process.Wait().ExitCode);
    }

    private static async Task<IndexHit> BestAsync(AkinClient client, string question) =>
        (await client.Index("faq").SearchAsync(new IndexSearchRequest { Query = question, Mode = "dense", Count = 1 })).Hits[0];
}
