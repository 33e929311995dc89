#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// Searches news in three languages by meaning and by words, with filters:
//     dotnet run -c Release samples/news-search.cs "electric cars"
//     dotnet run -c Release samples/news-search.cs "interest rates" '{"lang": "ko"}'

using System.Runtime.CompilerServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;

SentenceTransformer model = SentenceTransformer.FromPretrained(Path.Combine(Here(), "..", "models", "akin-mini-ko-zh-en"));
using SemanticIndex meaning = SemanticIndex.OpenOrCreate("news.akin", model);
meaning.Add(TextRecords.Read(Path.Combine(Here(), "data", "news.jsonl"))
    .Select(record => new Document(record.Id, record.Text) { Title = record.Title, Metadata = record.Metadata?.ToJsonString() }));
using LexicalIndex words = new(meaning.Store);
HybridIndex news = new(meaning, words);

if (args.Length > 0)
{
    Show(args[0], args.Length > 1 ? args[1] : "{}");
    return;
}

Show("interest rates", "{}");
Show("interest rates", """{"lang": "ko"}""");
Show("public transport", """{"topic": "city", "date": {"$gte": "2026-03-10"}}""");

void Show(string query, string filter)
{
    DocumentFilter condition = DocumentFilter.Parse(filter);
    Console.WriteLine($"{query}   {filter}");
    foreach (SearchHit hit in news.Search(query, count: 3, new VectorSearchOptions { Filter = condition }))
    {
        Console.WriteLine($"  {hit.Score:F2}  {hit.Document.Field("date")}  {hit.Document.Field("topic")}  {hit.Document.Title}");
    }

    Console.WriteLine($"  topics: {string.Join(", ", meaning.Store.Facet("topic", condition).Select(value => $"{value.Value} {value.Count}"))}\n");
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
