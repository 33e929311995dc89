using System.CommandLine;
using Akin.Cli.Searching;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index restore</c>: makes an index of a backup.</summary>
internal sealed class IndexRestoreVerb : Verb
{
    private readonly Option<string> _index = new("--index") { Description = "Folder of the index; it must not be there, or be empty." };
    private readonly Option<string> _input = new("--input", "-i") { Description = "The backup.", Required = true };
    private readonly Option<bool> _verify = new("--verify") { Description = "Read and check the backup only." };

    public IndexRestoreVerb()
        : base(
            "restore",
            "Make an index of a backup, which is checked; an index that is there is never overwritten.",
            "akin index restore --input corpus-2026-11-22.backup --index restored.akin",
            "akin index restore --input corpus-2026-11-22.backup --verify")
    {
        Add(_index);
        Add(_input);
        Add(_verify);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string input = arguments.GetRequiredValue(_input);
        string? folder = arguments.GetValue(_index);
        if (arguments.GetValue(_verify) == folder is not null)
        {
            throw new CommandException("Say --index, the folder to make, or --verify, to check the backup only.");
        }

        BackupInfo info;
        long length = File.Exists(input) ? new FileInfo(input).Length : 0;
        using (ProgressReport report = context.Progress("Reading", "bytes", length))
        {
            info = folder is null ? IndexBackup.Verify(input, report, context.Cancellation) : IndexBackup.Restore(input, folder, report, context.Cancellation);
        }

        if (folder is not null)
        {
            context.StopNote = () => $"everything is restored in '{folder}'; the first search takes longer.";
            using DocumentStore store = DocumentStore.Open(folder);
            SearchFiles.Publish(store, context);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = folder, info.Documents, Sha256 = info.Checksum });
        }
        else
        {
            context.Output.WriteLine(folder is null
                ? $"The {info.Documents:N0} documents in '{input}' are whole."
                : $"Restored {info.Documents:N0} documents; '{folder}' can be searched.");
        }
    }
}
