using System.Buffers;
using System.Text;

namespace Akin.Datasets;

/// <summary>
/// Cuts an input into lines of bytes: LF and CRLF end a line, nothing else does. A byte-order mark is dropped, UTF-16 told by it is read. Each line is
/// decoded strictly, so that a file in another encoding is refused with its line instead of being read as garbage.
/// </summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>A longer line is taken for a file that is not text: 256 MiB.</summary>
    public const int MaximumLineBytes = 256 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TextInput _input;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _start;
    private int _end;
    private bool _finished;

    public LineReader(string path)
        : this(new TextInput(path))
    {
    }

    /// <summary>Reads the lines of an input, which is disposed with this.</summary>
    public LineReader(TextInput input) => _input = input;

    /// <summary>Number of the line read last, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Whether the line read last had a line end; only the last line of a file may lack it.</summary>
    public bool EndedWithLineBreak { get; private set; }

    /// <summary>Reads the next line without its end.</summary>
    /// <param name="line">The line's bytes, valid until the next call.</param>
    /// <returns>False at the end of the input; a final line end does not begin another line.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = Take(searched + newline, endLength: 1);
                return true;
            }

            searched = _end - _start;
            if (_finished)
            {
                line = Take(searched, endLength: 0);
                return searched > 0;
            }

            Fill();
        }
    }

    public string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw _input.NotUtf8(LineNumber, exception);
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        _finished = true;
    }

    private ReadOnlySpan<byte> Take(int length, int endLength)
    {
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        _start += length + endLength;
        LineNumber += length + endLength > 0 ? 1 : 0;
        EndedWithLineBreak = endLength > 0;
        return endLength > 0 && line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaximumLineBytes)
            {
                throw new DataFormatException(_input.Name, LineNumber + 1, $"the line is longer than {MaximumLineBytes >> 20} MiB; is this a text file?");
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        int read = _input.Read(_buffer.AsSpan(_end), LineNumber);
        _end += read;
        _finished = read == 0;
    }
}
