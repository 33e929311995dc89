using System.Text;

namespace Akin.Datasets;

/// <summary>Opens a text file as UTF-8 bytes, whatever it is written in: the encoding is named, or told by the file's byte-order mark, or UTF-8.</summary>
internal sealed class TextInput : IDisposable
{
    private readonly string _path;
    private readonly string? _encoding;
    private readonly Stream _stream;
    private byte[] _start;
    private int _given;

    /// <param name="path">A file, or <c>-</c>.</param>
    /// <param name="encoding">Name of the encoding, or null.</param>
    /// <param name="replaceInvalid">Whether bytes that are not text become U+FFFD.</param>
    public TextInput(string path, string? encoding = null, bool replaceInvalid = false)
        : this(path, InputFile.Open(path), encoding, replaceInvalid)
    {
    }

    public TextInput(string path, Stream bytes, string? encoding, bool replaceInvalid)
    {
        _path = path;
        Name = InputFile.DisplayName(path);
        byte[] start = new byte[4];
        int read;
        try
        {
            read = bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            bytes.Dispose();
            throw new DataFormatException(Name, 0, "the gzip data is damaged or cut off at its start.", exception);
        }

        _start = start[..read];
        _encoding = TextEncodings.OfByteOrderMark(_start) ?? encoding;
        bool utf8 = _encoding is null || TextEncodings.Get(_encoding).CodePage == Encoding.UTF8.CodePage;
        if (utf8 && !replaceInvalid)
        {
            _given = _start.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            _stream = bytes;
            return;
        }

        int mark = _encoding is { } named && TextEncodings.OfByteOrderMark(_start) is not null ? TextEncodings.Get(named).GetPreamble().Length : 0;
        Stream whole = new PrefixedStream(_start[Math.Min(mark, read)..], bytes);
        _start = [];
        _stream = new DecodingStream(whole, TextEncodings.Get(_encoding ?? "utf-8", replaceInvalid));
    }

    /// <summary>The name of the input in messages.</summary>
    public string Name { get; }

    /// <summary>Reads UTF-8 bytes without a byte-order mark; 0 at the end.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="line">The line read so far, for messages.</param>
    public int Read(Span<byte> destination, int line)
    {
        if (_given < _start.Length)
        {
            int count = Math.Min(destination.Length, _start.Length - _given);
            _start.AsSpan(_given, count).CopyTo(destination);
            _given += count;
            return count;
        }

        try
        {
            return _stream.Read(destination);
        }
        catch (InvalidDataException exception)
        {
            throw new DataFormatException(Name, 0, $"the gzip data is damaged or cut off after line {line}.", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DataFormatException(Name, 0, $"the text is not {_encoding} (after line {line}); is it in another encoding?", exception);
        }
    }

    /// <summary>The error for bytes that are not UTF-8; it says what the file looks like.</summary>
    public DataFormatException NotUtf8(int line, Exception? innerException)
    {
        string guess = "cp949";
        if (_path != InputFile.StandardInput && File.Exists(_path))
        {
            byte[] sample = new byte[1 << 16];
            using Stream stream = InputFile.Open(_path);
            int read = stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
            guess = TextEncodings.Guess(sample.AsSpan(0, read));
        }

        return new DataFormatException(
            Name,
            line,
            $"the text is not UTF-8; it looks like {guess}. Name its encoding ({guess}), or convert it (iconv -f {guess} -t UTF-8).",
            innerException);
    }

    public void Dispose() => _stream.Dispose();
}
