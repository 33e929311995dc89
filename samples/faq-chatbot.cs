#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// A FAQ that is asked in any of three languages, and says so when it does not know:
//     dotnet run -c Release samples/faq-chatbot.cs "Somebody stole my passport"
// Without a question it shows three and then asks you, until an empty line.

using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;

const int Shown = 3;
SentenceTransformer model = SentenceTransformer.FromPretrained(Path.Combine(Here(), "..", "models", "akin-mini-ko-zh-en"));
TextRecord[] entries = [.. TextRecords.Read(Path.Combine(Here(), "quickstart", "faq.jsonl"))];

// Questions are compared with questions: what is indexed is the question, and the answer is kept beside it.
using SemanticIndex index = SemanticIndex.OpenOrCreate("faq.akin", model);
index.Add(entries.Select(entry => new Document(entry.Id, entry.Title ?? "") { Metadata = new JsonObject { ["answer"] = entry.Text }.ToJsonString() }));

// How near is near enough? Different questions of the list are this near to each other, and they are not each other's answers.
float threshold = AnswerThreshold.Calibrate(index);
Console.WriteLine($"{index.Store.Count} questions; an answer must score at least {threshold:F2}.");

if (args.Length > 0)
{
    Answer(string.Join(' ', args));
    return;
}

foreach (string question in (string[])["I need to renew my passport before my trip", "孩子的护照怎么办？", "What is the capital of Mongolia?"])
{
    Console.WriteLine($"\n> {question}");
    Answer(question);
}

for (Console.Write("\n> "); Console.ReadLine() is { Length: > 0 } question; Console.Write("\n> "))
{
    Answer(question);
}

void Answer(string question)
{
    IReadOnlyList<SearchHit> hits = index.Search(question, Shown);
    bool isKnown = hits[0].Score >= threshold;
    Console.WriteLine(isKnown ? hits[0].Document.Field("answer") : "I do not know. The nearest questions are:");
    foreach (SearchHit hit in hits)
    {
        Console.WriteLine($"    {hit.Score:F2}  {hit.Document.Text}");
    }
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
