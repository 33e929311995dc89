#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// Answers questions from a collection of questions and answers:
//     dotnet run -c Release samples/search.cs "When are you open on Sunday?"

using System.Runtime.CompilerServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;

string question = args.Length > 0 ? string.Join(' ', args) : "Is there a ramp for my wheelchair?";
SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");

// The index is a folder. Running this again embeds nothing that is stored already.
using SemanticIndex index = SemanticIndex.OpenOrCreate("library.akin", model);
index.Add(TextRecords.Read(Path.Combine(Here(), "data", "library.jsonl"))
    .Select(record => new Document(record.Id, record.Text) { Title = record.Title }));

foreach (SearchHit hit in index.Search(question, count: 3))
{
    Console.WriteLine($"{hit.Score:F2}  {hit.Document.Title}");
    Console.WriteLine($"      {hit.Document.Text}");
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
