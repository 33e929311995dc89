#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// Answers questions from laws and names the article: find, re-rank, quote.
//     dotnet run -c Release samples/legal-qa.cs "How high may the deposit be?"
//     dotnet run -c Release samples/legal-qa.cs --reranker ./my-cross-encoder "How high may the deposit be?"
// The three laws, of places that do not exist, are in English, Korean and Chinese; a question finds articles in all of them.

using System.Runtime.CompilerServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Ranking;
using Akin.Tokenizers.Text;

string? reranker = args is ["--reranker", var folder, ..] ? folder : null;
string[] words = reranker is null ? args : args[2..];
string[] questions = words.Length > 0
    ? [string.Join(' ', words)]
    : ["How high may the deposit be?", "집주인이 고장 난 보일러를 고쳐 주지 않으면 어떻게 하나요?", "房子被卖了，我的租约还有效吗？"];

SentenceTransformer model = SentenceTransformer.FromPretrained(Path.Combine(Here(), "..", "models", "akin-mini-ko-zh-en"));
using SemanticIndex meaning = SemanticIndex.OpenOrCreate("tenancy.akin", model);
meaning.Add(TextRecords.Read(Path.Combine(Here(), "data", "tenancy.jsonl"))
    .Select(record => new Document(record.Id, record.Text) { Title = record.Title, Metadata = record.Metadata?.ToJsonString() }));
using LexicalIndex byWords = new(meaning.Store);
HybridIndex articles = new(meaning, byWords);

// A cross-encoder reads question and article together; without one, an article is worth what its best sentence is.
NearestSentence nearest = new(model);
IPairScorer scorer = reranker is null ? nearest : CrossEncoder.FromPretrained(reranker);
foreach (string question in questions)
{
    IReadOnlyList<SearchHit> found = articles.Search(question, count: 10);
    IReadOnlyList<SearchHit> ranked = HitReranking.Rerank(question, found, scorer);
    Document best = ranked[0].Document;
    Console.WriteLine($"> {question}");
    Console.WriteLine($"  {nearest.Of(question, best.Text).Sentence}");
    Console.WriteLine($"  Source: {best.Field("law")}, Art. {best.Field("article")} ({best.Title}), score {ranked[0].Score:F2}");
    Console.WriteLine($"  See also: {string.Join("; ", ranked.Skip(1).Take(2).Select(hit => $"{hit.Document.Field("law")}, Art. {hit.Document.Field("article")} ({hit.Document.Title})"))}\n");
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

/// <summary>Scores a text by its sentence that is nearest to a query.</summary>
internal sealed class NearestSentence(SentenceTransformer model) : IPairScorer
{
    public (string Sentence, float Score) Of(string query, string text)
    {
        string[] sentences = [.. SentenceSplitter.Split(text)];
        float[] scores = model.Similarity(model.EncodeQueries([query]), model.EncodeDocuments(sentences))[0];
        return sentences.Zip(scores).MaxBy(pair => pair.Second);
    }

    public float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken) =>
        [.. pairs.Select(pair => Of(pair.First, pair.Second).Score)];
}
