using System.CommandLine;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index backup</c>: one file with an index as it is now.</summary>
internal sealed class IndexBackupVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write; one that is there is left alone.", Required = true };

    public IndexBackupVerb()
        : base(
            "backup",
            "Write an index as it is now to one file with a checksum, while others search and write it.",
            "akin index backup --index corpus.akin --output corpus-2026-11-22.backup")
    {
        Add(_index);
        Add(_output);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output);
        using DocumentStore store = DocumentStore.Open(arguments.GetRequiredValue(_index));
        BackupInfo info;
        using (ProgressReport report = context.Progress("Copying", "bytes"))
        {
            info = IndexBackup.Create(store, output, report, context.Cancellation);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Output = output, info.Documents, info.SizeBytes, Sha256 = info.Checksum });
        }
        else
        {
            context.Output.WriteLine($"Wrote {info.Documents:N0} documents to '{output}' ({ModelText.Size(info.SizeBytes)}).");
        }
    }
}
