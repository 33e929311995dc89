using Akin.Datasets.Arrow;

namespace Akin.Datasets.Columns;

/// <summary>
/// Takes the batches of a new table. Small tables stay in memory; a table that grows beyond a limit is written to a file and mapped, so that a set may be larger
/// than memory. A table with a name is always written, and kept for the next time.
/// </summary>
internal sealed class TableSink : IDisposable
{
    /// <summary>Tables up to this size stay in memory.</summary>
    public const long MemoryLimit = 32 << 20;

    private readonly Features _features;
    private readonly string _folder;
    private readonly string? _keptName;
    private readonly List<RecordBatch> _batches = [];
    private string? _file;
    private FileStream? _stream;
    private ArrowWriter? _writer;
    private long _byteCount;

    /// <param name="features">The columns.</param>
    /// <param name="folder">Where files go; null for the default folder.</param>
    /// <param name="keptName">The name the file is kept under, or null for one that goes with the process.</param>
    public TableSink(Features features, string? folder = null, string? keptName = null)
    {
        _features = features;
        _folder = folder ?? DatasetCache.DefaultFolder;
        _keptName = keptName;
        if (keptName is not null)
        {
            OpenFile();
        }
    }

    /// <summary>The file of a kept table.</summary>
    public static string KeptPath(string? folder, string name) => Path.Combine(folder ?? DatasetCache.DefaultFolder, $"{name}.arrow");

    public void Add(RecordBatch batch)
    {
        _byteCount += batch.Columns.Sum(column => column.ByteCount);
        if (_writer is null && _byteCount > MemoryLimit && !_batches.Exists(known => known.IsMapped) && !batch.IsMapped)
        {
            OpenFile();
            _batches.ForEach(_writer!.Write);
            _batches.Clear();
        }

        if (_writer is null)
        {
            _batches.Add(batch);
        }
        else
        {
            _writer.Write(batch);
        }
    }

    public Table Complete()
    {
        if (_writer is null)
        {
            return new Table(_features, _batches);
        }

        _writer.Complete();
        if (_keptName is null)
        {
            _stream!.Flush();
        }
        else
        {
            _stream!.Flush(flushToDisk: true);
        }

        _stream.Dispose();
        string path = _file!;
        if (_keptName is not null)
        {
            path = KeptPath(_folder, _keptName);
            File.Move(_file!, path, overwrite: true);
        }

        Table table = ArrowFile.Read(path);
        if (_keptName is null)
        {
            DeleteQuietly(path);
        }

        _file = null;
        return table;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        if (_file is not null)
        {
            DeleteQuietly(_file);
        }
    }

    /// <summary>Unix keeps the content of a mapped file that has no name any more; where that is not so, the file stays until somebody empties the folder.</summary>
    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void OpenFile()
    {
        Directory.CreateDirectory(_folder);
        _file = Path.Combine(_folder, $"writing-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        _writer = new ArrowWriter(_stream, _features);
    }
}
