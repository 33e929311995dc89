using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Akin.Pipelines;
using Akin.Search;
using Microsoft.Win32.SafeHandles;

namespace Akin.Training.Distillation;

/// <summary>
/// What a teacher says of texts, kept on disk: every text is embedded once, whatever is trained on it afterwards, and an interrupted run goes on where it
/// stopped. A file of one teacher; texts may be added to it later. Not thread-safe.
/// </summary>
/// <remarks>
/// The file: <c>AKINTV01</c>, the vectors' dimension (32 bits, little-endian), 4 zeros, 16 letters that tell the teacher apart; then a record for every text:
/// the first 16 bytes of the SHA-256 of prompt and text in UTF-8, and the vector in half precision. A record cut short by a crash is dropped.
/// </remarks>
public sealed class TeacherVectors : IDisposable
{
    private const int KeyBytes = 16;
    private const int HeaderBytes = 32;
    private const int FingerprintBytes = 16;
    private const int TextsAtOnce = 1024;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<UInt128, long> _records = [];
    private readonly byte[] _buffer;
    private readonly string _path;

    private TeacherVectors(string path, SafeFileHandle file, int dimension)
    {
        (_path, _file, Dimension) = (path, file, dimension);
        _buffer = new byte[RecordBytes];
    }

    private static ReadOnlySpan<byte> Magic => "AKINTV01"u8;

    /// <summary>Numbers of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Texts whose vectors are there.</summary>
    public int Count => _records.Count;

    private int RecordBytes => KeyBytes + (2 * Dimension);

    /// <summary>Opens the file of a teacher, or begins it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="teacher">The model.</param>
    /// <exception cref="TrainingStateException">The file is of another teacher, or none of these files.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static TeacherVectors Open(string path, SentenceTransformer teacher)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(teacher);
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        TeacherVectors vectors = new(path, file, teacher.Dimension);
        try
        {
            vectors.ReadHeader(((IEncoder)teacher).ModelFingerprint ?? "");
            vectors.ReadKeys();
            return vectors;
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    /// <summary>Embeds the texts that are not there yet.</summary>
    /// <param name="teacher">The model the file was opened with.</param>
    /// <param name="prompts">What is put in front of each text, <c>[texts]</c>.</param>
    /// <param name="texts">The texts, <c>[texts]</c>.</param>
    /// <param name="progress">Told how many of all texts have a vector.</param>
    /// <param name="cancellationToken">Stops; what is done stays done.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Add(
        SentenceTransformer teacher, IReadOnlyList<string> prompts, IReadOnlyList<string> texts, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(texts);
        List<int> missing = [.. Enumerable.Range(0, texts.Count).Where(i => !_records.ContainsKey(KeyOf(prompts[i], texts[i])))];
        int there = texts.Count - missing.Count;
        foreach (int[] some in missing.Chunk(TextsAtOnce))
        {
            float[][] vectors = teacher.Encode([.. some.Select(i => prompts[i] + texts[i])], new EmbeddingOptions { Prompt = "", Normalize = true }, progress: null, cancellationToken);
            byte[] records = new byte[some.Length * RecordBytes];
            for (int i = 0; i < some.Length; i++)
            {
                Span<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
                BinaryPrimitives.WriteUInt128LittleEndian(record, KeyOf(prompts[some[i]], texts[some[i]]));
                TensorPrimitives.ConvertToHalf(vectors[i], MemoryMarshal.Cast<byte, Half>(record[KeyBytes..]));
            }

            long end = RandomAccess.GetLength(_file);
            RandomAccess.Write(_file, records, end);
            for (int i = 0; i < some.Length; i++)
            {
                _records[BinaryPrimitives.ReadUInt128LittleEndian(records.AsSpan(i * RecordBytes))] = end + (i * RecordBytes);
            }

            progress?.Report(there += some.Length);
        }
    }

    /// <summary>Whether a text's vector is there.</summary>
    /// <param name="prompt">What is put in front of the text.</param>
    /// <param name="text">The text.</param>
    public bool Contains(string prompt, string text) => _records.ContainsKey(KeyOf(prompt, text));

    /// <summary>Where the vector of a text is, for <see cref="Read"/>.</summary>
    /// <param name="prompt">What is put in front of the text.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text was not added.</exception>
    public long Find(string prompt, string text) => _records.TryGetValue(KeyOf(prompt, text), out long place)
        ? place
        : throw new ArgumentException($"'{_path}' has no vector of the text \"{text[..Math.Min(text.Length, 40)]}\": add it first.", nameof(text));

    /// <summary>Reads a vector.</summary>
    /// <param name="place">What <see cref="Find"/> gave.</param>
    /// <param name="destination">Receives <c>[dimension]</c>.</param>
    public void Read(long place, Span<float> destination)
    {
        RandomAccess.Read(_file, _buffer, place);
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(_buffer.AsSpan(KeyBytes)), destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static UInt128 KeyOf(string prompt, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(prompt + text), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void ReadHeader(string fingerprint)
    {
        byte[] expected = new byte[HeaderBytes];
        Magic.CopyTo(expected);
        BinaryPrimitives.WriteInt32LittleEndian(expected.AsSpan(Magic.Length), Dimension);
        Encoding.ASCII.GetBytes(fingerprint.AsSpan(0, Math.Min(fingerprint.Length, FingerprintBytes)), expected.AsSpan(HeaderBytes - FingerprintBytes));
        if (RandomAccess.GetLength(_file) == 0)
        {
            RandomAccess.Write(_file, expected, 0);
            return;
        }

        byte[] header = new byte[HeaderBytes];
        if (RandomAccess.Read(_file, header, 0) < HeaderBytes || !header.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new TrainingStateException(_path, "a file that holds no teacher's vectors", "one that this command wrote", "Choose another file, or delete it.");
        }

        if (!header.AsSpan().SequenceEqual(expected))
        {
            throw new TrainingStateException(_path, "the vectors of another teacher", "those of this one", "Choose another file for this teacher.");
        }
    }

    private void ReadKeys()
    {
        const int RecordsAtOnce = 4096;
        long count = (RandomAccess.GetLength(_file) - HeaderBytes) / RecordBytes;
        RandomAccess.SetLength(_file, HeaderBytes + (count * RecordBytes));
        byte[] records = new byte[RecordsAtOnce * RecordBytes];
        for (long first = 0; first < count; first += RecordsAtOnce)
        {
            long start = HeaderBytes + (first * RecordBytes);
            int some = (int)Math.Min(RecordsAtOnce, count - first);
            RandomAccess.Read(_file, records.AsSpan(0, some * RecordBytes), start);
            for (int i = 0; i < some; i++)
            {
                _records[BinaryPrimitives.ReadUInt128LittleEndian(records.AsSpan(i * RecordBytes))] = start + ((long)i * RecordBytes);
            }
        }
    }
}
