#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// Finds texts that say the same, in other words or in another language:
//     dotnet run -c Release samples/find-duplicates.cs
//     dotnet run -c Release samples/find-duplicates.cs my-texts.csv 0.75
// The number is how near two texts must be. Translations are less near than texts that say the same in one language: 0.5 finds both here, 0.75 only the latter.

using System.Globalization;
using System.Runtime.CompilerServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search.Clustering;

string file = args.Length > 0 ? args[0] : Path.Combine(Here(), "data", "news.jsonl");
float threshold = args.Length > 1 ? float.Parse(args[1], CultureInfo.InvariantCulture) : 0.5f;

SentenceTransformer model = SentenceTransformer.FromPretrained(Path.Combine(Here(), "..", "models", "akin-mini-ko-zh-en"));
TextRecord[] records = [.. TextRecords.Read(file)];
float[] vectors = new float[records.Length * model.Dimension];
model.Encode([.. records.Select(record => record.FullText)], vectors);

Console.WriteLine($"Pairs that score at least {threshold:F2}, best first:");
foreach (ScoredPair pair in ParaphraseMining.Find(vectors, model.Dimension).TakeWhile(pair => pair.Score >= threshold))
{
    Console.WriteLine($"  {pair.Score:F2}  {Name(pair.First)}  =  {Name(pair.Second)}");
}

// Pairs that hang together are one story: its central text first.
Console.WriteLine("Stories that are told more than once:");
foreach (int[] story in CommunityDetection.Find(vectors, model.Dimension, threshold, minSize: 2))
{
    Console.WriteLine($"  {string.Join("  |  ", story.Select(Name))}");
}

string Name(int row) => $"{records[row].Id} {records[row].Title}";

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
