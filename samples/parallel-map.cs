#!/usr/bin/env dotnet
#:project ../src/Akin.Pipelines/Akin.Pipelines.csproj
#:property PublishAot=false

// Applies a function to every row on all cores, beside a plain loop: the same results in the same order, progress, and errors that name their row.
//     dotnet run -c Release samples/parallel-map.cs

using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search.Ranking;

string[] texts = [.. TextRecords.Read(Path.Combine(Here(), "quickstart", "faq.jsonl")).Select(record => record.Text)];
LevenshteinRanker ranker = new() { ByLength = true };

Stopwatch clock = Stopwatch.StartNew();
string[] plain = [.. texts.Select(NearestSpelling)];
double plainSeconds = clock.Elapsed.TotalSeconds;

clock.Restart();
ParallelMapOptions options = new() { Progress = new Progress<long>(done => Console.Error.Write($"\r{done} of {texts.Length} ")) };
string[] parallel = [.. ParallelMap.Run(texts, NearestSpelling, options)];
Console.WriteLine($"A plain loop took {plainSeconds:F2} s, {options.ThreadCount} threads {clock.Elapsed.TotalSeconds:F2} s; the results are {(plain.SequenceEqual(parallel) ? "equal" : "different")}.");

// A row that fails stops nothing when errors are asked for.
foreach ((int? length, Exception? error) in ParallelMap.Try<string?, int?>(["one", null, "three"], text => text!.Length))
{
    Console.WriteLine(error is null ? $"{length} characters" : $"no text: {error.GetType().Name}");
}

// The other text that needs the fewest changes to become this one.
string NearestSpelling(string text)
{
    string[] others = [.. texts.Where(other => other != text)];
    float[] scores = ranker.Score([.. others.Select(other => (text, other))], CancellationToken.None);
    return others[Array.IndexOf(scores, scores.Max())];
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
