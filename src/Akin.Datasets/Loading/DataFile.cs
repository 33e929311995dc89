using System.IO.Compression;

namespace Akin.Datasets.Loading;

/// <summary>A file to read, or an entry of a zip file.</summary>
internal sealed record DataFile(string Path, string? ZipEntry = null, bool IsStandardInput = false)
{
    /// <summary>The name in messages.</summary>
    public string Name => IsStandardInput ? InputFile.DisplayName(InputFile.StandardInput) : ZipEntry is null ? InputFile.DisplayName(Path) : $"{Path}/{ZipEntry}";

    /// <summary>The name that tells the format.</summary>
    public string FormatName => ZipEntry ?? Path;

    public TextInput OpenText(LoadDatasetOptions options) => ZipEntry is null && !IsStandardInput
        ? new TextInput(Path, options.Encoding, options.ReplaceInvalidText)
        : IsStandardInput ? new TextInput(Name, InputFile.Open(Path), options.Encoding, options.ReplaceInvalidText)
        : new TextInput(Name, OpenEntry(), options.Encoding, options.ReplaceInvalidText);

    /// <summary>The files a path stands for: itself, or the entries of a zip file.</summary>
    public static IReadOnlyList<DataFile> Expand(string path)
    {
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            return [new DataFile(path)];
        }

        using ZipArchive archive = OpenArchive(path);
        DataFile[] entries = [.. archive.Entries
            .Where(entry => entry.Name.Length > 0 && !entry.Name.StartsWith('.') && !entry.FullName.StartsWith("__", StringComparison.Ordinal))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .Select(entry => new DataFile(path, entry.FullName))];
        return entries.Length > 0 ? entries : throw new DataFormatException(path, 0, "the zip file holds no files.");
    }

    /// <summary>Standard input as a file, because types are told by reading everything once before: its content, copied.</summary>
    /// <param name="folder">Where the copy goes; whoever asks deletes it.</param>
    public static DataFile CopyStandardInput(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, $"stdin-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        using Stream input = InputFile.Open(InputFile.StandardInput);
        using FileStream copy = new(path, FileMode.CreateNew, FileAccess.Write);
        input.CopyTo(copy);
        return new DataFile(path, IsStandardInput: true);
    }

    private static ZipArchive OpenArchive(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException exception)
        {
            throw new DataFormatException(path, 0, "this is not a zip file, or it is cut off.", exception);
        }
    }

    private EntryStream OpenEntry()
    {
        ZipArchive archive = OpenArchive(Path);
        return new EntryStream(archive, archive.GetEntry(ZipEntry!)!.Open());
    }

    /// <summary>Closes the archive with the entry.</summary>
    private sealed class EntryStream(ZipArchive archive, Stream entry) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => entry.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            entry.Dispose();
            archive.Dispose();
            base.Dispose(disposing);
        }
    }
}
