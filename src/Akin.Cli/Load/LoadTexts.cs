using Akin.Cli.Verbs;
using Akin.Datasets;

namespace Akin.Cli.Load;

/// <summary>The texts that a load is made of.</summary>
internal static class LoadTexts
{
    private const int Seed = 20261122;
    private const int Count = 1024;

    /// <summary>The texts of a file, or a sample of its own of mixed lengths.</summary>
    /// <param name="input">A file, or null.</param>
    /// <exception cref="CommandException">The file holds no text.</exception>
    public static string[] Read(string? input)
    {
        if (input is null)
        {
            return Sample();
        }

        string[] texts = [.. TextRecords.Read(input).Select(record => record.FullText)];
        return texts.Length > 0 ? texts : throw new CommandException($"'{input}' holds no text.");
    }

    /// <summary>Questions, answers and passages of the sample collection in three languages, the same each time: two of five are a question, two an answer, and one some answers in a row.</summary>
    private static string[] Sample()
    {
        TextRecord[] entries = [.. TextRecords.Read(QuickstartVerb.Collection)];
        Random random = new(Seed);
        return [.. Enumerable.Range(0, Count).Select(_ => random.Next(5) switch
        {
            0 or 1 => entries[random.Next(entries.Length)].Title ?? "",
            2 or 3 => entries[random.Next(entries.Length)].Text,
            _ => string.Join(' ', Enumerable.Range(0, random.Next(2, 6)).Select(_ => entries[random.Next(entries.Length)].Text)),
        })];
    }
}
