using System.CommandLine;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index export</c>: writes an index as lines of JSON.</summary>
internal sealed class IndexExportVerb : Verb
{
    private const string StandardOutput = "-";

    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write, .jsonl or .jsonl.gz; - is standard output.", Required = true };
    private readonly Option<bool> _vectors = new("--vectors") { Description = "Write the vectors too, so that nothing need be embedded again." };

    public IndexExportVerb()
        : base(
            "export",
            "Write the documents of an index as lines of JSON, as they are at one moment; the first line tells of the index.",
            "akin index export --index corpus.akin --output corpus.jsonl",
            "akin index export --index corpus.akin --vectors --output corpus.jsonl.gz")
    {
        Add(_index);
        Add(_output);
        Add(_vectors);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output);
        using DocumentStore store = DocumentStore.Open(arguments.GetRequiredValue(_index));
        bool withVectors = arguments.GetValue(_vectors);
        long count;
        using (ProgressReport report = context.Progress("Writing", "documents", store.Count))
        {
            if (output == StandardOutput)
            {
                using Stream stream = Console.OpenStandardOutput();
                IndexExport.Write(store, stream, withVectors, report, context.Cancellation);
                return;
            }

            count = IndexExport.WriteFile(store, output, withVectors, report, context.Cancellation);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Output = output, Documents = count, Vectors = withVectors });
        }
        else
        {
            context.Output.WriteLine($"Wrote {count:N0} documents to '{output}'.");
        }
    }
}
